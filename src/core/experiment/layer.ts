/** Layers: experiments that share no user. A slot that was given away is never given again within a generation. */
import type { ExperimentsConfig } from '../model/config.ts';
import type { Experiment } from '../model/experiment.ts';
import type { Layer } from '../model/flag.ts';
import type { State } from '../model/state.ts';
import { WHOLE } from '../model/weight.ts';
import { problem, type Problem } from '../flag/problem.ts';

/** The generation is part of the salt: raising it draws everybody's slot anew. No configured name has a dot, so these are distinct. */
function drawnName(name: string, generation: number): string {
  return `${name}.${generation}`;
}

/** Slots of equal size in their order for ever; what does not divide goes to the last. */
function slotsOf(count: number): Layer['slots'] {
  const each = Math.floor(WHOLE / count);
  return Array.from({ length: count }, (_, index) => [
    String(index + 1),
    index === count - 1 ? WHOLE - each * (count - 1) : each,
  ]);
}

export interface DrawnLayer {
  /** For the experiment's document. */
  readonly own: NonNullable<Experiment['layer']>;
  /** For the flag. */
  readonly layer: Layer;
}

/** Free slots for a draft, the lowest first; `layer-full` where too few are left of this generation. */
export function drawSlots(
  experiment: Experiment,
  wanted: NonNullable<Experiment['layer']>,
  { config, experiments }: { readonly config: ExperimentsConfig; readonly experiments: State['experiments'] },
): DrawnLayer | Problem {
  const { name, count } = wanted;
  const layer = config.layers[name];
  if (!layer) return unknownLayer(name, config);
  const { generation } = layer;
  const slots = slotsOf(layer.slots);
  const taken = new Map(
    [...experiments.values()]
      .filter((one) => one.key !== experiment.key && one.layer?.name === name && one.layer.generation === generation)
      .flatMap((one) => one.layer?.slots.map((slot) => [slot, one.key] as const) ?? []),
  );
  const free = slots.map(([slot]) => slot).filter((slot) => !taken.has(slot));
  if (free.length < count) {
    const users = [...new Set(taken.values())].toSorted().join(', ');
    return problem(
      'layer-full',
      `${count} of ${layer.slots} slots of layer ${name} are wanted and ${free.length} were never given away${users === '' ? '' : ` (the others went to ${users})`}: raise experiments.layers.${name}.generation to ${generation + 1} when those have ended, or take fewer --slots`,
    );
  }
  const mine = free.slice(0, count);
  const running = otherGeneration(name, generation, experiments);
  if (running) {
    return problem(
      'layer-full',
      `${running.key} still runs in generation ${running.layer?.generation ?? 0} of layer ${name}: stop it before generation ${generation} begins, or they would share users`,
    );
  }
  return {
    own: { name, count, generation, slots: mine },
    layer: { name: drawnName(name, generation), slots, mine },
  };
}

/** Slots of two generations overlap: the one must have ended before the other begins. */
function otherGeneration(name: string, generation: number, experiments: State['experiments']): Experiment | undefined {
  return [...experiments.values()].find(
    (one) => one.state === 'running' && one.layer?.name === name && one.layer.generation !== generation,
  );
}

export function unknownLayer(name: string, { layers }: ExperimentsConfig): Problem {
  const known = Object.keys(layers).join(', ') || 'none';
  return problem('value-invalid', `no layer is called ${name}; experiments.layers has ${known}`);
}
