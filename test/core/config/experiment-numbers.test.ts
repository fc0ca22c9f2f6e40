import { describe, expect, it } from 'vitest';
import { configReference, configSchema } from '../../../src/core/config/published.ts';
import { BASE, good, problems } from './decoding.ts';

const section = (text: string): string => `${BASE}experiments:\n${text}`;
const LINE = BASE.split('\n').length + 1;

describe('where the numbers of experiments come from', () => {
  it('R-706 nobody listens for events unless it is written, and then on a port of its own with no origins', () => {
    expect(good(BASE).experiments.ingest).toBeUndefined();
    expect(good(section('  ingest: {}\n')).experiments.ingest).toEqual({ port: 7_412, origins: [] });
    const all = '  ingest: { port: 0, token: $INGEST_TOKEN, origins: [https://shop.example, "*"] }\n';
    expect(good(section(all)).experiments.ingest).toEqual({
      port: 0,
      token: '$INGEST_TOKEN',
      origins: ['https://shop.example', '*'],
    });
  });

  it('R-605 a lost guardrail is an alert, and a stop only where that is written', () => {
    expect(good(section('  on-guardrail-lost: stop\n')).experiments.onGuardrailLost).toBe('stop');
  });

  it('users are counted by a metric of kind count that tells variants apart', () => {
    const metrics = `metrics:\n  visitors: { kind: count, count: 'users{v="{{variant}}"}' }\n`;
    const text = `${BASE.replace(/^metrics:\n/m, metrics)}experiments:\n  users: visitors\n`;
    expect(good(text).experiments.users).toBe('visitors');
    expect(problems(text.replace('users: visitors', 'users: visitor'))[0]).toContain('visitors');
    expect(problems(text.replace('{{variant}}', 'all'))[0]).toContain(
      'expected a metric of kind count with `{{variant}}` in its query',
    );
  });

  it.each([
    ['  ingest: { port: 70000 }', '19', 'expected 0 to 65535'],
    ['  ingest: { token: abc }', '20', '$'],
    ['  ingest: { origins: [shop.example] }', '23', 'expected an origin such as `https://shop.example`'],
    ['  on-guardrail-lost: rollback', '22', 'stop'],
    ['  ingest: { prot: 1 }', '13', 'did you mean `port`?'],
  ])('says where %s is wrong, and what belongs there', (text, column, message) => {
    const [first] = problems(section(`${text}\n`));
    expect(first).toMatch(new RegExp(`^${LINE}:${column} `));
    expect(first).toContain(message);
  });

  it('stands in the published schema and reference', () => {
    expect(configSchema()).toContain('"on-guardrail-lost"');
    expect(configReference()).toContain('| `ingest.origins` |');
  });
});
