/** A state with flags, and commands asked of it. */
import type { Command, Value } from '../../../src/core/command/command.ts';
import type { Asking, Decision } from '../../../src/core/decision.ts';
import { decideFlag } from '../../../src/core/flag/commands.ts';
import type { Flag, Segment } from '../../../src/core/model/flag.ts';
import type { Rollout } from '../../../src/core/model/rollout.ts';
import { config } from '../../support/state.ts';
import type { State } from '../../../src/core/model/state.ts';

const NOW: number = Date.parse('2026-11-21T10:00:00.000Z');

export interface Given {
  readonly flags?: readonly Flag[];
  readonly segments?: readonly Segment[];
  readonly rollouts?: readonly Rollout[];
  readonly names?: string;
}

export function stateOf({ flags = [], segments = [], rollouts = [], names }: Given = {}): State {
  const { production } = config.environments;
  const environments = production ? { staging: { ...production, name: 'staging' }, production } : {};
  return {
    revision: 'abc',
    config: { ...config, environments, flags: { ...config.flags, ...(names !== undefined && { names }) } },
    flags: new Map(flags.map((flag) => [flag.key, flag])),
    experiments: new Map(),
    segments: new Map(segments.map((segment) => [segment.name, segment])),
    environments: new Map(),
    places: new Map(),
    rollouts: new Map(rollouts.map((rollout) => [rollout.id, rollout])),
    alerts: new Map(),
    broken: [],
  };
}

const asking: Asking = {
  now: NOW,
  actor: { kind: 'github', id: '1', name: 'alice', verified: true },
  rights: { role: 'write', teams: [] },
  request: 'r',
  dryRun: false,
  overrides: [],
  command: '',
};

export interface Words {
  readonly args?: Readonly<Record<string, Value>>;
  readonly options?: Readonly<Record<string, Value>>;
  readonly environment?: string;
}

/** Decides in production unless another environment is named. */
export function ask(
  state: State,
  name: string,
  { args = {}, options = {}, environment = 'production' }: Words = {},
): Decision {
  const command: Command = { name, args, options, environment };
  return decideFlag(state, command, asking);
}

/** The state after a decision, as the store would give it back. */
export function after(state: State, decision: Decision): State {
  const flags = new Map(state.flags);
  const segments = new Map(state.segments);
  for (const { path, document } of decision.changes) {
    const [folder, file = ''] = path.split('/');
    const key = file.replace(/\.json$/, '');
    const into = (folder === 'flags' ? flags : segments) as Map<string, unknown>;
    if (document === null) into.delete(key);
    else into.set(key, JSON.parse(JSON.stringify(document)));
  }
  return { ...state, flags, segments };
}
