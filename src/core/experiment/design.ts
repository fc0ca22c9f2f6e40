/** What a design must be, whether a command made it or a file was edited: asked again at the start. */
import type { Experiment } from '../model/experiment.ts';
import type { Flag } from '../model/flag.ts';
import { WHOLE } from '../model/weight.ts';
import { nameProblem } from './metrics.ts';

/** One-sided levels are doubled. */
const MOST_ALPHA = 0.5;

type Design = Pick<Experiment, 'variants' | 'metrics' | 'alpha' | 'layer' | 'holdouts' | 'by'>;

/** What is wrong with a design, as a sentence; undefined: nothing. With its flag, that too. */
export function designFault(design: Design, flag?: Flag): string | undefined {
  return variantsFault(design) ?? metricsFault(design) ?? staysOutFault(design, flag);
}

function variantsFault({ variants, alpha }: Design): string | undefined {
  const names = variants.map(([name]) => name);
  const sum = variants.reduce((total, [, weight]) => total + weight, 0);
  const impossible = names.find((name) => Object.hasOwn(Object.prototype, name));
  if (impossible !== undefined) return `${impossible} cannot be a variant's name`;
  if (new Set(names).size < names.length) return 'a variant is named twice';
  if (sum !== WHOLE) return `the split sums to ${sum / 1_000}%, not to 100%`;
  const none = variants.find(([, weight]) => weight === 0);
  if (none) return `the variant ${none[0]} has 0% and takes no part`;
  return alpha >= MOST_ALPHA ? `alpha is ${alpha}, and below ${MOST_ALPHA} is expected` : undefined;
}

function metricsFault({ metrics }: Design): string | undefined {
  const names = metrics.map(({ name }) => name);
  if (new Set(names).size < names.length) return 'a metric is named twice';
  return names.flatMap((name) => nameProblem(name)?.message ?? [])[0];
}

/** Who stays out gets the flag's `off`, and must not be counted as an arm. */
function staysOutFault({ variants, layer, holdouts, by }: Design, flag: Flag | undefined): string | undefined {
  if (layer && by !== undefined)
    return `a layer draws users: with --by ${by} parts of one ${by} would stay out; leave one of them away`;
  const [control] = variants[0] ?? [];
  if ((!layer && holdouts.length === 0) || flag?.off !== control || flag === undefined) return undefined;
  return `who stays out gets ${flag.off}, which is the control of flag ${flag.key} too, and would be counted in it: name another variant first with --variant, or let the experiment make its own flag`;
}
