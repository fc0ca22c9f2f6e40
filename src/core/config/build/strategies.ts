import type { JudgeConfig, StageConfig, StrategyConfig } from '../../model/config.ts';
import { DAY, MINUTE, printDuration } from '../../model/time.ts';
import { printPercent, WHOLE } from '../../model/weight.ts';
import { fromParameters, promoteThresholds, STRATEGY_PRESETS, THRESHOLD_STRATEGY } from '../../rollout/presets.ts';
import type { StagePart, StrategyPart } from '../part/strategy.ts';
import { type Named, namesOf, unknownName } from '../parts.ts';
import { record } from '../tree.ts';
import { checksOf } from './checks.ts';
import type { Building } from './context.ts';
import { buildJudges, longEnough } from './judges.ts';

/** Presets, and the user's own over them. A strategy at fault is left out and has its problem. */
export function buildStrategies(
  parts: Named<StrategyPart>,
  building: Building,
  judges: readonly JudgeConfig[],
): Readonly<Record<string, StrategyConfig>> {
  const thresholds = promoteThresholds(building.metrics.metrics).filter(
    (one) => !judges.some((own) => sameRule(one, own)),
  );
  const presets = STRATEGY_PRESETS.map((preset) => [preset.name, withThresholds(preset, thresholds)] as const);
  const known = new Map<string, StrategyConfig | undefined>(presets);
  const own = new Map<string, StrategyConfig | undefined>();
  const find = (name: string, asked: readonly string[]): StrategyConfig | undefined => {
    const part = parts.parts.get(name);
    if (!part || asked.includes(name)) return known.get(name);
    if (!own.has(name))
      own.set(name, buildOne(name, part, { building, base: baseOf(name, part, { asked, find, parts, building }) }));
    return own.get(name);
  };
  for (const name of parts.parts.keys()) find(name, []);
  const made = [...own].flatMap(([name, strategy]) => (strategy ? [[name, strategy] as const] : []));
  return record([...presets.filter(([name]) => !parts.broken.has(name)), ...made]);
}

/** What the user says of a reading counts before what a preset says of it. */
function sameRule(one: JudgeConfig, other: JudgeConfig): boolean {
  return one.metric === other.metric && one.read === other.read && one.rule.type === other.rule.type;
}

function withThresholds(preset: StrategyConfig, judges: readonly JudgeConfig[]): StrategyConfig {
  if (preset.name !== THRESHOLD_STRATEGY || judges.length === 0) return preset;
  return { ...preset, stages: preset.stages.map((stage) => ({ ...stage, judges })) };
}

interface Basing {
  readonly asked: readonly string[];
  readonly find: (name: string, asked: readonly string[]) => StrategyConfig | undefined;
  readonly parts: Named<StrategyPart>;
  readonly building: Building;
}

function baseOf(
  name: string,
  part: StrategyPart,
  { asked, find, parts, building }: Basing,
): StrategyConfig | undefined {
  if (part.base === undefined) return undefined;
  const path = ['strategies', name, 'base'];
  const isPreset = STRATEGY_PRESETS.some((preset) => preset.name === part.base);
  const chain = [...asked, name];
  if (chain.includes(part.base) && !(isPreset && part.base === name)) {
    building.findings.problem(path, {
      message: `strategies are based on each other in a circle: ${[...chain, part.base].join(' -> ')}`,
      found: part.base,
      expected: 'a base that does not lead back',
    });
    return undefined;
  }
  const known = [...new Set([...STRATEGY_PRESETS.map((preset) => preset.name), ...namesOf(parts)])];
  if (!known.includes(part.base)) unknownName(building.findings, path, { what: 'strategy', name: part.base, known });
  return find(part.base, chain);
}

interface Making {
  readonly building: Building;
  readonly base: StrategyConfig | undefined;
}

function buildOne(name: string, part: StrategyPart, { building, base }: Making): StrategyConfig | undefined {
  const path = ['strategies', name];
  const stages = stagesOf(name, part, { building, base });
  if (!stages) return undefined;
  checkStages(name, stages, { building, written: part.stages !== undefined });
  const deadline = part.deadline ?? part.canary?.['max-duration'] ?? base?.deadline ?? DAY;
  const total = stages.reduce((sum, stage) => sum + stage.bake + (stage.shift?.over ?? 0), 0);
  if (total > deadline)
    building.findings.problem(part.deadline === undefined ? path : [...path, 'deadline'], {
      at: part.deadline === undefined ? 'key' : 'value',
      message: `the stages of \`${name}\` take ${printDuration(total)}, longer than its deadline of ${printDuration(deadline)}`,
      found: printDuration(deadline),
      expected: `a \`deadline\` of at least ${printDuration(total)}`,
    });
  return {
    name,
    stages: part.analysis === 'none' ? stages.map((stage) => ({ ...stage, analysis: 'none' as const })) : stages,
    keepOld: part['keep-old'] ?? base?.keepOld ?? 30 * MINUTE,
    deadline,
    preview:
      part.stages === undefined && part.canary === undefined ? (base?.preview ?? false) : stages[0]?.weight === 0,
  };
}

function stagesOf(name: string, part: StrategyPart, { building, base }: Making): readonly StageConfig[] | undefined {
  const path = ['strategies', name];
  const sources = [part.stages, part.canary].filter((source) => source !== undefined).length;
  if (sources > 1) {
    const expected = '`stages` or `canary`, not both';
    building.findings.problem([...path, 'canary'], {
      at: 'key',
      message: `\`${name}\` has stages twice: expected ${expected}`,
      expected,
    });
    return undefined;
  }
  if (part.canary) return canaryStages(name, part.canary, building);
  if (part.stages) return part.stages.map((stage, index) => stageOf(stage, [...path, 'stages', index], building));
  if (base) return base.stages;
  if (part.base === undefined)
    building.findings.problem(path, {
      at: 'key',
      message: `\`${name}\` has no stages`,
      found: 'nothing',
      expected: '`stages`, `canary` or `base`',
    });
  return undefined;
}

function canaryStages(
  name: string,
  part: NonNullable<StrategyPart['canary']>,
  { findings }: Building,
): readonly StageConfig[] | undefined {
  const { initial, increment, target = WHOLE, interval, window } = part;
  const maxDuration = part['max-duration'];
  const made = fromParameters({
    initial,
    increment,
    target,
    interval,
    ...(maxDuration !== undefined && { maxDuration }),
    ...(window !== undefined && { window }),
  });
  if (made.ok) return made.stages;
  const path = ['strategies', name, 'canary'];
  return void findings.problem(path, {
    message: `no stages can be made: ${made.problem}`,
    expected: 'parameters that make stages',
  });
}

function stageOf(part: StagePart, path: readonly (string | number)[], building: Building): StageConfig {
  const { name, weight, bake = 5 * MINUTE, promote = 'auto', interval, shift, analysis } = part;
  const tick = interval ?? building.tick;
  if (bake === 0 && analysis !== 'none')
    building.findings.problem([...path, 'bake'], {
      message: '`bake` is `0s`: nobody would ever look at the stage',
      found: '0s',
      expected: 'a time, or `analysis: none`',
    });
  longEnough(bake, [...path, part.bake === undefined ? 'name' : 'bake'], {
    ...building,
    tick: Math.min(tick, building.tick),
  });
  const judges = part.judges && buildJudges(part.judges, [...path, 'judges'], building);
  const checks = checksOf(part.checks ?? [], [...path, 'checks'], building.findings);
  return {
    name,
    weight,
    bake,
    promote,
    ...(judges && { judges }),
    checks,
    ...(interval !== undefined && { interval }),
    ...(shift && { shift }),
    ...(analysis && { analysis }),
  };
}

interface Checking {
  readonly building: Building;
  readonly written: boolean;
}

function checkStages(name: string, stages: readonly StageConfig[], { building, written }: Checking): void {
  const { findings } = building;
  const at = (index: number, key: string): readonly (string | number)[] =>
    written ? ['strategies', name, 'stages', index, key] : ['strategies', name];
  stages.forEach((stage, index) => {
    const before = stages[index - 1];
    if (before && stage.weight <= before.weight)
      findings.problem(at(index, 'weight'), {
        message: `stage \`${stage.name}\` has ${printPercent(stage.weight)} after ${printPercent(before.weight)}: stages ascend`,
        found: printPercent(stage.weight),
        expected: `more than ${printPercent(before.weight)}`,
      });
    if (stages.findIndex((other) => other.name === stage.name) !== index)
      findings.problem(at(index, 'name'), {
        message: `two stages are called \`${stage.name}\``,
        found: stage.name,
        expected: 'a name of its own',
      });
  });
  const last = stages.at(-1);
  if (last && last.weight === WHOLE) return;
  findings.problem(last ? at(stages.length - 1, 'weight') : ['strategies', name, 'stages'], {
    message: last
      ? `the last stage of \`${name}\` has ${printPercent(last.weight)}: it must have 100%`
      : `\`${name}\` has an empty list of stages`,
    found: last ? printPercent(last.weight) : 'nothing',
    expected: '100%',
  });
}
