/** How evidence is worded: `evidence 10^23, rollback at 20`. */
import type { Action, JudgeSpec } from '../../model/metric.ts';
import { printCount } from '../../report/words.ts';
import { alphaOf } from '../alpha.ts';

const DONE: Readonly<Record<Action, string>> = {
  notify: 'notice',
  pause: 'pause',
  reduce: 'reduction',
  rollback: 'rollback',
  'rollback-gradually': 'rollback',
  'disable-flags': 'flags off',
};

/** What the log evidence says, and where the judge would fail. */
export function sentence(spec: JudgeSpec, log: number): string {
  const bound = 1 / alphaOf(spec);
  const at = `${DONE[spec.then]} at ${printEvidence(Math.log(bound))}`;
  return log < 0 ? `no worse: evidence below 1, ${at}` : `evidence ${printEvidence(log)}, ${at}`;
}

/** From here on it is worth saying that events come in groups. */
const BURSTS = 1.5;

/** What was made of events that come in groups; empty where they do not. */
export function burstWords(dispersion: number): string {
  if (dispersion < BURSTS) return '';
  return ` (weakened ${dispersion.toFixed(1)} times: they come in bursts)`;
}

/** `1`, `3.2`, `240`, `10^23`. */
function printEvidence(log: number): string {
  const tens = log / Math.LN10;
  if (tens >= 6) return `10^${Math.floor(tens)}`;
  const value = Math.exp(log);
  return value < 10 ? String(Number(value.toPrecision(2))) : printCount(Math.round(value));
}
