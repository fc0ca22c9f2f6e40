/** Runs a composite action on this machine as GitHub's runner does: its own parser, its own expressions, real bash. */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { NoOperationTraceWriter } from '@actions/workflow-parser';
import {
  type ActionTemplate,
  convertActionTemplate,
  parseAction,
  type RunStep,
} from '@actions/workflow-parser/actions/index';
import { temporaryFolder } from '../folder.ts';
import { type Ended, run } from '../process.ts';
import { type Context, evaluated, holds } from './expression.ts';
import { commandFiles, readOutputs } from './files.ts';

/** An action.yml as GitHub reads it. @throws Error with what its parser says */
async function readAction(path: string): Promise<ActionTemplate> {
  const file = { name: path, content: await readFile(path, 'utf8') };
  const { context, value } = parseAction(file, new NoOperationTraceWriter());
  const errors = context.errors.getErrors();
  if (value === undefined || errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
  return convertActionTemplate(context, value);
}

export interface CompositeRun {
  /** What the workflow gives by `with`; absent: the default. */
  readonly with?: Readonly<Record<string, string>>;
  readonly github?: Context;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface CompositeEnded {
  /** One for each step that ran; the last one may have failed. */
  readonly steps: readonly Ended[];
  readonly outputs: Readonly<Record<string, string>>;
}

/** Runs the steps one after another, up to the first that fails. Only `run` steps in bash: others are refused. */
export async function runComposite(path: string, options: CompositeRun = {}): Promise<CompositeEnded> {
  const action = await readAction(path);
  if (action.runs.using !== 'composite') throw new Error(`${path} is no composite action`);
  const context = contextOf(action, options);
  const steps: Ended[] = [];
  const results: Record<string, Context> = {};
  for (const step of action.runs.steps) {
    if (!('run' in step)) throw new Error(`${path}: only steps with \`run\` can be run here`);
    const seen = { ...context, steps: results };
    if (!holds(step.if.expression, seen)) continue;
    const { ended, outputs } = await runStep(step, seen, { ...options.env, GITHUB_ACTION_PATH: dirname(path) });
    steps.push(ended);
    results[step.id] = { outputs, outcome: ended.code === 0 ? 'success' : 'failure' };
    if (ended.code !== 0) break;
  }
  const seen = { ...context, steps: results };
  const given = (action.outputs ?? []).map(({ id, value }) => [id, value ? evaluated(value, seen) : ''] as const);
  return { steps, outputs: Object.fromEntries(given) };
}

function contextOf(action: ActionTemplate, { with: given = {}, github = {} }: CompositeRun): Context {
  const unknown = Object.keys(given).find((name) => !(action.inputs ?? []).some(({ id }) => id === name));
  if (unknown !== undefined) throw new Error(`the action has no input ${unknown}`);
  const inputs = (action.inputs ?? []).map(({ id, default: otherwise }) => {
    const text = given[id] ?? (otherwise === undefined ? '' : evaluated(otherwise, { github }));
    return [id, text] as const;
  });
  return { github, inputs: Object.fromEntries(inputs) };
}

async function runStep(
  step: RunStep,
  context: Context,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly ended: Ended; readonly outputs: Readonly<Record<string, string>> }> {
  const folder = await temporaryFolder();
  const files = await commandFiles(folder);
  const script = join(folder, 'script.sh');
  await writeFile(script, evaluated(step.run, context));
  const own = Object.fromEntries(
    Array.from(step.env ?? [], ({ key, value }) => [String(key), evaluated(value, context)] as const),
  );
  // As GitHub starts `shell: bash`.
  const ended = await run('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', script], {
    cwd: folder,
    env: { ...env, ...files, ...own },
  });
  return { ended, outputs: await readOutputs(files) };
}
