import { describe, expect, it } from 'vitest';
import { missingSecrets } from '../../../src/core/config/secrets.ts';
import { printProblem } from '../../../src/core/config/problem.ts';
import { BASE, decode, problems, warnings } from './decoding.ts';
import { CASES, environment, stages, trigger } from './problem-cases.ts';

describe('R-801 a configuration with an error', () => {
  it.each(CASES)('says line, column and remedy: %s', (_, text, expected) => {
    expect(problems(text).join('\n')).toMatch(new RegExp(expected.source, 'm'));
  });

  it.each(CASES)('points at what is meant, never at a gap: %s', (_, text) => {
    const lines = text.split('\n');
    const decoded = decode(text);
    for (const { line, column } of decoded.ok ? [] : decoded.problems)
      expect(lines[line - 1]?.[column - 1] ?? ' ').toMatch(/\S/);
  });

  it('shows all of them at once, in the order of the text, of several sections and kinds', () => {
    const text = `version: 1
services:
  web: { deploy: ./x, keeep: 3, strategy: nowhere }
strategies:
  mine: { stages: [{ name: a, weight: 10 }] }
  other: { stages: [{ name: a, weight: 50% }] }
environments: { a: { order: [b] }, A: {} }
`;
    const places = problems(text).map((line) => line.split(' ')[0]);
    expect(places).toEqual(['3:23', '5:39', '6:40', '7:30', '7:36']);
  });

  it('is printed as code, place, cause and remedy, with the line and a caret below it', () => {
    const text = stages('{ name: tenth, weight: 10%, bake-time: 10m }', '{ name: all, weight: 100% }');
    const decoded = decode(text);
    const printed = decoded.ok
      ? []
      : decoded.problems.map((problem) => printProblem(problem, '.github/sluice.yml', text));
    expect(printed).toEqual([
      [
        'config-key-unknown  .github/sluice.yml:18:37  `bake-time` is not a key of a stage: did you mean `bake`?',
        '          - { name: tenth, weight: 10%, bake-time: 10m }',
        '                                        ^^^^^^^^^',
      ].join('\n'),
    ]);
  });

  it('R-802 never repeats what stands where a secret belongs', () => {
    const text = `${BASE}notify: [{ channel: slack, to: "#a", token: xoxb-secret-value }]\n`;
    const decoded = decode(text);
    expect(decoded.ok).toBe(false);
    expect(JSON.stringify(decoded)).not.toContain('xoxb');
  });

  it('tells a remark on shared defaults once, however many services read them', () => {
    const text = `version: 1
defaults: { service: { platform: { type: command, deploy: a, run: b } } }
services: { one: {}, two: {}, three: {} }
`;
    expect(problems(text)).toHaveLength(1);
    expect(problems(text)[0]).toMatch(/^2:62 `run` is not a key of the platform command/);
  });
});

describe('a configuration that is worth a second look', () => {
  it('warns of a metric that nothing running can deliver', () => {
    const text = trigger('{ metric: web-vitals.lcp, above: 4s, for: 5m }');
    expect(warnings(text).at(-1)).toMatch(/^15:27 `web-vitals.lcp` is taken in from browsers/);
    expect(warnings(text, { serve: true }).join()).not.toContain('browsers');
  });

  it('warns when the requester or the author may leave too few approvers', () => {
    expect(warnings(environment('{ approvals: { count: 2, from: [user:alice, user:bob] } }')).join()).toMatch(
      /too few are left/,
    );
    expect(warnings(environment('{ approvals: { count: 2, from: [team:sre] } }')).join()).not.toContain('too few');
  });

  it('measures two looks by whoever watches: given, or as the analysis says, or 15 s', () => {
    const quick = stages('{ name: a, weight: 100%, bake: 20s }');
    expect(problems(quick)).toHaveLength(1);
    expect(decode(quick, { tick: 1_000 }).ok).toBe(true);
    expect(decode(`${quick}analysis: { interval: 5s }\n`).ok).toBe(true);
    expect(problems(quick, { tick: 60_000 })[0]).toMatch(/at least `2m`/);
  });
});

describe('missingSecrets', () => {
  it('R-118 names a secret that is empty here, its place and what to do', () => {
    const decoded = decode(`${BASE}notify: [{ channel: slack, to: "#a", token: $SLACK_BOT_TOKEN }]\n`);
    const uses = decoded.ok ? decoded.secrets : [];
    expect(missingSecrets(uses, () => true)).toEqual([]);
    expect(missingSecrets(uses, () => false)).toMatchObject([
      { code: 'secret-missing', line: 15, message: '$SLACK_BOT_TOKEN is empty here' },
    ]);
  });
});
