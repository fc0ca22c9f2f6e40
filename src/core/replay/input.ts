/** An input to a rollout, to the trailer and back. */
import { judgeStage, type StageAnswers } from '../judge/stage.ts';
import { lookAt } from '../judge/look.ts';
import type { Evidence } from '../model/metric.ts';
import type { Rollout } from '../model/rollout.ts';
import type { Milliseconds } from '../model/time.ts';
import { exposureOf } from '../rollout/advance.ts';
import type { Input, Observation } from '../rollout/input.ts';
import type { SeenInput } from './observed.ts';

/** What of an input must be kept; undefined for those that commands make, which stand in the commit themselves. */
export function keepInput(input: Input, rollout: Rollout): SeenInput | undefined {
  if (input.type === 'operation' || input.type === 'woken') return input;
  if (input.type !== 'observed') return undefined;
  const { about, evidence, verdicts: _, at, unasked = [], fired = [], ...rest } = input.observation;
  const { operations = {}, dead = {}, endedRuns = [], ...health } = rest;
  const judged = evidence !== undefined && (about === undefined || about === exposureOf(rollout));
  return {
    type: 'observed',
    ...(at === undefined ? {} : { at }),
    ...(judged && { judged }),
    ...(judged && unasked.length > 0 && { unasked }),
    ...(fired.length > 0 && { fired }),
    ...(Object.keys(operations).length > 0 && { operations }),
    ...(Object.keys(dead).length > 0 && { dead }),
    ...(endedRuns.length > 0 && { endedRuns }),
    ...health,
  };
}

export interface Again {
  /** Before the step. */
  readonly before: Rollout;
  /** The evidence that the commit keeps. */
  readonly evidence: readonly Evidence[];
  /** Whether the platform tells versions apart. */
  readonly perVersion: boolean;
  readonly now: Milliseconds;
}

/** The input again: evidence as it was committed, verdicts said anew of it. */
export function inputAgain(seen: SeenInput, again: Again): Input {
  if (seen.type === 'operation' || seen.type === 'woken') return seen;
  const { type, at = again.now, judged = false, unasked = [], ...rest } = seen;
  const observation: Observation = { operations: {}, dead: {}, fired: [], ...rest, about: exposureOf(again.before) };
  if (!judged) return { type, observation };
  return { type, observation: { ...observation, evidence: again.evidence, ...verdictsAgain(again, { at, unasked }) } };
}

function verdictsAgain(
  { before, evidence, perVersion }: Again,
  { at, unasked }: { readonly at: Milliseconds; readonly unasked: readonly string[] },
): Pick<Observation, 'verdicts'> {
  const look = lookAt(before, at, perVersion);
  if (!look) return {};
  // Of judges that were asked, or could not be, open windows say nothing: `unasked` says so and folds nothing.
  const asked = look.judges.flatMap(({ id }) => {
    const [was, is] = [before.evidence, evidence].map((all) => all.find((one) => one.judge === id));
    const grown = is !== undefined && (was?.stage !== is.stage || was.folded < is.folded);
    return grown || unasked.includes(id) ? [[id, 'unasked' as const] as const] : [];
  });
  const answers: StageAnswers = new Map(asked);
  return { verdicts: judgeStage({ look, evidence, answers }).verdicts };
}
