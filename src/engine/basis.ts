/** What a decision was made on, put beside it for its commit. */
import type { Asking, Decision } from '../core/decision.ts';
import { type Facts, pairKey } from '../core/facts.ts';
import type { Rollout } from '../core/model/rollout.ts';
import { type Basis, isFolded, observedFacts } from '../core/replay/basis.ts';
import { keepInput } from '../core/replay/input.ts';
import type { Observed } from '../core/replay/observed.ts';
import type { Input } from '../core/rollout/input.ts';
import type { Finding } from '../core/watch/alert.ts';
import type { Wiring } from './wiring.ts';

interface Made {
  readonly wiring: Wiring;
  /** What time it was for the decision, in ms. */
  readonly now: number;
  readonly observed: Observed | undefined;
}

/** The configuration that decides here, as a commit names it. */
export function policyOf({
  config,
  uncommitted,
}: Pick<Wiring, 'config' | 'uncommitted'>): Pick<Basis, 'policy' | 'uncommitted'> {
  return { policy: config.digest, ...(uncommitted === config.digest && { uncommitted: true }) };
}

/** A decision that becomes a commit carries its basis; any other is left as it is. */
export function withBasis(decision: Decision, { wiring, now, observed }: Made): Decision {
  if (!decision.message) return decision;
  return {
    ...decision,
    basis: { now, ...policyOf(wiring), ...(observed === undefined ? {} : { observed }) },
  };
}

const PAIR = /^services\/([^/]+\/[^/]+)\.json$/;

/** The pairs whose files a decision changes: of their platforms it was asked what they can. */
function pairsOf({ changes }: Decision): readonly string[] {
  return changes.flatMap(({ path }) => PAIR.exec(path)?.[1] ?? []);
}

export function ofCommand(decision: Decision, { facts, asking }: { facts: Facts; asking: Asking }): Observed {
  const { command, rights } = asking;
  return {
    as: 'command',
    facts: observedFacts(facts, pairsOf(decision)),
    ...(rights.role === undefined ? {} : { role: rights.role }),
    ...(rights.teams.length > 0 && { teams: rights.teams }),
    ...(isFolded(command) && { text: command }),
  };
}

interface Stepped {
  readonly facts: Facts;
  readonly rollout: Rollout;
  readonly input: Input;
  readonly alone: boolean;
}

export function ofStep({ facts, rollout, input, alone }: Stepped): Observed | undefined {
  const kept = keepInput(input, rollout);
  if (!kept) return undefined;
  const pairs = rollout.subject.type === 'release' ? [pairKey(rollout.subject)] : [];
  return {
    as: 'step',
    rollout: rollout.id,
    facts: observedFacts(facts, pairs),
    input: kept,
    ...(alone && { alone }),
  };
}

export function ofTurn(pair: string, facts: Facts): Observed {
  return { as: 'turn', pair, facts: observedFacts(facts, [pair]) };
}

/** Findings that open, worsen or end one of these alerts, or could. */
export function ofAlerts(
  findings: readonly Finding[],
  open: Iterable<{ readonly subject: string; readonly rule: string }>,
): Observed {
  const known = new Set([...open].map(({ subject, rule }) => `${subject}\n${rule}`));
  const kept = findings.filter(({ state, subject, rule }) => state === 'breach' || known.has(`${subject}\n${rule}`));
  return { as: 'alerts', findings: kept };
}
