/** The judges of a plan's stages, with their metrics' facts filled in, and whether anything can judge a stage at all. */
import type { Config, JudgeConfig, ServiceConfig, StageConfig } from '../model/config.ts';
import type { JudgeSpec, MetricConfig } from '../model/metric.ts';
import type { PlannedStage } from '../model/plan.ts';
import { printPercent, WHOLE } from '../model/weight.ts';

/** What of the configuration says who judges. */
export type Judging = Pick<Config, 'analysis' | 'metrics' | 'sources'>;

/** `error-rate below 0.01`, `latency.p95 compare stable`: what a judge is called where its plan has no other rule for that reading. */
function judgeId({ metric, read, rule }: Pick<JudgeConfig, 'metric' | 'read' | 'rule'>): string {
  const reading = read === undefined ? metric : `${metric}.${read}`;
  return `${reading} ${rule.type} ${rule.type === 'compare' ? rule.with : rule.bound}`;
}

/**
 * The judges of `analysis` and of the stage, each rule once; of a rule that both give to one reading the stage's counts.
 * What the service's platform cannot deliver (the built-in router's numbers elsewhere than on `local`) is left out.
 */
export function judgesOf(config: Judging, stage: StageConfig, service?: ServiceConfig): readonly JudgeSpec[] {
  if (stage.analysis === 'none') return [];
  const own = stage.judges ?? [];
  const slots = new Set(own.map(slotOf));
  const all = [...config.analysis.judges.filter((judge) => !slots.has(slotOf(judge))), ...own];
  const specs = all.flatMap((judge) => {
    const metric = config.metrics[judge.metric];
    return metric && delivered(config, metric, service) ? [specOf(judge, metric)] : [];
  });
  return specs.filter((spec, index) => specs.findIndex((one) => testOf(one) === testOf(spec)) === index);
}

/** What makes two comparisons different tests, each with evidence of its own. */
function testOf({ id, rule }: JudgeSpec): string {
  return rule.type === 'compare' ? [id, ...termsOf(rule)].join(', ') : id;
}

type Compare = Extract<JudgeSpec['rule'], { type: 'compare' }>;

function termsOf({ method, ratio, tolerance }: Compare): readonly string[] {
  return [
    method,
    ...(ratio === undefined ? [] : [`ratio ${ratio}`]),
    ...(tolerance === undefined ? [] : [`tolerance ${tolerance}`]),
  ];
}

/**
 * The same stages, where comparisons that a plan makes by several rules have several names: `latency.p95 compare stable, sequential,
 * ratio 1.2`. Evidence is kept by name, so that it is never that of another test.
 */
export function withDistinctJudges(stages: readonly PlannedStage[]): readonly PlannedStage[] {
  const tests = new Map<string, Set<string>>();
  for (const spec of stages.flatMap(({ judges }) => judges))
    tests.set(spec.id, new Set([...(tests.get(spec.id) ?? []), testOf(spec)]));
  const named = (spec: JudgeSpec): JudgeSpec =>
    (tests.get(spec.id)?.size ?? 0) > 1 ? { ...spec, id: testOf(spec) } : spec;
  return stages.map((stage) => (stage.judges.length === 0 ? stage : { ...stage, judges: stage.judges.map(named) }));
}

/** Two bounds of one direction on one reading are one rule with two opinions. */
function slotOf({ metric, read, rule }: JudgeConfig): string {
  return `${metric}.${read ?? ''} ${rule.type} ${rule.type === 'compare' ? rule.with : ''}`;
}

function delivered(config: Judging, metric: MetricConfig, service: ServiceConfig | undefined): boolean {
  const isRouter = metric.source === 'router' || config.sources[metric.source]?.type === 'router';
  return !isRouter || service?.platform.type === 'local';
}

function specOf(judge: JudgeConfig, metric: MetricConfig): JudgeSpec {
  const { kind, unit, better, source, delay, perVersion } = metric;
  const named = unit === undefined ? {} : { unit };
  return { id: judgeId(judge), ...judge, kind, ...named, better, source, delay, perVersion };
}

export interface Standing {
  readonly stage: StageConfig;
  readonly judges: readonly JudgeSpec[];
  /** Whether a source can be asked at all. */
  readonly answers: (source: string) => boolean;
  /** Some stage before this one had traffic on both arms, so that windows of the stable one were kept. */
  readonly recorded: boolean;
}

/** Whether a judge has what it needs in that stage: a threshold the candidate's own numbers, a comparison two arms. */
function appliesAt(judge: JudgeSpec, { stage, recorded }: Pick<Standing, 'stage' | 'recorded'>): boolean {
  if (stage.weight === 0) return false;
  if (judge.rule.type !== 'compare') return judge.perVersion || stage.weight === WHOLE;
  if (judge.rule.with === 'recorded') return true;
  return judge.perVersion && (stage.weight < WHOLE || recorded);
}

/** Whether a source can be asked: it is there, nobody knows, or it is the router, whose numbers are where its service runs. */
export function isAsked({ config, sources }: Asked): Standing['answers'] {
  return (source) =>
    sources === undefined ||
    sources.includes(source) ||
    source === 'router' ||
    config.sources[source]?.type === 'router';
}

/** The configuration, and the sources of it that can be asked. */
export interface Asked {
  readonly config: Config;
  /** Undefined: nobody knows. */
  readonly sources: readonly string[] | undefined;
}

/** The sentence that refuses a stage which nothing could judge; undefined when something can. */
export function unjudgedStage(
  standing: Standing,
  service: ServiceConfig | undefined,
  subject: string,
): string | undefined {
  const { stage, judges } = standing;
  const { answers } = standing;
  if (stage.analysis === 'none' || judges.some((judge) => appliesAt(judge, standing) && answers(judge.source)))
    return undefined;
  if (service && (service.health.length > 0 || stage.checks.length > 0 || service.consistency.length > 0))
    return undefined;
  const atAnEnd = stage.weight === 0 || stage.weight === WHOLE;
  if (service && atAnEnd && service.smoke.length > 0) return undefined;
  const remedy = service
    ? `give \`services.${service.name}.health\`, a judge, or`
    : 'give a judge on a metric with `{{variant}}`, or';
  const mute = [...new Set(judges.map(({ source }) => source).filter((source) => !answers(source)))];
  const because = mute.length === 0 ? '' : ` (${mute.join(', ')} cannot be asked in this version)`;
  return `nothing can judge stage ${stage.name} (${printPercent(stage.weight)}) of ${subject}${because}: ${remedy} write \`analysis: none\``;
}
