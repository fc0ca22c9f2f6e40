/** `actions/reconcile`: one tick over everything, or ticks until nothing moves; also what a lost job left behind is settled by it. */
import type { Outcome } from '../../core/decision.ts';
import type { Rollout } from '../../core/model/rollout.ts';
import { SECOND } from '../../core/model/time.ts';
import { plural } from '../../core/report/words.ts';
import { readMoving, tick } from '../../engine/tick.ts';
import type { Wiring } from '../../engine/wiring.ts';
import type { GithubComposed } from '../../compose/github.ts';
import { isOn, numberOf, textOf } from '../inputs.ts';
import type { Answer } from '../proceed.ts';
import { switchOffWhenIdle } from '../schedule.ts';
import { openEngine, type Step } from '../step.ts';
import { newWatch } from '../wait.ts';
import { sealedAnswer } from './sealed.ts';

/** How often a watching job ticks, in ms (rollouts.md section 6). */
const PERIOD = 15 * SECOND;
/** A tick waits as long for what it performs itself, in ms: nobody performs it after this job. */
const PATIENCE = Number.MAX_SAFE_INTEGER;

export async function reconcile(step: Step): Promise<Answer> {
  const { inputs } = step;
  const command = inputs.command ?? { name: 'reconcile', args: {}, options: {} };
  const endpoint = textOf(inputs, 'endpoint');
  if (endpoint !== undefined) return sealedAnswer(step, { endpoint, command });
  const lines: string[] = [];
  const log = (line: string): void => {
    lines.push(line);
    step.log(line);
  };
  const engine = await openEngine({ ...step, log });
  try {
    const before = (await engine.wiring.store.read([])).revision;
    if (engine.scarce()) log(FEW_LEFT_FOR_TICKS);
    const failed = isOn(inputs, 'failed') ? { failedRun: step.context.runId } : {};
    const looking = { ...engine, wiring: { ...engine.wiring, ...failed } };
    const { unfinished, revision } = await ticks(step, looking, command.options['watch'] === true);
    if (unfinished === 0 && !step.signal.aborted) await switchOffWhenIdle(engine.wiring);
    return {
      outcome: told({ changed: revision !== before, unfinished, revision, lines, stopped: step.signal.aborted }),
    };
  } finally {
    await engine.close();
  }
}

const FEW_LEFT_FOR_TICKS =
  "fewer than 200 calls of GitHub's API are left in this hour: what goes back goes on, and what users see is watched; the rest waits";

/** What may have to be taken from users; what has not reached them can wait. */
function mayGoBack({ phase, goingBack }: Rollout): boolean {
  return goingBack !== undefined || phase === 'exposing' || phase === 'provisional';
}

interface Ticked {
  readonly unfinished: number;
  readonly revision: string | null;
}

async function ticks(
  { clock, signal, inputs }: Step,
  { wiring, scarce }: GithubComposed,
  watch: boolean,
): Promise<Ticked> {
  const { memory, rest } = newWatch();
  const settles = wiring.failedRun !== undefined;
  const end = clock.now() + (watch || settles ? (numberOf(inputs, 'timeout') ?? 0) : 0);
  for (;;) {
    const only = scarce() ? { only: mayGoBack } : {};
    const ticked = await tick({ wiring, memory, signal, patience: watch ? PERIOD : PATIENCE, ...only });
    if (ticked.unfinished === 0 || signal.aborted || clock.now() >= end || scarce()) return ticked;
    if (settles && !watch && !(await goesBack(wiring))) return ticked;
    await rest(Math.min(PERIOD, wiring.config.analysis.interval, end - clock.now()), { clock, signal });
  }
}

/** Nobody ticks behind the last job of a failed run: it sees the way back through. */
async function goesBack(wiring: Wiring): Promise<boolean> {
  const { rollouts } = await readMoving(wiring);
  return [...rollouts.values()].some(({ phase }) => phase === 'rolling-back');
}

interface Told extends Ticked {
  readonly changed: boolean;
  readonly lines: readonly string[];
  readonly stopped: boolean;
}

function told({ changed, unfinished, revision, lines, stopped }: Told): Outcome {
  const left = unfinished === 0 ? 'nothing moves' : `${plural(unfinished, 'rollout')} not at an end`;
  const outcome = { schemaVersion: 1 as const, details: { unfinished, lines } };
  if (stopped) return { ...outcome, ok: false, code: 'interrupted', summary: `stopped by a signal; ${left}` };
  return {
    ...outcome,
    ok: true,
    code: changed ? 'done' : 'unchanged',
    summary: `${changed ? 'changed' : 'nothing changed'}; ${left}`,
    ...(changed && revision !== null ? { commit: revision } : {}),
  };
}
