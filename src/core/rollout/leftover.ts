/** Versions that run and that no document names: what a crash, an emergency or a removal that failed left behind. */
import { pairKey } from '../facts.ts';
import type { State } from '../model/state.ts';
import { printPercent, type Weight } from '../model/weight.ts';
import type { Finding } from '../watch/alert.ts';
import { exactId } from '../report/subject.ts';
import { copyOf } from './arm.ts';
import { hasEnded } from './input.ts';

type Running = Readonly<Record<string, Weight>>;

/** Labels of what runs in a pair (`service/environment`) that is neither live, nor wanted, nor in a rollout's hands. */
export function leftover(state: State, pair: string, running: Running): readonly string[] {
  const named = new Set<string | undefined>();
  const place = state.places.get(pair);
  for (const label of [place?.live?.label, ...Object.keys(place?.weights ?? {})]) named.add(label);
  for (const rollout of state.rollouts.values()) {
    const { subject, stable, fallback } = rollout;
    if (subject.type !== 'release' || pairKey(subject) !== pair || hasEnded(rollout)) continue;
    for (const label of [subject.release.label, stable?.label, fallback?.label, copyOf(rollout)]) named.add(label);
  }
  return Object.keys(running).filter((label) => !named.has(label));
}

/** What mends a version that has users and that no document names: a command that is not refused as the pair stands now. */
export function remedyFor(state: State, pair: string, label: string): string {
  const [service = '', environment = ''] = pair.split('/');
  const active = state.places.get(pair)?.active;
  const emergency = `sluice deploy ${service}@VERSION in ${environment} --emergency --reason TEXT`;
  if (active === undefined)
    return `sluice adopt ${service} ${label} in ${environment} if users shall have it, else deploy another version`;
  const phase = state.rollouts.get(active)?.phase;
  if (phase === 'failed') return `sluice retry ${exactId(active)}, or ${emergency}`;
  if (phase === 'rolling-back') return `${exactId(active)} goes back: wait for that, or ${emergency}`;
  return `sluice rollback ${exactId(active)}, or ${emergency}`;
}

/** What is said of those that have users: an alert; quiet where there are none. Those without users are no harm. */
export function leftoverFinding(state: State, pair: string, running: Running): Finding {
  const served = leftover(state, pair, running).filter((label) => (running[label] ?? 0) > 0);
  const shares = served.map((label) => `${label} ${printPercent(running[label] ?? 0)}`).join(', ');
  return {
    subject: pair,
    rule: 'leftover',
    severity: 'high',
    title: `${pair}: ${shares} has users, and no document names it`,
    detail: served[0] === undefined ? 'every version with users has a document' : remedyFor(state, pair, served[0]),
    state: served.length > 0 ? 'breach' : 'quiet',
  };
}
