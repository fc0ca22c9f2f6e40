import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { begunAt } from '../../src/action/begun-at.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');
const HOUR = 3_600_000;

function written(at: number): { readonly GITHUB_EVENT_PATH: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-begun-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'event.json');
  writeFileSync(file, '{}');
  utimesSync(file, at / 1_000, at / 1_000);
  return { GITHUB_EVENT_PATH: file };
}

describe('when a step was asked', () => {
  const now = (): number => NOW;

  it('R-805 is when its job began, by the file that the runner writes then', async () => {
    expect(await begunAt(written(NOW - HOUR), { now })).toBe(NOW - HOUR);
  });

  it('is not known in a job of days, from a clock that is behind, or where there is no file', async () => {
    expect(await begunAt(written(NOW - 24 * HOUR), { now })).toBeUndefined();
    expect(await begunAt(written(NOW + HOUR), { now })).toBeUndefined();
    expect(await begunAt({ GITHUB_EVENT_PATH: '/nowhere/event.json' }, { now })).toBeUndefined();
    expect(await begunAt({}, { now })).toBeUndefined();
  });
});
