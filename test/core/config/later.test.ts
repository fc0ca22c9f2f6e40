import { describe, expect, it } from 'vitest';
import { good, warnings } from './decoding.ts';

const WEB = `version: 1
services:
  web: { deploy: ./deploy, set-traffic: ./weights, health: "https://shop.example.com/" }
`;

describe('what this version does not do yet is said where it stands', () => {
  it('R-801 platforms, sources and channels that come later, each with its line and column', () => {
    const text = `version: 1
services:
  web:
    platform: { type: vercel, project: shop, token: $VERCEL_TOKEN }
    health: https://shop.example.com/
sources:
  numbers: { type: prometheus, url: "https://prometheus.example.com" }
notify:
  - { channel: slack, url: $SLACK_URL }
  - { channel: webhook, url: $HOOK }
`;
    expect(warnings(text)).toEqual([
      '4:17 the platform vercel comes with a later version: `deploy` answers not-yet',
      '7:14 the source prometheus comes with a later version: its metrics have no data, and a stage that nothing else could judge is refused',
      '9:7 the channel slack comes with a later version: its notices are not sent',
    ]);
  });

  it.each([
    ['services', 'keep', 'services: { web: { deploy: ./d, keep: 3, health: "https://shop.example.com/" } }'],
    ['services', 'versions', 'services: { web: { deploy: ./d, versions: {}, health: "https://shop.example.com/" } }'],
  ])('R-801 a key of %s that nobody reads: %s', (_, key, line) => {
    expect(warnings(`version: 1\n${line}\n`).join()).toMatch(
      new RegExp(`2:\\d+ \`${key}\` is not used in this version`),
    );
  });

  it.each([
    ['flags: { cache-for: 1m }', 'cache-for'],
    ['flags: { unused-after: 10d }', 'unused-after'],
    ['state: { keep-history: 1y }', 'keep-history'],
    ['people: [{ github: alice }]', 'people'],
    ['notify: [{ channel: webhook, url: $HOOK, quiet: "22:00-07:00" }]', 'quiet'],
    ['strategies: { own: { stages: [{ name: all, weight: 100%, interval: 1m }] } }', 'interval'],
  ])('R-801 %s says that it does nothing', (line, key) => {
    expect(warnings(`${WEB}${line}\n`)).toEqual([expect.stringContaining(`\`${key}\` is not used in this version`)]);
  });

  it.each([
    ['environments: { production: { approvals: { count: 1, by: github } } }', undefined],
    ['environments: { production: { approvals: { count: 1, by: sluice } } }', undefined],
    ['rollback: { attempts: 3 }', 'one automatic attempt'],
    ['rollback: { attempts: 1 }', undefined],
    ['strategies: { own: { stages: [{ name: all, weight: 100%, promote: job }] } }', undefined],
  ])('R-804 R-406 of policy, %s: %s', (line, said) => {
    expect(warnings(`${WEB}${line}\n`)).toEqual(said === undefined ? [] : [expect.stringContaining(said)]);
  });

  it('R-310 no attempt at all is automatic rollback switched off', () => {
    expect(good(`${WEB}rollback: { attempts: 0 }\n`).rollback.automatic).toBe(false);
    expect(good(WEB).rollback.automatic).toBe(true);
  });

  it('the configuration of the demo and a plain one have nothing to be warned of', () => {
    expect(warnings(WEB)).toEqual([]);
  });
});
