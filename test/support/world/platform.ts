/** A platform as the port describes it: effects take time, what it was asked is remembered, `find` tells the truth. */
import type { Capabilities, OperationStatus, Platform, RunningVersion } from '../../../src/ports/platform.ts';

export interface Call {
  readonly kind: 'deploy' | 'weights' | 'remove' | 'find';
  readonly operation: string;
  readonly at: number;
  readonly label?: string;
  readonly copyOf?: string;
  readonly weights?: Readonly<Record<string, number>>;
}

interface Deploy {
  readonly label: string;
  readonly end: number;
  landed: boolean;
}

export interface FakePlatform extends Platform {
  /** Every call that had its effect, in order. */
  readonly calls: readonly Call[];
  readonly running: Map<string, number>;
  /** How long the next deploys take, in ms; 0: done when they return. */
  takes: number;
  /** Labels that answer badly. */
  readonly unhealthy: Set<string>;
  /** What the next calls of a kind answer instead of doing anything: `failed`. */
  readonly failing: Map<Call['kind'], number>;
}

const ALL: Capabilities = {
  weights: 'any',
  preview: true,
  keepsOld: true,
  instantBack: true,
  perVersionMetrics: true,
  baseline: true,
  find: true,
};

interface Options {
  readonly now: () => number;
  readonly capabilities?: Partial<Capabilities>;
}

export function fakePlatform({ now, capabilities = {} }: Options): FakePlatform {
  const can = { ...ALL, ...capabilities };
  const calls: Call[] = [];
  const deploys = new Map<string, Deploy>();
  const done = new Set<string>();
  const running = new Map<string, number>();
  const failing = new Map<Call['kind'], number>();
  const noted = (call: Omit<Call, 'at'>): void => void calls.push({ ...call, at: now() });

  /** Without weights the newest version takes everything. */
  function land(deploy: Deploy): void {
    deploy.landed = true;
    if (can.weights === 'none') for (const label of running.keys()) running.set(label, 0);
    running.set(deploy.label, can.weights === 'none' ? 100_000 : (running.get(deploy.label) ?? 0));
    if (can.keepsOld) return;
    for (const label of Array.from(running.keys())) if (label !== deploy.label) running.delete(label);
  }
  function landAll(): void {
    for (const deploy of deploys.values()) if (!deploy.landed && deploy.end <= now()) land(deploy);
  }
  function fails(kind: Call['kind']): OperationStatus | undefined {
    const left = failing.get(kind) ?? 0;
    if (left === 0) return undefined;
    failing.set(kind, left - 1);
    return { state: 'failed', detail: `${kind} went wrong` };
  }
  function statusOf(operation: string): OperationStatus | { readonly state: 'unknown' } {
    landAll();
    const deploy = deploys.get(operation);
    if (deploy) return deploy.landed ? { state: 'done' } : { state: 'running', ref: `ref-${operation}` };
    return done.has(operation) ? { state: 'done' } : { state: 'unknown' };
  }

  const platform: FakePlatform = {
    type: 'fake',
    calls,
    running,
    takes: 0,
    unhealthy: new Set(),
    failing,
    capabilities: () => can,
    deploy: async ({ operation, label, copyOf }) => {
      landAll();
      noted({ kind: 'deploy', operation, label, ...(copyOf === undefined ? {} : { copyOf }) });
      const failed = fails('deploy');
      if (failed) return failed;
      deploys.set(operation, { label, end: now() + platform.takes, landed: false });
      const status = statusOf(operation);
      return status.state === 'unknown' ? { state: 'failed', detail: 'lost' } : status;
    },
    weights: async ({ operation, weights }) => {
      landAll();
      noted({ kind: 'weights', operation, weights });
      const failed = fails('weights');
      if (failed) return failed;
      const missing = Object.keys(weights).find((label) => !running.has(label));
      if (missing !== undefined) return { state: 'failed', detail: `${missing} does not run` };
      for (const label of running.keys()) running.set(label, weights[label] ?? 0);
      done.add(operation);
      return { state: 'done' };
    },
    observe: async (): Promise<readonly RunningVersion[]> => {
      landAll();
      return [...running].map(([label, weight]) => ({ label, weight, healthy: !platform.unhealthy.has(label) }));
    },
    find: async ({ operation }) => {
      noted({ kind: 'find', operation });
      return statusOf(operation);
    },
    remove: async ({ operation, label, last = false }) => {
      landAll();
      noted({ kind: 'remove', operation, label });
      const failed = fails('remove');
      if (failed) return failed;
      if ((running.get(label) ?? 0) > 0 && !last)
        return { state: 'failed', detail: `${label} has ${running.get(label)} of the traffic` };
      running.delete(label);
      done.add(operation);
      return { state: 'done' };
    },
  };
  return platform;
}
