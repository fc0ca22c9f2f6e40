/** What an action hands to the steps behind it. */
import type { Outcome } from '../core/decision.ts';
import type { Json } from '../core/model/document.ts';
import type { Weight } from '../core/model/weight.ts';
import { outcomeJson } from '../core/report/outcome.ts';
import type { ActionName, OutputName } from './registry.ts';
import { findAction } from './registry.ts';
import type { Runner } from './runner.ts';
import { shortened, size } from './shorten.ts';
import { hide, worthHiding } from './secrets.ts';

/** What a mode answers; what it does not know it leaves out, and the output is empty then. */
export interface ActionResult {
  readonly outcome: Outcome;
  readonly rollout?: string;
  readonly stage?: string;
  readonly weight?: Weight;
  readonly verdict?: string;
  readonly url?: string;
  /** The stage has passed: the next job may begin. */
  readonly proceed?: boolean;
  readonly operation?: string;
  readonly version?: string;
  readonly sha?: string;
  /** The steps behind this one shall deploy. */
  readonly continue?: boolean;
}

/**
 * Bytes of `result`. Whoever hands it on by `env:` starts a process with it, and Linux starts none with a variable above 128 KiB
 * (MAX_ARG_STRLEN, man 2 execve); a job's outputs may take 1 MB together
 * (docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idoutputs).
 */
const LONGEST = 120_000;
/** Characters of any other output. */
const LONGEST_TEXT = 2_000;

/** Writes the outputs that the action has, through the runner's own random delimiters. A secret never stands in one. */
export function writeOutputs(
  runner: Runner,
  result: ActionResult,
  { action, secrets = [] }: { readonly action: ActionName; readonly secrets?: readonly string[] },
): void {
  for (const secret of worthHiding(secrets)) runner.setSecret(secret);
  for (const [name, text] of outputTexts(result, { action, secrets })) runner.setOutput(name, text);
}

/** The outputs by name, as they are written. Public for what shows them elsewhere. */
function outputTexts(
  result: ActionResult,
  { action, secrets }: { readonly action: ActionName; readonly secrets: readonly string[] },
): readonly (readonly [OutputName, string])[] {
  const { outcome } = result;
  const texts: Readonly<Record<OutputName, string | undefined>> = {
    ok: String(outcome.ok),
    code: outcome.code,
    result: undefined,
    rollout: result.rollout,
    stage: result.stage,
    weight: result.weight === undefined ? undefined : String(result.weight / 1_000),
    verdict: result.verdict,
    commit: outcome.commit,
    url: result.url,
    proceed: result.proceed === undefined ? undefined : String(result.proceed),
    operation: result.operation,
    version: result.version,
    sha: result.sha,
    continue: result.continue === undefined ? undefined : String(result.continue),
  };
  return (findAction(action)?.outputs ?? []).map(({ name }) => {
    if (name === 'result') return [name, resultText(outcome, secrets)] as const;
    return [name, hide(texts[name] ?? '', secrets).slice(0, LONGEST_TEXT)] as const;
  });
}

/** The outcome as JSON of at most so many bytes: what is too long is cut inside, and it stays JSON. */
export function resultText(outcome: Outcome, secrets: readonly string[] = [], longest: number = LONGEST): string {
  const shown = hideIn(outcomeJson(outcome), secrets);
  const whole = JSON.stringify(shown);
  if (Buffer.byteLength(whole) <= longest) return whole;
  const { summary, details, ...rest } = shown as { readonly summary: string; readonly details: Json };
  const said = { ...rest, summary: summary.slice(0, LONGEST_TEXT), truncated: true };
  const room = longest - size({ ...said, details: null });
  return JSON.stringify({ ...said, details: shortened(details, room) });
}

/** Names of members are texts too. */
function hideIn(value: Json, secrets: readonly string[]): Json {
  if (typeof value === 'string') return hide(value, secrets);
  if (Array.isArray(value)) return value.map((one: Json) => hideIn(one, secrets));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]: [string, Json]) => [hide(name, secrets), hideIn(one, secrets)]),
  );
}
