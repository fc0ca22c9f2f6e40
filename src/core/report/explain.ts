/** Why a rollout stands where it does: the verdicts in sentences, and what would change them. */
import { alphaOf } from '../judge/alpha.ts';
import { traceOf } from '../judge/trace.ts';
import type { Json } from '../model/document.ts';
import type { Rollout } from '../model/rollout.ts';
import { type Milliseconds, toInstant } from '../model/time.ts';
import { weightChart } from './chart.ts';
import { growthChart } from './growth.ts';
import { failedWindow, firstBad, harmSentence } from './harm.ts';
import { nextCommands } from './next.ts';
import type { Block, Report } from './report.ts';
import { headline, holdLine } from './rollout.ts';
import { byImportance, sentences } from './sentences.ts';
import { stageTable } from './stages.ts';
import { type Judged, judgedNow, verdictTable } from './verdicts.ts';
import { wayBack } from './way-back.ts';
import { moodOfPhase, printMoment } from './words.ts';

/**
 * The explanation of a rollout: sentences with the numbers seen, how evidence grew, a chart of its share, and what may be done.
 * `unasked`: sources that could not be asked, so that their numbers are those of the last commit.
 */
export function explainReport(rollout: Rollout, now: Milliseconds, unasked: readonly string[] = []): Report {
  const judged = byImportance(judgedNow(rollout));
  const reasons = whyNotOn(rollout, now);
  const blocks: readonly (Block | undefined)[] = [
    { type: 'heading', text: headline(rollout), mood: moodOfPhase(rollout.phase, rollout.hold !== undefined) },
    listOf(wayBack(rollout, now)),
    reasons.length > 0 ? { type: 'list', items: reasons } : undefined,
    judged.length > 0 ? { type: 'list', items: judged.map((one) => sentences(one, rollout, now)) } : silence(rollout),
    unasked.length > 0
      ? { type: 'text', text: `${unasked.join(', ')} cannot be asked from here: those numbers are of the last commit.` }
      : undefined,
    verdictTable(rollout),
    growthChart(rollout, judged),
    stageTable(rollout, now),
    weightChart(rollout, now),
    { type: 'buttons', buttons: nextCommands(rollout).filter((button) => !button.command.startsWith('explain')) },
  ];
  return { blocks: blocks.filter((block) => block !== undefined) };
}

/** Both arms side by side, nothing else: what `metrics` answers. */
export function metricsReport(rollout: Rollout): Report {
  return { blocks: [{ type: 'heading', text: headline(rollout) }, verdictTable(rollout) ?? silence(rollout)] };
}

function listOf(items: readonly string[]): Block | undefined {
  return items.length === 0 ? undefined : { type: 'list', items };
}

function silence(rollout: Rollout): Block {
  const judges = rollout.plan.stages[rollout.stage]?.judges.length ?? 0;
  const text = judges === 0 ? noJudge(rollout) : `None of the stage's judges has spoken yet (${judges}).`;
  return { type: 'text', text };
}

const ELSE = 'Health checks and triggers do.';

function noJudge({ kind, stable, subject, plan }: Rollout): string {
  if (kind === 'rollback') return `No judge watches a way back: it never waits. ${ELSE}`;
  if (kind === 'traffic') return `No judge watches weights that were set by hand. ${ELSE}`;
  if (plan.strategy === 'emergency') return `No judge watches an emergency deploy. ${ELSE}`;
  if (subject.type === 'release' && stable === null)
    return `No judge watches a first release: there is nothing to compare it with and nowhere to go back to. ${ELSE}`;
  return 'No judge watches this stage: none applies to it, or it says `analysis: none`.';
}

function whyNotOn(rollout: Rollout, now: Milliseconds): readonly string[] {
  const closed = rollout.gates.filter((gate) => gate.answer === 'no' || gate.answer === 'wait');
  return [
    ...(rollout.hold ? [holdLine(rollout, now)] : []),
    ...closed.map((gate) => `The gate ${gate.gate} says ${gate.answer}: ${gate.detail}`),
    ...(rollout.acknowledged ?? []).flatMap(({ by, at, stage, verdicts }) =>
      verdicts.map(
        ({ judge, because }) =>
          `${by.name} passed over ${judge} in ${stage} at ${printMoment(at, now)}: ${because}. Only what came later counts.`,
      ),
    ),
    ...Object.entries(rollout.fired).map(([trigger, at]) => `The trigger ${trigger} fired at ${printMoment(at, now)}.`),
  ];
}

/** The same as data, the numbers whole: judges in order of importance with windows, evidence (natural logs) and shares. */
export function explainDetails(rollout: Rollout): Readonly<Record<string, Json>> {
  const bad = firstBad(rollout);
  return {
    judges: byImportance(judgedNow(rollout)).map((one) => judgeDetails(one, rollout)),
    firstBad: bad === undefined ? null : toInstant(bad),
    harm: harmSentence(rollout) ?? null,
  };
}

function judgeDetails({ judge, verdict, evidence, stage }: Judged, rollout: Rollout): Json {
  const window = evidence && failedWindow(rollout, evidence);
  const trace = evidence && traceOf(evidence);
  const { rule } = judge;
  return {
    judge: judge.id,
    stage,
    verdict: verdict.verdict,
    dryRun: verdict.dryRun,
    then: verdict.then,
    because: verdict.because,
    seen: verdict.seen,
    baseline: verdict.baseline,
    samples: verdict.samples,
    severity: verdict.severity ?? null,
    until: verdict.until,
    windows: evidence ? { folded: evidence.folded, answered: evidence.answered, breached: evidence.breaches } : null,
    failed: window ? { window: window.number, from: toInstant(window.from), until: toInstant(window.until) } : null,
    alpha: rule.type === 'compare' ? alphaOf(judge) : null,
    evidence: trace ? { every: trace.every, logs: trace.logs } : null,
  };
}
