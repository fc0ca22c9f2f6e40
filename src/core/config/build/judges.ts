import type { JudgeConfig } from '../../model/config.ts';
import type { JudgeSpec } from '../../model/metric.ts';
import { type Milliseconds, printDuration } from '../../model/time.ts';
import type { JudgePart } from '../part/analysis.ts';
import { inUnitOf, type Quantity } from '../quantity.ts';
import type { Path } from '../tree.ts';
import { type Building, type FoundMetric, metricAt } from './context.ts';
import { sensibleMargins } from './margins.ts';

/** The judges of a list; one that is at fault is left out and has its problem. */
export function buildJudges(parts: readonly JudgePart[], path: Path, building: Building): readonly JudgeConfig[] {
  return parts.flatMap((part, index) => judgeOf(part, [...path, index], building) ?? []);
}

function judgeOf(part: JudgePart, path: Path, building: Building): JudgeConfig | undefined {
  if (!oneRule(part, path, building)) return undefined;
  longEnough(part.for, [...path, 'for'], building);
  const found = metricAt([...path, 'metric'], part.metric, building);
  const rule = found && ruleOf(part, { found, path, building });
  if (!rule) return undefined;
  return {
    metric: found.metric.name,
    ...(found.read !== undefined && { read: found.read }),
    rule,
    ...(part.for !== undefined && { for: part.for }),
    failures: part.failures ?? 0,
    minSamples: part['min-samples'] ?? 500,
    then: part.then ?? 'rollback',
    dryRun: part['dry-run'] ?? false,
  };
}

function oneRule(part: JudgePart, path: Path, { findings }: Building): boolean {
  const rules = (['below', 'above', 'compare'] as const).filter((key) => part[key] !== undefined);
  const expected = 'exactly one of `below`, `above`, `compare`';
  if (rules.length !== 1) {
    const found = rules.length === 0 ? 'none of them' : rules.join(' and ');
    findings.problem(path, {
      message: `a judge of \`${part.metric}\` has ${found}: expected ${expected}`,
      found,
      expected,
    });
    return false;
  }
  if (rules[0] === 'compare') return true;
  for (const key of ['tolerance', 'ratio', 'method'] as const)
    if (part[key] !== undefined) {
      const message = `\`${key}\` belongs to \`compare\`, not to \`${rules[0]}\``;
      findings.problem([...path, key], { at: 'key', message, found: key, expected: '`compare`' });
    }
  return true;
}

/** `for` or `bake` shorter than two looks can never be seen. */
export function longEnough(length: Milliseconds | undefined, path: Path, { tick, findings }: Building): void {
  if (length === undefined || length === 0 || length >= 2 * tick) return;
  const expected = `at least \`${printDuration(2 * tick)}\``;
  findings.problem(path, {
    message: `\`${String(path.at(-1))}\` is \`${printDuration(length)}\`, shorter than two looks: expected ${expected}`,
    found: printDuration(length),
    expected,
    hint: `Whoever watches looks every ${printDuration(tick)}.`,
  });
}

interface RuleOf {
  readonly found: FoundMetric;
  readonly path: Path;
  readonly building: Building;
}

function ruleOf(part: JudgePart, context: RuleOf): JudgeSpec['rule'] | undefined {
  if (part.compare !== undefined) return compareOf(part, part.compare, context);
  const type = part.below === undefined ? 'above' : 'below';
  const bound = part[type] && boundOf(part[type], [...context.path, type], context);
  return bound === undefined ? undefined : { type, bound };
}

function compareOf(
  part: JudgePart,
  arm: NonNullable<JudgePart['compare']>,
  context: RuleOf,
): JudgeSpec['rule'] | undefined {
  const { path, building, found } = context;
  if (arm !== 'recorded' && !found.metric.perVersion) {
    building.findings.problem([...path, 'compare'], {
      message: `\`${found.metric.name}\` cannot be compared with ${arm}: its queries do not tell versions apart`,
      found: arm,
      expected: 'queries with `{{version}}` in them',
      hint: 'Put `{{version}}` into each of its queries, or use `below` or `above`.',
    });
    return undefined;
  }
  const tolerance = part.tolerance && boundOf(part.tolerance, [...path, 'tolerance'], context);
  if (part.tolerance && tolerance === undefined) return undefined;
  const { metric } = found;
  if (!sensibleMargins({ ratio: part.ratio, tolerance }, { metric, part, path, findings: building.findings }))
    return undefined;
  return {
    type: 'compare',
    with: arm,
    method: part.method ?? (arm === 'recorded' ? 'regression' : 'sequential'),
    ...(tolerance !== undefined && { tolerance }),
    ...(part.ratio !== undefined && { ratio: part.ratio }),
  };
}

/** A bound in the metric's unit; one in another unit is a problem. */
export function boundOf(bound: Quantity, path: Path, { found, building }: Omit<RuleOf, 'path'>): number | undefined {
  // A metric read as a count of events has no unit, whatever the metric's own is.
  const unit =
    found.metric.kind === 'count' ? { kind: found.metric.kind, unit: found.metric.unit ?? '/s' } : found.metric;
  const result = inUnitOf(unit, bound);
  if ('value' in result) return result.value;
  building.findings.problem(path, {
    message: `\`${String(path.at(-1))}\` is \`${bound.written}\`, and \`${found.metric.name}\` is not counted in that: expected ${result.expected}`,
    found: bound.written,
    expected: result.expected,
    ...(result.hint !== undefined && { hint: result.hint }),
  });
  return undefined;
}
