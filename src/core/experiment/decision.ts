/** A verdict as it is kept: with who asked, when, and the numbers it was made on. */
import type { ExperimentsConfig } from '../model/config.ts';
import { type Actor, SLUICE } from '../model/actor.ts';
import type { Experiment, ExperimentData, ExperimentDecision } from '../model/experiment.ts';
import { type Milliseconds, toInstant } from '../model/time.ts';
import { analyze } from './analysis.ts';
import type { Analysis } from './results.ts';

/** What was decided just now on these numbers, to be kept with them. */
export function decisionOf(
  { ruling }: Analysis,
  data: ExperimentData,
  { now, by }: { readonly now: Milliseconds; readonly by: Actor },
): ExperimentDecision {
  const { verdict, variant, because } = ruling;
  const harmed = ruling.harmed.map((one) => one.variant);
  return {
    at: toInstant(now),
    by,
    verdict,
    ...(variant !== undefined && { variant }),
    ...(harmed.length > 0 && { harmed }),
    because,
    data,
  };
}

export interface Ticking {
  readonly now: Milliseconds;
  readonly config: ExperimentsConfig;
}

/**
 * What a tick has to record of a running experiment: the new decision where its word or the treatments it harms changed, else
 * undefined. Numbers alone make no commit. The data must have passed `dataProblem`.
 */
export function verdictTick(
  experiment: Experiment,
  data: ExperimentData,
  ticking: Ticking,
): ExperimentDecision | undefined {
  if (experiment.state !== 'running') return undefined;
  const analysis = analyze(experiment, data, ticking);
  const { verdict, variant, harmed } = analysis.ruling;
  const last = experiment.decision;
  const isSame =
    verdict === (last?.verdict ?? 'collecting') &&
    (verdict !== 'won' || variant === last?.variant) &&
    harmed.map((one) => one.variant).join(' ') === (last?.harmed ?? []).join(' ');
  return isSame ? undefined : decisionOf(analysis, data, { now: ticking.now, by: SLUICE });
}
