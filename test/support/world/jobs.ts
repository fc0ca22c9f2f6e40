/** Workflow runs as a forge tells of them, and jobs whose own steps deploy what they were handed. */
import { jobPlatform } from '../../../src/adapters/platform-command/job.ts';
import type { CommitChecks } from '../../../src/core/facts.ts';
import type { Outcome } from '../../../src/core/decision.ts';
import type { Operation, Rollout } from '../../../src/core/model/rollout.ts';
import { refOfRun } from '../../../src/core/rollout/operation.ts';
import { type JobReport, reportOperation } from '../../../src/engine/report-operation.ts';
import { workflowWaker } from '../../../src/engine/wake.ts';
import type { PlacedPlatform, Wiring } from '../../../src/engine/wiring.ts';
import { type Forge, ForgeError, type RunApproval, type RunJob, type WorkflowRun } from '../../../src/ports/forge.ts';
import type { Platform } from '../../../src/ports/platform.ts';
import type { Runner, World } from './world.ts';

export interface Dispatch {
  readonly workflow: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly run: string;
}

/** What a test may change of the forge at any time. */
export interface JobForge {
  readonly forge: Forge;
  readonly runs: Map<string, WorkflowRun>;
  readonly dispatched: Dispatch[];
  readonly approvals: Map<string, readonly RunApproval[]>;
  readonly jobs: Map<string, readonly RunJob[]>;
  readonly checks: Map<string, CommitChecks>;
  readonly authors: Map<string, readonly string[]>;
  /** Members that fail now, by name: `checksOf`, `run`, `dispatch`. */
  readonly failing: Set<string>;
  readonly asked: string[];
  begin(id: string, headSha?: string): WorkflowRun;
  end(id: string, conclusion?: string): void;
}

export function jobForge(): JobForge {
  const runs = new Map<string, WorkflowRun>();
  const self: JobForge = {
    runs,
    dispatched: [],
    approvals: new Map(),
    jobs: new Map(),
    checks: new Map(),
    authors: new Map(),
    failing: new Set(),
    asked: [],
    begin: (id, headSha = 'f'.repeat(40)) => {
      const run = { id, attempt: 1, ended: false, headSha, event: 'push', workflow: '.github/workflows/deploy.yml' };
      runs.set(id, run);
      return run;
    },
    end: (id, conclusion = 'cancelled') => {
      const run = runs.get(id);
      if (run) runs.set(id, { ...run, ended: true, conclusion });
    },
    forge: undefined as never,
  };
  const asked = <T>(name: string, answer: () => T): Promise<T> => {
    self.asked.push(name);
    return self.failing.has(name)
      ? Promise.reject(new ForgeError('unreachable', `${name}: 502`))
      : Promise.resolve(answer());
  };
  const forge = {
    people: { rights: () => asked('rights', () => ({ role: 'write', teams: ['web-leads'] })) },
    code: {
      resolve: (sha: string) =>
        asked('resolve', () => ({ sha, authors: self.authors.get(sha) ?? [], url: 'https://github.example/c' })),
      checksOf: (sha: string) =>
        asked('checksOf', () => self.checks.get(sha) ?? { state: 'green', detail: '14 of 14' }),
    },
    runs: {
      run: (id: string) => asked('run', () => runs.get(id)),
      jobs: (id: string) => asked('jobs', () => self.jobs.get(id) ?? []),
      approvals: (id: string) => asked('approvals', () => self.approvals.get(id) ?? []),
      dispatch: ({ workflow, inputs }: Omit<Dispatch, 'run'>) =>
        asked('dispatch', () => {
          const run = `9${self.dispatched.length}`;
          self.dispatched.push({ workflow, inputs, run });
          self.begin(run);
          return { run };
        }),
    },
  };
  // What no engine asks in these tests is not there, and would throw.
  return Object.assign(self, { forge: forge as unknown as Forge });
}

/** The pair's platform with deploys by the user's own steps: weights and removing are the fake's, handing over is the real one's. */
export function byJob(world: World, forge: JobForge): PlacedPlatform {
  const job = jobPlatform({
    options: { 'set-traffic': 'none', remove: 'none' },
    runner: { run: () => Promise.reject(new Error('no command runs here')) },
    timeout: 1_000,
    folder: '/',
    runs: forge.forge.runs,
  });
  const platform: Platform = {
    ...world.platform,
    capabilities: () => job.capabilities(),
    deploy: (request) => job.deploy(request),
    find: (request) => (request.ref?.startsWith('run:') === true ? job.find(request) : world.platform.find(request)),
  };
  return { platform, needs: ['checkout'], deployNeeds: ['job:web/production'] };
}

/** A runner's wiring on the forge, that can start workflows. */
export function onForge(runner: Runner, forge: JobForge, placed?: PlacedPlatform): Wiring {
  const { wiring } = runner;
  return {
    ...wiring,
    forge: forge.forge,
    wake: workflowWaker({ runs: forge.forge.runs, config: wiring.config, ref: 'main' }),
    ...(placed && { platforms: new Map([['web/production', placed]]) }),
  };
}

/** The same as a job of a run, in a GitHub environment where one is named. */
export function asJob(wiring: Wiring, id: string, environment?: string): Wiring {
  const has = [
    'checkout',
    'job:web/production',
    ...(environment === undefined ? [] : [`github-environment:${environment}`]),
  ];
  const url = `https://github.example/acme/shop/actions/runs/${id}`;
  return {
    ...wiring,
    here: { id: `run:${id}`, has, lives: () => undefined, run: { id, attempt: 1, repository: '77', url } },
  };
}

/** The deploy that a run has in its hands. */
export function handed(rollouts: readonly Rollout[], run: string): Operation | undefined {
  return rollouts
    .flatMap(({ operations }) => operations)
    .findLast(({ ref }) => ref === refOfRun({ id: run, attempt: 1 }));
}

export function report(wiring: Wiring, run: string, result: JobReport['result']): Promise<Outcome> {
  return reportOperation(wiring, { run: { id: run, attempt: 1 }, result });
}
