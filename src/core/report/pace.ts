/** How much longer a comparison that is undecided takes, at the pace of what it has seen. */
import { alphaOf } from '../judge/alpha.ts';
import { sizeOf } from '../judge/read.ts';
import { fewestOf } from '../judge/sequential/mean.ts';
import { isExact } from '../judge/sequential/testers.ts';
import { traceOf } from '../judge/trace.ts';
import type { Evidence, JudgeSpec } from '../model/metric.ts';
import type { Rollout } from '../model/rollout.ts';
import { type Milliseconds, MINUTE } from '../model/time.ts';
import { bakeEnd } from '../rollout/bake.ts';
import { windowsOf } from './growth.ts';
import type { Judged } from './verdicts.ts';
import { plural, printCount, printSpan } from './words.ts';

/**
 * What it lacks to pass, `1,200 more samples of each arm (300 of 1,500), about 20 min at the present pace`, and when it would fail,
 * `the evidence gets there in about 12 min, 3,400 requests of the candidate more, if it goes on like this`.
 */
export function paceWords({ judge, evidence }: Judged, rollout: Rollout, now: Milliseconds): readonly string[] {
  const clockwork = evidence && windowsOf(rollout, evidence);
  if (!evidence || !clockwork || evidence.answered === 0) return [];
  const seen: Seen = { judge, evidence, width: clockwork.width };
  return [lacking(seen) ?? ending(judge, rollout, now), failing(seen)].flatMap((words) => words ?? []);
}

interface Seen {
  readonly judge: JudgeSpec;
  readonly evidence: Evidence;
  readonly width: Milliseconds;
}

/** Of the arm that has fewer. */
function lacking({ judge, evidence, width }: Seen): string | undefined {
  const sizes = [evidence.candidate, evidence.baseline].map(sizeOf).filter((size) => size !== null);
  const needed = isExact(judge) ? judge.minSamples : fewestOf({ spec: judge });
  const size = Math.min(...sizes);
  if (sizes.length === 0 || size >= needed) return undefined;
  const has = `To pass it needs ${printCount(needed - size)} more samples of each arm (${printCount(size)} of ${printCount(needed)})`;
  if (size === 0) return `${has}.`;
  return `${has}, about ${roughly(((needed - size) / size) * evidence.answered * width)} at the present pace.`;
}

function ending({ delay }: JudgeSpec, rollout: Rollout, now: Milliseconds): string {
  const left = bakeEnd(rollout, now) + delay - now;
  if (rollout.hold || !Number.isFinite(left) || left <= 0) return 'Else it passes when its last window is closed.';
  return `Else it passes when its last window is closed, in about ${roughly(left)}.`;
}

/** By what the log evidence has gained in this stage; undefined where it does not grow. */
function failing({ judge, evidence, width }: Seen): string | undefined {
  const { logs = [], every = 1 } = traceOf(evidence) ?? {};
  const [first, last] = [logs.at(0), logs.at(-1)];
  if (first === undefined || last === undefined || logs.length < 3 || last <= 0 || last <= first) return undefined;
  const windows = evidence.folded - every;
  const more = ((-Math.log(alphaOf(judge)) - last) / (last - first)) * windows;
  if (!(more > 0) || !(windows > 0)) return undefined;
  const events = ((sizeOf(evidence.candidate) ?? 0) / evidence.answered) * more;
  const requests = events > 0 ? `, ${plural(Number(events.toPrecision(2)), 'request')} of the candidate more` : '';
  return `The evidence gets there in about ${roughly(more * width)}${requests}, if it goes on like this.`;
}

/** Up to a minute: it is a forecast. */
function roughly(length: Milliseconds): string {
  return printSpan(Math.ceil(length / MINUTE) * MINUTE);
}
