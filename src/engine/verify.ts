/** The switch verified: the live response names a version that shall have traffic. */
import type { Plan } from '../core/model/rollout.ts';
import type { Wiring } from './wiring.ts';

const TRIES = 10;
const PAUSE = 300;

interface Verification {
  readonly wiring: Wiring;
  readonly verify: NonNullable<Plan['verify']>;
  readonly weights: Readonly<Record<string, number>>;
  readonly signal: AbortSignal;
}

/** Asks until the answer names one of the versions with traffic; CDNs and balancers take a moment. */
export async function verifySwitch({
  wiring,
  verify,
  weights,
  signal,
}: Verification): Promise<{ readonly ok: boolean; readonly detail: string }> {
  const wanted = Object.keys(weights).filter((label) => (weights[label] ?? 0) > 0);
  let seen = 'no answer';
  for (let tries = 0; tries < TRIES && !signal.aborted; tries++) {
    if (tries > 0) await wiring.clock.sleep(PAUSE, signal);
    seen = await versionSeen(verify, signal);
    if (wanted.includes(seen)) return { ok: true, detail: `${seen} seen live` };
  }
  return { ok: false, detail: `the live answer names ${seen}, expected ${wanted.join(' or ')}` };
}

async function versionSeen({ url, header, path }: NonNullable<Plan['verify']>, signal: AbortSignal): Promise<string> {
  try {
    const response = await fetch(new URL(path ?? '/', url), {
      signal: AbortSignal.any([signal, AbortSignal.timeout(3_000)]),
      redirect: 'manual',
    });
    const text = await response.text();
    return header === undefined ? text.trim().slice(0, 128) : (response.headers.get(header) ?? 'no version');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
