import type { TriggerConfig } from '../../model/config.ts';
import type { Action } from '../../model/metric.ts';
import type { Severity } from '../../model/place.ts';
import { MINUTE, SECOND } from '../../model/time.ts';
import type { TriggerPart } from '../part/trigger.ts';
import type { Parts } from '../parts.ts';
import { parseQuantity, type Quantity } from '../quantity.ts';
import type { Path } from '../tree.ts';
import { type Building, type FoundMetric, metricAt } from './context.ts';
import { boundOf, longEnough } from './judges.ts';
import { presetTriggers } from './trigger-presets.ts';

/** The user's triggers, and those of the presets he names; his own take the place of a preset's of the same name. */
export function buildTriggers(parts: Parts, building: Building): readonly TriggerConfig[] {
  const own = [...parts.triggers.parts].flatMap(([name, part]) => triggerOf(name, part, building) ?? []);
  const taken = new Set([...own.map((trigger) => trigger.name), ...parts.triggers.broken]);
  const { triggers, skipped } = presetTriggers(parts.triggerPresets, building.metrics.metrics);
  for (const { name, preset, metric } of skipped)
    building.findings.warning(['triggers', 'preset'], {
      message: `\`${preset}\`: no metric \`${metric}\`, so \`${name}\` is left out`,
    });
  return [...triggers.filter((trigger) => !taken.has(trigger.name)), ...own];
}

const KINDS = { metric: 'metric', health: 'health', 'spike-of': 'spike', url: 'dependency' } as const;
type Kind = (typeof KINDS)[keyof typeof KINDS];

/** Which keys belong to which kind of trigger, beside those that all have. */
const KEYS: Readonly<Record<Kind, readonly string[]>> = {
  metric: ['metric', 'above', 'below', 'for', 'min-samples'],
  health: ['health', 'failures', 'within'],
  spike: ['spike-of', 'baseline', 'increase', 'window', 'at-least'],
  dependency: ['url', 'failures', 'timeout'],
};
const COMMON: readonly string[] = ['then', 'cooldown', 'tags', 'severity'];

function triggerOf(name: string, part: TriggerPart, building: Building): TriggerConfig | undefined {
  const path = ['triggers', name];
  const kind = kindOf(name, part, building);
  if (!kind) return undefined;
  for (const key of Object.keys(part)) {
    if (COMMON.includes(key) || KEYS[kind].includes(key)) continue;
    const message = `\`${key}\` does not belong to a ${kind} trigger`;
    building.findings.problem([...path, key], {
      at: 'key',
      message,
      found: key,
      expected: `one of ${KEYS[kind].join(', ')}`,
    });
  }
  if (part.then === 'disable-flags' && (part.tags ?? []).length === 0)
    building.findings.problem([...path, 'then'], {
      message: '`disable-flags` needs `tags`, so that it is said which flags',
      found: 'no tags',
      expected: '`tags: [NAME]`',
    });
  const { then = 'notify', cooldown = 2 * MINUTE, tags = [] } = part;
  const common = { name, then, cooldown, tags, severity: part.severity ?? severityOf(then) };
  const special = specialOf(kind, part, { path, building });
  return special && { ...common, ...special };
}

/** How bad it is, where nobody says: what takes a rollout back is critical. */
function severityOf(action: Action): Severity {
  if (action === 'rollback' || action === 'rollback-gradually') return 'critical';
  return action === 'notify' ? 'medium' : 'high';
}

function kindOf(name: string, part: TriggerPart, { findings }: Building): Kind | undefined {
  const kinds = (Object.keys(KINDS) as (keyof typeof KINDS)[]).filter((key) => part[key] !== undefined);
  const only = kinds[0];
  if (only !== undefined && kinds.length === 1) return KINDS[only];
  const expected = 'exactly one of `metric`, `health`, `spike-of`, `url`';
  const found = kinds.length === 0 ? 'none of them' : kinds.join(' and ');
  return void findings.problem(['triggers', name], {
    at: 'key',
    message: `\`${name}\` has ${found}: expected ${expected}`,
    found,
    expected,
  });
}

type Special = TriggerConfig extends infer T
  ? T extends TriggerConfig
    ? Omit<T, 'name' | 'then' | 'cooldown' | 'tags' | 'severity'>
    : never
  : never;

interface At {
  readonly path: Path;
  readonly building: Building;
}

function specialOf(kind: Kind, part: TriggerPart, at: At): Special | undefined {
  switch (kind) {
    case 'metric':
      return metricTrigger(part, at);
    case 'health':
      return { kind, probe: part.health ?? 'any', failures: part.failures ?? 3, within: part.within ?? MINUTE };
    case 'spike':
      return spikeTrigger(part, at);
    case 'dependency':
      return { kind, url: part.url ?? '', failures: part.failures ?? 3, timeout: part.timeout ?? 5 * SECOND };
  }
}

function metricTrigger(part: TriggerPart, { path, building }: At): Special | undefined {
  longEnough(part.for, [...path, 'for'], building);
  const bounds = (['above', 'below'] as const).filter((key) => part[key] !== undefined);
  const key = bounds[0];
  if (key === undefined || bounds.length !== 1) {
    const expected = 'exactly one of `above`, `below`';
    const found = key === undefined ? 'neither' : 'both';
    return void building.findings.problem([...path, 'metric'], {
      message: `a metric trigger has ${found}: expected ${expected}`,
      found,
      expected,
    });
  }
  const found = metricAt([...path, 'metric'], part.metric ?? '', building);
  const bound = found && boundAt([...path, key], part[key], { found, building });
  if (!found || bound === undefined) return undefined;
  return {
    kind: 'metric',
    metric: found.metric.name,
    ...(found.read !== undefined && { read: found.read }),
    [key]: bound,
    for: part.for ?? 0,
    minSamples: part['min-samples'] ?? (found.metric.kind === 'proportion' ? 10 : 0),
  };
}

function boundAt(
  path: Path,
  bound: Quantity | undefined,
  context: { readonly found: FoundMetric; readonly building: Building },
): number | undefined {
  return bound && boundOf(bound, path, context);
}

function spikeTrigger(part: TriggerPart, { path, building }: At): Special | undefined {
  const found = metricAt([...path, 'spike-of'], part['spike-of'] ?? '', building);
  if (!found) return undefined;
  if (found.metric.kind !== 'proportion') {
    const expected = 'a metric of the kind `proportion`';
    const message = `\`spike-of\` reads rates of errors, and \`${found.metric.name}\` is a ${found.metric.kind}: expected ${expected}`;
    return void building.findings.problem([...path, 'spike-of'], { message, found: found.metric.kind, expected });
  }
  const usual = part.baseline ?? parseQuantity('2%');
  const baseline = boundAt([...path, 'baseline'], usual, { found, building });
  if (baseline === undefined) return undefined;
  const { increase = 0.5, window = MINUTE, 'at-least': atLeast = 10 } = part;
  return { kind: 'spike', metric: found.metric.name, baseline, increase, window, atLeast };
}
