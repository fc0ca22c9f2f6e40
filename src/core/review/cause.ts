/** Why a change draws other users, as the two sides say it. */
import { printServe } from '../flag/lower.ts';
import { environmentOf } from '../flag/ramp.ts';
import { printLine } from '../model/document.ts';
import type { FlagEnvironment, Serve } from '../model/flag.ts';
import type { Blast } from './blast.ts';
import type { FlagSet } from './flag-set.ts';
import { generationOf } from './generation.ts';
import { keptOut, type StepShift } from './step-shift.ts';

export interface Cause {
  readonly words: string;
  /** In the flag's document. */
  readonly at: readonly (string | number)[];
}

/** The step that is drawn otherwise where there is one, else what is around it. */
export function causeOf(
  row: Blast,
  step: StepShift | undefined,
  sides: Readonly<Record<'before' | 'after', FlagSet>>,
): Cause {
  const { flag, environment, was = flag } = row;
  const at = ['environments', environment];
  const [old, now] = [sides.before.flags.get(was), sides.after.flags.get(flag)];
  if (was !== flag) return { words: `a flag's key is its salt, and it was ${was}`, at: ['key'] };
  if (!old || !now) return { words: 'it is on one side only', at: [] };
  const [first, then] = [environmentOf(old, environment), environmentOf(now, environment)];
  const around = aroundWords(first, then);
  if (around) return { words: around.words, at: [...at, around.at] };
  if (step) return { words: serveWords(step.before, step.after), at: [...at, ...step.at] };
  if (printLine(first.serve) !== printLine(then.serve))
    return { words: serveWords(first.serve, then.serve), at: [...at, 'serve'] };
  if (printLine(first.rules) !== printLine(then.rules))
    return {
      words: 'its rules changed, and send users to another step that draws them otherwise',
      at: [...at, 'rules'],
    };
  return { words: 'a flag that it requires or a segment that it uses changed', at };
}

function aroundWords(
  was: FlagEnvironment,
  is: FlagEnvironment,
): { readonly words: string; readonly at: string } | undefined {
  if (printLine(keptOut(was)) === printLine(keptOut(is))) return undefined;
  if (printLine(was.layer ?? null) !== printLine(is.layer ?? null))
    return { words: `its layer was ${layerWords(was)} and is ${layerWords(is)}`, at: 'layer' };
  return { words: `its holdouts were ${holdoutWords(was)} and are ${holdoutWords(is)}`, at: 'holdouts' };
}

function layerWords({ layer }: FlagEnvironment): string {
  return layer ? `${layer.name} with ${layer.mine.length} of ${layer.slots.length} slots` : 'none';
}

function holdoutWords({ holdouts = [] }: FlagEnvironment): string {
  return holdouts.map(({ name }) => name).join(', ') || 'none';
}

function serveWords(was: Serve, is: Serve): string {
  const [from, to] = [unitWords(was), unitWords(is)];
  if (from !== to) return `its unit (\`by\`) was ${from} and is ${to}`;
  const [old, now] = [generationOf(was), generationOf(is)];
  if (now < old)
    return `its generation was ${old} and is ${now < 0 ? 'none' : now}: only a raised one says that somebody means it`;
  return `it served ${printServe(was)} and serves ${printServe(is)}: users are drawn in the order of the variants`;
}

function unitWords(serve: Serve): string {
  if (typeof serve === 'string') return 'targetingKey';
  if (serve.by !== undefined || 'split' in serve) return serve.by ?? 'targetingKey';
  const { candidate, stable } = serve.ramp;
  return [candidate, stable].map(unitWords).find((unit) => unit !== 'targetingKey') ?? 'targetingKey';
}
