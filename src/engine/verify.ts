/** The switch verified: the live response names a version that shall have traffic. */
import type { Plan } from '../core/model/rollout.ts';
import type { Wiring } from './wiring.ts';

const TRIES = 10;
/** Milliseconds between two tries, and for one. */
const PAUSE = 300;
const TIMEOUT = 3_000;

interface Verification {
  readonly wiring: Pick<Wiring, 'probe' | 'clock'>;
  readonly verify: NonNullable<Plan['verify']>;
  readonly weights: Readonly<Record<string, number>>;
  readonly signal: AbortSignal;
}

/** Asks until the answer names one of the versions with traffic; CDNs and balancers take a moment. */
export async function verifySwitch({
  wiring: { probe, clock },
  verify,
  weights,
  signal,
}: Verification): Promise<{ readonly ok: boolean; readonly detail: string }> {
  const wanted = Object.keys(weights).filter((label) => (weights[label] ?? 0) > 0);
  let seen = 'is not there';
  for (let tries = 0; tries < TRIES && !signal.aborted; tries++) {
    if (tries > 0) await clock.sleep(PAUSE, signal);
    const answered = await probe.liveVersion({ ...verify, timeout: TIMEOUT, signal });
    if ('version' in answered && wanted.includes(answered.version))
      return { ok: true, detail: `${answered.version} seen live` };
    seen = 'version' in answered ? `names ${answered.version}` : `names no version (${answered.problem})`;
  }
  return { ok: false, detail: `the live answer ${seen}, expected ${wanted.join(' or ')}` };
}
