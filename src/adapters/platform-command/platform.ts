import { resolve } from 'node:path';
import type { CommandText } from '../../core/model/config.ts';
import { WHOLE, type Weight } from '../../core/model/weight.ts';
import type { Capabilities, DeployRequest, OperationStatus, PairName, Platform } from '../../ports/platform.ts';
import type { Runner, RunResult } from '../../ports/runner.ts';
import { foundStatus, foundVersions, statusOf } from './answer.ts';
import { type Ledger, ledger } from './ledger.ts';
import { type CommandOptions, decodeCommandOptions } from './options.ts';

export interface CommandPlatformSetup {
  readonly options: Readonly<Record<string, unknown>>;
  readonly runner: Runner;
  /** Longest run of any one command, in ms. */
  readonly timeout: number;
  /** The repository's root: where commands run, and what a `cwd` is relative to. */
  readonly folder: string;
}

interface Context {
  readonly options: CommandOptions;
  readonly setup: CommandPlatformSetup;
  readonly done: Ledger;
}

/**
 * A platform made of the user's own commands. Each gets its values as `SLUICE_*` variables and as one JSON object on
 * standard input, and may print a JSON answer (answer.ts). Throws `config-invalid` on keys that are wrong.
 */
export function commandPlatform(setup: CommandPlatformSetup): Platform {
  const options = decodeCommandOptions(setup.options);
  const context: Context = { options, setup, done: ledger() };
  return {
    type: 'command',
    capabilities: () => capabilitiesOf(options),
    deploy: (request) => context.done.once(request.operation, () => deploy(context, request)),
    weights: (request) => context.done.inTurn(request.operation, () => setTraffic(context, request)),
    remove: (request) => context.done.inTurn(request.operation, () => remove(context, request)),
    observe: (pair) => observe(context, pair),
    find: (request) => find(context, request),
  };
}

/** Without `set-traffic` a deploy takes all traffic at once, and going back is deploying the old version again. */
function capabilitiesOf(options: CommandOptions): Capabilities {
  const moves = options['set-traffic'] !== undefined;
  return {
    weights: moves ? 'any' : 'none',
    preview: moves,
    keepsOld: moves,
    instantBack: moves,
    perVersionMetrics: moves,
    baseline: false,
    find: options.status !== undefined,
  };
}

interface Call {
  readonly name: keyof CommandOptions & ('deploy' | 'set-traffic' | 'status' | 'remove');
  readonly command: CommandText;
  /** What standard input carries; text values also become variables. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  /** Milliseconds; absent: the platform's own. */
  readonly timeout?: number;
}

function call(
  { options, setup }: Context,
  { name, command, values, signal, timeout = setup.timeout }: Call,
): Promise<RunResult> {
  const variables: Record<string, string> = { SLUICE_COMMAND: name };
  for (const [key, value] of Object.entries(values))
    variables[VARIABLES[key] ?? `SLUICE_${key.toUpperCase()}`] =
      typeof value === 'string' ? value : JSON.stringify(value);
  return setup.runner.run({
    command,
    variables,
    allowed: options.env,
    input: `${JSON.stringify({ command: name, ...values })}\n`,
    timeout,
    signal,
    cwd: resolve(setup.folder, options.cwd ?? '.'),
  });
}

const VARIABLES: Readonly<Record<string, string>> = { label: 'SLUICE_VERSION', commit: 'SLUICE_SHA' };

async function deploy(context: Context, { signal, ...values }: DeployRequest): Promise<OperationStatus> {
  const { deploy: command } = context.options;
  return statusOf('deploy', await call(context, { name: 'deploy', command, values, signal }));
}

type WeightsRequest = Parameters<Platform['weights']>[0];

async function setTraffic(context: Context, { signal, weights, ...pair }: WeightsRequest): Promise<OperationStatus> {
  const command = context.options['set-traffic'];
  if (command === undefined) return { state: 'failed', detail: 'the platform has no set-traffic command' };
  const sum = Object.values(weights).reduce((total, weight) => total + weight, 0);
  if (sum !== WHOLE || Object.values(weights).some((weight) => weight < 0))
    return { state: 'failed', detail: `weights must sum to 100%, found ${sum / 1_000}%` };
  const values = { ...pair, weights: inPercent(weights) };
  return statusOf('set-traffic', await call(context, { name: 'set-traffic', command, values, signal }));
}

function inPercent(weights: Readonly<Record<string, Weight>>): Record<string, number> {
  return Object.fromEntries(Object.entries(weights).map(([label, weight]) => [label, weight / 1_000]));
}

type RemoveRequest = Parameters<Platform['remove']>[0];

async function remove(context: Context, { signal, last = false, ...values }: RemoveRequest): Promise<OperationStatus> {
  const command = context.options.remove;
  const none = 'the platform has no `remove` command';
  if (command === undefined) return { state: last ? 'failed' : 'done', detail: none };
  return statusOf('remove', await call(context, { name: 'remove', command, values, signal }));
}

/** `status` is asked in every look: one that hangs is no answer. */
const STATUS_TIME = 10_000;

function askStatus(
  context: Context,
  { command, values, signal = new AbortController().signal }: Omit<Call, 'name' | 'signal' | 'timeout'> & Interruptible,
): Promise<RunResult> {
  const timeout = Math.min(context.setup.timeout, STATUS_TIME);
  return call(context, { name: 'status', command, values, signal, timeout });
}

interface Interruptible {
  readonly signal?: AbortSignal | undefined;
}

async function observe(
  context: Context,
  { service, environment, signal }: PairName & Interruptible,
): ReturnType<Platform['observe']> {
  const command = context.options.status;
  if (command === undefined) return undefined;
  return foundVersions(await askStatus(context, { command, values: { service, environment }, signal }));
}

async function find(
  context: Context,
  { signal, ...values }: Parameters<Platform['find']>[0],
): ReturnType<Platform['find']> {
  const known = context.done.find(values.operation);
  if (known && known.state !== 'running') return known;
  const command = context.options.status;
  if (command === undefined) return known ?? { state: 'unknown' };
  return foundStatus(await askStatus(context, { command, values, signal }));
}
