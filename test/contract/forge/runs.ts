import { describe, expect, it } from 'vitest';
import type { Bench, ForgeWorld } from '../forge.contract.ts';

const TICK = '.github/workflows/sluice-tick.yml';
const STAGE = '.github/workflows/sluice-stage.yml';
const inputs = 'inputs: { rollout: { type: string }, stage: { type: string } }';

const withWorkflows = (world: ForgeWorld): Promise<string> =>
  world.push({
    branch: 'main',
    files: {
      [TICK]: "name: tick\non: { schedule: [{ cron: '7 * * * *' }] }\njobs: {}\n",
      [STAGE]: `name: stage\non: { workflow_dispatch: { ${inputs} } }\njobs: {}\n`,
    },
  });

const DISPATCH = 'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches';

export function runRules(bench: Bench): void {
  describe('workflow runs', () => {
    it('are told by number: attempt, end, head, workflow, and who started the attempt', async () => {
      const { world, open } = bench();
      const sha = await withWorkflows(world);
      for (const login of ['alice', 'bob']) world.person({ login, role: 'write' });
      const { id } = await world.beginRun({ workflow: 'sluice-stage.yml', event: 'workflow_dispatch', actor: 'alice' });
      const runs = open().runs;
      const told = {
        id: String(id),
        attempt: 1,
        ended: false,
        headSha: sha,
        event: 'workflow_dispatch',
        workflow: STAGE,
      };
      expect(await runs.run(String(id))).toMatchObject({ ...told, startedBy: { login: 'alice', type: 'User' } });
      world.endRun(id, 'cancelled');
      expect(await runs.run(String(id))).toMatchObject({ ended: true, conclusion: 'cancelled' });
      world.rerun(id, 'bob');
      expect(await runs.run(String(id))).toMatchObject({ attempt: 2, ended: false, startedBy: { login: 'bob' } });
      expect((await runs.run(String(id)))?.conclusion).toBeUndefined();
      for (const other of ['4711', '../../x', '1e3', '']) expect(await runs.run(other)).toBeUndefined();
    });

    it('name their jobs one by one, with runners, of one attempt', async () => {
      const { world, open } = bench();
      await withWorkflows(world);
      const { id } = await world.beginRun({
        jobs: [
          { name: 'Ship (eu)', runner: 'eu-1' },
          { name: 'smoke', runner: 'GitHub Actions 7' },
        ],
      });
      world.endJob(id, 'smoke');
      const runs = open().runs;
      expect((await runs.jobs(String(id), 1)).filter(({ runner }) => runner !== undefined)).toEqual([
        { name: 'Ship (eu)', ended: false, runner: 'eu-1' },
        { name: 'smoke', ended: true, runner: 'GitHub Actions 7' },
      ]);
      await expect(runs.jobs('4711', 1)).rejects.toMatchObject({ status: 404 });
      await expect(open({ permissions: {} }).runs.jobs(String(id), 1)).rejects.toThrow(/actions: read/);
    });

    it('say who let them in, by numeric id', async () => {
      const { world, open } = bench();
      await withWorkflows(world);
      const alice = world.person({ login: 'alice', role: 'admin' });
      world.setEnvironment({ name: 'production', reviewers: ['alice'] });
      const { id } = await world.beginRun({ actor: 'bob', environments: ['production'] });
      const runs = open().runs;
      expect(await runs.approvals(String(id))).toEqual([]);
      world.approveRun(id, { by: 'alice', environment: 'production' });
      const by = { kind: 'github', id: String(alice.id), name: 'alice', verified: true };
      expect(await runs.approvals(String(id))).toEqual([{ by, environments: ['production'], state: 'approved' }]);
      await expect(runs.approvals('$(x)')).rejects.toMatchObject({ code: 'value-invalid' });
      await expect(open({ permissions: {} }).runs.approvals(String(id))).rejects.toThrow(/actions: read/);
    });

    it('waiting for our rule are answered by their number, whatever a payload said', async () => {
      const { world, open } = bench();
      await withWorkflows(world);
      world.setEnvironment({ name: 'production', customRules: ['sluice'] });
      const { id } = await world.beginRun({ environments: ['production'] });
      const deployments = open({ login: 'sluice[bot]' }).deployments;
      const request = { run: String(id), environment: 'production' };
      await deployments.answerRule({ ...request, comment: 'waits for an approval\n'.repeat(200) });
      await deployments.answerRule({ ...request, state: 'approved', comment: 'alice approved' });
      expect(world.run(id).answers.map(({ state, comment }) => [state, comment.length])).toEqual([
        [undefined, 1_024],
        ['approved', 14],
      ]);
      const hostile = { ...request, run: 'https://evil.example/1', comment: '' };
      await expect(deployments.answerRule(hostile)).rejects.toMatchObject({ code: 'value-invalid' });
    });

    it('are started by the name of a workflow, with inputs as they are, and named where GitHub says them', async () => {
      const { world, open } = bench();
      await withWorkflows(world);
      const runs = open().runs;
      const given = { rollout: 'r-7f3a', stage: '"beta"\n$(touch x)' };
      const { run } = await runs.dispatch({ workflow: STAGE, ref: 'main', inputs: given });
      expect(world.dispatches).toMatchObject([
        { kind: 'workflow', name: 'sluice-stage.yml', ref: 'main', inputs: given },
      ]);
      expect(await open().runs.run(run ?? '')).toMatchObject({ event: 'workflow_dispatch', workflow: STAGE });
      await expect(runs.dispatch({ workflow: 'none.yml', ref: 'main', inputs: {} })).rejects.toMatchObject({
        status: 404,
        code: 'target-unknown',
        message: expect.stringContaining('no such workflow'),
      });
      await expect(runs.dispatch({ workflow: '../x.yml', ref: 'main', inputs: {} })).rejects.toMatchObject({
        code: 'value-invalid',
      });
      await expect(runs.dispatch({ workflow: 'sluice-stage.yml', ref: 'gone', inputs: {} })).rejects.toThrow(
        /start sluice-stage.yml on gone/,
      );
      const limited = open({ permissions: { actions: 'read' } });
      await expect(limited.runs.dispatch({ workflow: STAGE, ref: 'main', inputs: {} })).rejects.toThrow(
        /actions: write/,
      );
    });

    it('are started without their number where the server cannot give it', async () => {
      const { world, open } = bench();
      await withWorkflows(world);
      world.fault({
        route: DISPATCH,
        status: 422,
        body: { message: 'Invalid request.\n\n"return_run_details" is not a permitted key.' },
      });
      expect(await open().runs.dispatch({ workflow: 'sluice-stage.yml', ref: 'main', inputs: {} })).toEqual({});
      expect(world.dispatches).toHaveLength(1);
    });

    it('are told of by an event of the repository', async () => {
      const { world, open } = bench();
      const payload = { rollout: 'r-7f3a', note: '"quotes" and $(x)' };
      await open().runs.announce({ event: 'sluice.rolled-back', payload });
      expect(world.dispatches).toMatchObject([{ kind: 'repository', name: 'sluice.rolled-back', inputs: payload }]);
    });

    it('by schedule are switched on and off, and asked no more than that', async () => {
      const { world, open } = bench();
      await withWorkflows(world);
      const runs = open().runs;
      const writes = (): number => world.calls.filter(({ method }) => method === 'PUT').length;
      await runs.enable('sluice-tick.yml', true);
      expect(writes()).toBe(0);
      await runs.enable('sluice-tick.yml', false);
      await runs.enable('sluice-tick.yml', false);
      expect(writes()).toBe(1);
      await runs.enable(TICK, true);
      expect(writes()).toBe(2);
      await expect(runs.enable('none.yml', true)).rejects.toThrow(/switch none.yml on/);
      await expect(open({ permissions: { actions: 'read' } }).runs.enable(TICK, false)).rejects.toThrow(
        /actions: write/,
      );
    });
  });
}
