/** What a simulated rollout went through, told from the steps of its machine. */
import type { Rollout } from '../model/rollout.ts';
import { type Milliseconds, printDuration } from '../model/time.ts';
import { printPercent } from '../model/weight.ts';
import type { Step } from './drive.ts';

export const HAPPENINGS = [
  'exposed',
  'fail',
  'no-data',
  'extended',
  'held',
  'reduced',
  'fired',
  'all-passed',
  'rolled-back',
  'completed',
] as const;

export interface Happening {
  readonly at: Milliseconds;
  readonly what: (typeof HAPPENINGS)[number];
  readonly stage: string;
  /** One sentence, with numbers where there are any. */
  readonly text: string;
}

/** In order of time; of one moment in the order in which they came. */
export function happenings(steps: readonly Step[]): readonly Happening[] {
  return steps.flatMap((step) =>
    [...exposures(step), ...verdicts(step), ...firings(step), ...changes(step)].map(([what, text]) => ({
      at: step.at,
      what,
      stage: nameOf(step.after),
      text,
    })),
  );
}

type Told = readonly [what: Happening['what'], text: string];

function nameOf({ plan, stage }: Rollout): string {
  return plan.stages[stage]?.name ?? '';
}

function exposures({ before, after }: Step): readonly Told[] {
  if (after.exposedAt === undefined || after.exposedAt === before.exposedAt || after.step !== 'baking') return [];
  const stage = after.plan.stages[after.stage];
  if (!stage) return [];
  return [['exposed', `${stage.name} begins: ${printPercent(after.weight)}, bake ${printDuration(stage.bake)}`]];
}

function verdicts({ before, after }: Step): readonly Told[] {
  return after.verdicts.flatMap((verdict): readonly Told[] => {
    const word = verdict.verdict;
    if (word !== 'fail' && word !== 'no-data') return [];
    const known = before.verdicts.find(({ judge }) => judge === verdict.judge)?.verdict;
    if (known === word) return [];
    const asks = verdict.dryRun ? 'dry run, nothing follows' : word === 'fail' ? `asks for ${verdict.then}` : 'no data';
    return [[word, `${verdict.judge}: ${verdict.because} (${asks})`]];
  });
}

function firings({ before, after }: Step): readonly Told[] {
  const fresh = Object.entries(after.fired).filter(([name, at]) => before.fired[name] !== at);
  return fresh.map(([name]) => ['fired', `trigger ${name} fires`]);
}

function changes({ before, after }: Step): readonly Told[] {
  const told: Told[] = [];
  if (after.extendedBy > before.extendedBy && after.stage === before.stage)
    told.push([
      'extended',
      `not decided: the bake is made ${printDuration(after.extendedBy - before.extendedBy)} longer`,
    ]);
  if (after.hold && after.hold.kind !== before.hold?.kind)
    told.push([
      after.hold.kind === 'reduced' ? 'reduced' : 'held',
      after.hold.kind === 'reduced'
        ? `reduced to ${printPercent(after.weight)}: ${after.hold.reason}`
        : `held (${after.hold.kind}): ${after.hold.reason}`,
    ]);
  if (after.phase === 'provisional' && before.phase !== 'provisional')
    told.push(['all-passed', 'all stages passed; the old version is kept a while']);
  if (after.phase === 'completed') told.push(['completed', after.outcome ?? 'completed']);
  if (after.goingBack && !before.goingBack)
    told.push(['rolled-back', `back to stable by ${causeOf(after)}: ${after.goingBack.reason}`]);
  return told;
}

/** The judge's id, `trigger NAME`, or the wait whose end it was. */
export function causeOf({ goingBack }: Rollout): string {
  const cause = goingBack?.cause ?? '';
  return cause.startsWith('trigger/') ? cause.replace('/', ' ') : cause;
}
