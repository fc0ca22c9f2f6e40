import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ActionResult, resultText, writeOutputs } from '../../src/action/outputs.ts';
import { shortened } from '../../src/action/shorten.ts';
import type { Outcome } from '../../src/core/decision.ts';
import type { Json } from '../../src/core/model/document.ts';
import { saidBy } from '../support/runner/said.ts';

const outcome = (rest: Partial<Outcome> = {}): Outcome => ({
  schemaVersion: 1,
  ok: true,
  code: 'done',
  summary: 'web 1.4.0 has 5%',
  details: { rollout: 'r-7f3a' },
  ...rest,
});
const written = async (result: ActionResult, secrets: readonly string[] = []) =>
  saidBy((runner) => writeOutputs(runner, result, { action: 'deploy', secrets }));

describe('the outputs of an action', () => {
  it('are those of the registry, each a text', async () => {
    const { outputs } = await written({
      outcome: outcome({ commit: 'c'.repeat(40) }),
      rollout: 'web-production-20261121-7f3a',
      stage: 'canary',
      weight: 12_500,
      verdict: 'pass',
      url: 'https://x.example',
      proceed: true,
      operation: 'op-1',
      version: '1.4.0',
      sha: 'a'.repeat(40),
      continue: false,
    });
    expect(outputs).toEqual({
      ok: 'true',
      code: 'done',
      result: expect.stringContaining('"schemaVersion":1'),
      commit: 'c'.repeat(40),
      url: 'https://x.example',
      rollout: 'web-production-20261121-7f3a',
      stage: 'canary',
      weight: '12.5',
      verdict: 'pass',
      proceed: 'true',
      version: '1.4.0',
      sha: 'a'.repeat(40),
      operation: 'op-1',
      continue: 'false',
    });
  });

  it('are empty where nothing is known, so that an expression sees no old value', async () => {
    const { outputs } = await written({ outcome: outcome({ ok: false, code: 'locked' }) });
    expect(outputs).toMatchObject({ ok: 'false', code: 'locked', rollout: '', weight: '', proceed: '', commit: '' });
  });

  it('come back as they were given, whatever they hold', async () => {
    const hostile = [
      'a\nb',
      'ghadelimiter_x',
      'x<<EOF\nok=true\nEOF',
      '::set-output name=ok::true',
      '%0A',
      'Größe 🚀',
      '$(id)',
    ];
    for (const text of hostile) {
      const { outputs, lines } = await written({ outcome: outcome({ summary: text, details: { text } }), url: text });
      expect(outputs['url']).toBe(text);
      expect(JSON.parse(outputs['result'] ?? '')).toMatchObject({ summary: text, details: { text } });
      expect(outputs['ok']).toBe('true');
      expect(lines).toEqual([]);
    }
  });

  it('hold no secret, and the runner is told of each of them, line by line', async () => {
    const key = '-----BEGIN-----\nabcdef\n-----END-----';
    const { outputs, lines } = await written(
      {
        outcome: outcome({ summary: 'token ghs_secret refused', details: { ghs_secret: [key] } }),
        url: 'https://u:ghs_secret@x',
      },
      ['ghs_secret', key, '', 'ab'],
    );
    const all = JSON.stringify(outputs);
    expect(all).not.toContain('ghs_secret');
    expect(all).not.toContain('abcdef');
    expect(outputs['url']).toBe('https://u:***@x');
    expect(lines).toContain('::add-mask::ghs_secret');
    expect(lines).toContain('::add-mask::abcdef');
    expect(lines.some((line) => line === '::add-mask::' || line === '::add-mask::ab')).toBe(false);
  });
});

describe('the result', () => {
  it('is the outcome without what is only shown', () => {
    const shown = outcome({ report: { blocks: [{ type: 'text', text: 'x' }] }, commit: 'abc' });
    expect(JSON.parse(resultText(shown))).toEqual({
      schemaVersion: 1,
      ok: true,
      code: 'done',
      summary: 'web 1.4.0 has 5%',
      details: { rollout: 'r-7f3a' },
      commit: 'abc',
    });
  });

  it('of 100 KB is whole; a longer one is cut inside, says so, and keeps what machines ask for', () => {
    const rows = (count: number) => Array.from({ length: count }, (_, index) => ({ index, name: 'x'.repeat(80) }));
    const whole = JSON.parse(resultText(outcome({ details: rows(1_000) }))) as { readonly details: readonly unknown[] };
    expect(whole.details).toHaveLength(1_000);
    const text = resultText(outcome({ details: { rows: rows(20_000), count: 20_000, next: 'b' }, commit: 'abc' }));
    const cut = JSON.parse(text) as { readonly details: { readonly rows: readonly unknown[] } };
    expect(text.length).toBeLessThanOrEqual(120_000);
    expect(text.length).toBeGreaterThan(115_000);
    expect(cut).toMatchObject({
      schemaVersion: 1,
      ok: true,
      code: 'done',
      commit: 'abc',
      truncated: true,
      details: { count: 20_000, next: 'b' },
    });
    expect(cut.details.rows[0]).toEqual(rows(1)[0]);
    expect(cut.details.rows.at(-1)).toBe('…');
  });

  it('fits a variable of the next step whatever alphabet it is in: bytes count, and Linux takes no 128 KiB', () => {
    const text = resultText(outcome({ details: { rows: Array.from({ length: 5_000 }, () => '漢字🚀'.repeat(20)) } }));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(120_000);
    expect(JSON.parse(text)).toMatchObject({ truncated: true });
    expect(
      execFileSync('sh', ['-c', 'printf %s "$RESULT" | wc -c'], { env: { ...process.env, RESULT: text } }),
    ).toBeDefined();
  });

  it('is JSON of at most so many characters for any details and any limit', () => {
    const json = fc.jsonValue({ maxDepth: 6 }) as fc.Arbitrary<Json>;
    fc.assert(
      fc.property(
        json,
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.integer({ min: 200, max: 2_000 }),
        (details, summary, most) => {
          const text = resultText(outcome({ details, summary: summary.slice(0, 20) }), [], most);
          expect(text.length).toBeLessThanOrEqual(most);
          expect(JSON.parse(text)).toMatchObject({ schemaVersion: 1, ok: true, code: 'done' });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is shortened by no more than it must be: what fits stays as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue() as fc.Arbitrary<Json>, (value) => {
        const size = JSON.stringify(value).length;
        expect(shortened(value, size)).toBe(value);
        for (const room of [4, 20, 60, size - 1]) {
          if (room < 4 || room >= size) continue;
          expect(JSON.stringify(shortened(value, room)).length).toBeLessThanOrEqual(room);
        }
      }),
    );
  });
});
