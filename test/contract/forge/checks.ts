import { describe, expect, it } from 'vitest';
import type { CheckRun } from '../../../src/ports/forge.ts';
import type { Bench, ForgeWorld } from '../forge.contract.ts';

const pushed = (world: ForgeWorld): Promise<string> => world.push({ branch: 'main', files: { 'a.txt': 'a' } });

const run = (sha: string, more: Partial<CheckRun> = {}): CheckRun => ({
  sha,
  name: 'sluice / check',
  state: 'success',
  title: 'all well',
  summary: 'three flags',
  annotations: [],
  buttons: [],
  ...more,
});

const notes = (count: number): CheckRun['annotations'] =>
  Array.from({ length: count }, (_, index) => ({
    path: 'flags/a.json',
    line: index + 1,
    level: 'warning',
    title: `note ${index}`,
    message: 'expired',
  }));

export function checkRules(bench: Bench): void {
  describe('whether a commit is green', () => {
    it('is green with no checks, red with one that failed, running with one that runs', async () => {
      const { world, open } = bench();
      const sha = await pushed(world);
      const code = open().code;
      expect(await code.checksOf(sha)).toEqual({ state: 'green', detail: 'no checks' });
      world.setChecks(sha, [
        { name: 'ci', state: 'success' },
        { name: 'lint', state: 'pending' },
      ]);
      expect((await code.checksOf(sha)).state).toBe('running');
      world.setChecks(sha, [{ name: 'e2e', state: 'failure', app: 'circle' }]);
      expect(await code.checksOf(sha)).toEqual({ state: 'red', detail: '1 of 3 not green: e2e' });
    });

    it.each(['timed_out', 'cancelled', 'action_required', 'failure'])('is not green with %s', async (state) => {
      const { world, open } = bench();
      const sha = await pushed(world);
      world.setChecks(sha, [{ name: 'ci', state }]);
      expect((await open().code.checksOf(sha)).state).toBe('red');
    });

    it('takes the newest run of an App and name, and keeps Apps and old statuses apart', async () => {
      const { world, open } = bench();
      const sha = await pushed(world);
      world.setChecks(sha, [
        { name: 'ci', state: 'failure' },
        { name: 'ci', state: 'success' },
      ]);
      expect((await open().code.checksOf(sha)).state).toBe('green');
      world.setChecks(sha, [{ name: 'ci', state: 'failure', app: 'other' }]);
      expect((await open().code.checksOf(sha)).state).toBe('red');
      const next = await world.push({ branch: 'main', files: { 'a.txt': 'next' } });
      world.setChecks(next, [
        { name: 'ci/old', state: 'failure', status: true },
        { name: 'ci/old', state: 'success', status: true },
        { name: 'ci', state: 'neutral' },
        { name: 'docs', state: 'skipped' },
      ]);
      expect(await open().code.checksOf(next)).toEqual({ state: 'green', detail: '3 of 3' });
      world.setChecks(next, [{ name: 'ci/old', state: 'error', status: true }]);
      expect((await open().code.checksOf(next)).state).toBe('red');
    });

    it('reads every page: the one that failed may be the oldest of 230', async () => {
      const { world, open } = bench();
      const sha = await pushed(world);
      const green = Array.from({ length: 229 }, (_, index) => ({ name: `c${index}`, state: 'success' }));
      world.setChecks(sha, [{ name: 'first', state: 'failure' }, ...green]);
      expect(await open().code.checksOf(sha)).toEqual({ state: 'red', detail: '1 of 230 not green: first' });
      const statuses = green.slice(0, 120).map((one) => ({ ...one, status: true }) as const);
      const next = await world.push({ branch: 'main', files: { 'a.txt': 'next' } });
      world.setChecks(next, [...statuses, { name: 'last', state: 'pending', status: true }]);
      expect(await open().code.checksOf(next)).toEqual({ state: 'running', detail: '1 of 121 still run: last' });
    });

    it('does not ask its own, ignored ones, and waits for required ones', async () => {
      const { world, open } = bench();
      const sha = await pushed(world);
      const forge = open();
      await forge.checks.put(run(sha, { state: 'failure' }));
      world.setChecks(sha, [
        { name: 'flaky', state: 'failure' },
        { name: 'ci', state: 'success' },
      ]);
      expect((await forge.code.checksOf(sha)).state).toBe('red');
      expect((await open({ checks: { ignored: ['flaky'] } }).code.checksOf(sha)).state).toBe('green');
      expect((await open({ checks: { required: ['ci'] } }).code.checksOf(sha)).state).toBe('green');
      expect((await open({ checks: { required: ['ci', 'e2e'] } }).code.checksOf(sha)).state).toBe('running');
    });

    it('rejects where GitHub answers for another commit, and where it cannot be asked', async () => {
      const { world, open } = bench();
      const sha = await pushed(world);
      const other = await world.push({ branch: 'main', files: { 'a.txt': 'other' } });
      world.setChecks(other, [{ name: 'ci', state: 'success' }]);
      const code = open().code;
      await expect(code.checksOf('main')).rejects.toMatchObject({ code: 'sha-moved' });
      const limited = open({ permissions: { statuses: 'read' } });
      await expect(limited.code.checksOf(sha)).rejects.toThrow(
        /token-lacks-permission: read the check runs.*checks: read/,
      );
    });
  });

  describe('check runs of our own', () => {
    it('are made once and then brought up to date, from queued to the end', async () => {
      const { world, open } = bench();
      const sha = await pushed(world);
      const checks = open().checks;
      expect(await checks.find(sha, 'sluice / check')).toBeUndefined();
      for (const state of ['queued', 'in_progress', 'failure', 'success', 'neutral', 'action_required'] as const) {
        await checks.put(run(sha, { state, title: `is ${state}` }));
        expect(await checks.find(sha, 'sluice / check')).toEqual({ state, title: `is ${state}` });
      }
      expect(world.checkRuns(sha)).toHaveLength(1);
    });

    it('are not mixed up with a job of the same name', async () => {
      const { world, open } = bench();
      const sha = await pushed(world);
      world.setChecks(sha, [{ name: 'sluice / check', state: 'failure' }]);
      const forge = open();
      expect(await forge.checks.find(sha, 'sluice / check')).toBeUndefined();
      await forge.checks.put(run(sha));
      expect(world.checkRuns(sha).map(({ conclusion }) => conclusion)).toEqual(['failure', 'success']);
    });

    it('are left as they are where only a change, or only one that is there, is written', async () => {
      const { world, open } = bench();
      const sha = await pushed(world);
      const { checks } = open();
      const writes = (): number => world.calls.filter(({ method }) => method === 'POST' || method === 'PATCH').length;
      await checks.put(run(sha), 'known');
      expect(world.checkRuns(sha)).toEqual([]);
      await checks.put(run(sha), 'changed');
      const made = writes();
      for (const only of ['changed', 'known'] as const) await checks.put(run(sha), only);
      expect([world.checkRuns(sha).length, writes()]).toEqual([1, made]);
      await checks.put(run(sha, { title: 'another' }), 'known');
      expect(world.checkRuns(sha)).toMatchObject([{ title: 'another' }]);
    });

    it('send annotations fifty at a time, and never a second time', async () => {
      const { world, open } = bench();
      const sha = await pushed(world);
      const checks = open().checks;
      await checks.put(run(sha, { annotations: notes(120) }));
      expect(world.checkRuns(sha)[0]?.annotations).toHaveLength(120);
      await checks.put(run(sha, { annotations: notes(3) }));
      expect(world.checkRuns(sha).map(({ annotations }) => annotations.length)).toEqual([120, 3]);
      // What is mended is not told of any more: GitHub never takes an annotation away.
      await checks.put(run(sha, { annotations: [] }));
      expect(world.checkRuns(sha).map(({ annotations }) => annotations.length)).toEqual([120, 3, 0]);
      await checks.put(run(sha, { annotations: [], title: 'again' }));
      expect(world.checkRuns(sha)).toHaveLength(3);
      const writes = world.calls.filter(({ method }) => method === 'POST' || method === 'PATCH');
      expect(writes).toHaveLength(6);
    });

    it('keep to the limits of buttons, titles and summaries', async () => {
      const { world, open } = bench();
      const sha = await pushed(world);
      const button = (identifier: string) => ({ label: 'L'.repeat(50), description: 'D'.repeat(50), identifier });
      const buttons = [button('i'.repeat(21)), ...['a', 'b', 'c', 'd'].map(button)];
      await open().checks.put(
        run(sha, { buttons, summary: 'long\n'.repeat(40_000), title: 'T'.repeat(400), url: 'javascript:x' }),
      );
      const [made] = world.checkRuns(sha);
      expect(made?.actions.map((one) => one['identifier'])).toEqual(['a', 'b', 'c']);
      expect(made?.summary?.length).toBeLessThanOrEqual(65_535);
      expect(made?.summary?.endsWith('long\n') || made?.summary?.endsWith('long')).toBe(true);
    });
  });
}
