/** A review as one report: verdict, findings, plan, blast radius. */
import type { Config } from '../model/config.ts';
import { printPercent } from '../model/weight.ts';
import type { Block, Report } from '../report/report.ts';
import { cut, oneLine } from '../report/text.ts';
import { plural, printSpan } from '../report/words.ts';
import { type Blast, type BlastRadius, IN_STEP, isRebucketed, isTooMany, sharesWords, shareWords } from './blast.ts';
import { countOf, type Finding, inOrderOfWeight } from './finding.ts';
import { dependents, type PairPlan } from './plans.ts';

export interface ReviewContent {
  /** Full SHA of the head that was looked at. */
  readonly sha: string;
  readonly findings: readonly Finding[];
  readonly plans: readonly PairPlan[];
  /** By which the plans are: the proposed one where there is one. Absent: there is none. */
  readonly config?: Config;
  readonly blast?: BlastRadius;
  /** What the configuration would let through that it did not. */
  readonly loosened: readonly string[];
  /** The pull request changes the policy itself. */
  readonly changesPolicy: boolean;
  /** Flags past their date, whoever changed them; sentences. */
  readonly expired: readonly string[];
  /** What else a reader should know. */
  readonly remarks: readonly string[];
}

/** Rows of a table; more are counted and not shown. */
const MOST_ROWS = 100;
/** Columns of a path or message in a cell. */
const CELL = 300;

export function reviewReport(content: ReviewContent): Report {
  const blocks: readonly (readonly (Block | undefined)[])[] = [
    [verdict(content), { type: 'text', text: reviewSummary(content) }, policyChange(content)],
    findingsTable(content.findings),
    plans(content),
    blast(content.blast),
    listed('Flags past their date', content.expired),
    [content.remarks.length > 0 ? { type: 'list', items: content.remarks } : undefined],
  ];
  return { blocks: blocks.flat().filter((block) => block !== undefined) };
}

/** `2 failures, 1 warning`, or that there is nothing. */
export function reviewSummary({ findings, blast, plans }: Pick<ReviewContent, 'findings' | 'blast' | 'plans'>): string {
  const counts = [
    [countOf(findings, 'failure'), 'failure'],
    [countOf(findings, 'warning'), 'warning'],
  ] as const;
  const found = counts.flatMap(([count, word]) => (count > 0 ? [plural(count, word)] : [])).join(', ');
  const moved = flagsOf(blast, ({ shift }) => shift !== undefined && shift.changed > 0);
  const lost = flagsOf(blast, ({ loss }) => loss !== undefined && loss.lost > 0);
  const more = [
    ...(plans.length > 0 ? [plural(plans.length, 'plan')] : []),
    ...(blast
      ? [
          ...(moved > 0 ? [`${plural(moved, 'flag')} with users who get another variant`] : []),
          ...(lost > 0 ? [`${plural(lost, 'flag')} gone that users still have`] : []),
          ...(moved + lost + (blast.unasked ?? 0) === 0 ? ['nobody gets another variant'] : []),
        ]
      : []),
  ];
  return [found === '' ? 'nothing found' : found, ...more].join('; ');
}

/** Each flag once, in however many environments. */
function flagsOf(blast: BlastRadius | undefined, counts: (row: Blast) => boolean): number {
  return new Set(blast?.rows.filter(counts).map(({ flag }) => flag)).size;
}

function verdict({ sha, findings }: ReviewContent): Block {
  const [failures, warnings] = [countOf(findings, 'failure'), countOf(findings, 'warning')];
  const head = oneLine(sha).slice(0, 7);
  if (failures > 0) return { type: 'heading', text: `${plural(failures, 'failure')} at ${head}`, mood: 'bad' };
  if (warnings > 0)
    return { type: 'heading', text: `Valid at ${head}, ${plural(warnings, 'warning')} to read`, mood: 'waiting' };
  return { type: 'heading', text: `Valid at ${head}`, mood: 'good' };
}

function policyChange({ changesPolicy }: ReviewContent): Block | undefined {
  if (!changesPolicy) return undefined;
  return {
    type: 'text',
    text: 'This pull request changes the policy itself: it needs the review of code owners. It was validated from its own text and judged by the policy of the default branch.',
  };
}

function findingsTable(findings: readonly Finding[]): readonly (Block | undefined)[] {
  if (findings.length === 0) return [];
  const rows = inOrderOfWeight(findings).map(({ level, path, line, column, code, message }) => [
    level === 'failure' ? 'fail' : level,
    cut(oneLine(`${path}:${line}${column === undefined ? '' : `:${column}`}`), CELL),
    cut(oneLine(code === undefined ? message : `${code}: ${message}`), CELL),
  ]);
  return table([{ title: 'found', moods: true }, { title: 'where' }, { title: 'what' }], rows, 'findings');
}

function plans({ plans: all, loosened, config }: ReviewContent): readonly (Block | undefined)[] {
  if (all.length === 0 && loosened.length === 0) return [];
  const gates = all.flatMap((one) => one.gates.map(({ gate, answer, detail }) => [pairOf(one), gate, answer, detail]));
  const sees = all.flatMap((one) => one.sees.map((sentence) => `${pairOf(one)}: ${sentence}`));
  const needs = [...new Set(config ? all.flatMap((one) => dependents(config, one)) : [])];
  return [
    { type: 'heading', text: 'What a deploy goes through' },
    ...table(PLAN_COLUMNS, all.flatMap(planRows), 'stages'),
    ...listed('What gets looser', loosened),
    ...table(
      [{ title: 'deploy' }, { title: 'gate now' }, { title: 'answer', moods: true }, { title: 'detail' }],
      gates,
      'gates',
    ),
    ...listed('What its stages can see', sees),
    ...listed('What a new version has to fit', needs),
  ];
}

const PLAN_COLUMNS = [
  { title: 'deploy' },
  { title: 'stage' },
  { title: 'traffic', align: 'right' },
  { title: 'bake', align: 'right' },
  { title: 'judged by' },
  { title: 'begins after' },
] as const;

function pairOf({ service, environment }: PairPlan): string {
  return `${service} in ${environment}`;
}

/** The proposed stages; where the default branch plans otherwise its stages come first. */
function planRows(pair: PairPlan): readonly (readonly string[])[] {
  const { planned, before, live, deployers } = pair;
  const name = `${pairOf(pair)}${live === undefined ? '' : ` (live: ${live})`}`;
  const own = stageRows(planned, { name: before ? `${name}, with this change` : name, who: deployers });
  return before ? [...stageRows(before, { name: `${name}, as it is`, who: [] }), ...own] : own;
}

interface Shown {
  readonly name: string;
  readonly who: readonly string[];
}

function stageRows(planned: PairPlan['planned'], { name, who }: Shown): readonly (readonly string[])[] {
  if (!planned.ok) return [[name, `no plan: ${planned.summary}`, '', '', '', '']];
  return planned.plan.stages.map((stage, index) => [
    index === 0 ? name : '',
    stage.name,
    printPercent(stage.weight),
    stage.bake === 0 ? '' : printSpan(stage.bake),
    stage.judges.map(({ id }) => id).join(', '),
    [
      ...(index === 0 && who.length > 0 ? [`a deploy by ${who.join(', ')}`] : []),
      ...(stage.approvals
        ? [`${plural(stage.approvals.count, 'approval')} from ${stage.approvals.from.join(', ') || 'anybody who may'}`]
        : []),
    ].join('; '),
  ]);
}

function blast(radius: BlastRadius | undefined): readonly (Block | undefined)[] {
  if (!radius) return [];
  const { rows, sample, recorded, unasked = 0 } = radius;
  if (rows.length === 0 && unasked === 0)
    return [{ type: 'text', text: 'Blast radius: no user gets another variant in any environment.' }];
  const also = recorded > 0 ? `, and of ${plural(recorded, 'recorded context')}` : '';
  return [
    { type: 'heading', text: 'Blast radius' },
    ...table(BLAST_COLUMNS, gravestFirst(rows).map(blastRow), 'rows'),
    {
      type: 'text',
      text: `Of ${plural(sample, 'made-up user')} that stand on both sides of every condition${also}: shares by a percentage are true to life, shares by a condition are not. Unplanned are users who get another variant although the shares would let them keep theirs; a rule is asked by ${plural(IN_STEP, 'user')} who all reach it.`,
    },
  ];
}

/** What fails the check is never among the rows that are left out. */
function gravestFirst(rows: readonly Blast[]): readonly Blast[] {
  return [...rows.filter(isRebucketed), ...rows.filter((row) => !isRebucketed(row))];
}

const BLAST_COLUMNS = [
  { title: 'flag' },
  { title: 'environment' },
  { title: 'shares' },
  { title: 'changed', align: 'right' },
  { title: 'unplanned', align: 'right' },
  { title: 'recorded', align: 'right' },
] as const;

function blastRow(row: Blast): readonly string[] {
  const { flag, environment, shift, recorded, targets, was } = row;
  const name = was === undefined ? flag : `${flag} (was ${was})`;
  if (!shift) return [name, environment, ...goneCells(row)];
  const named = targets > 0 ? `; ${plural(targets, 'named user')}` : '';
  const drawn =
    shift.redrawn > 0 ? ` (${shareWords(shift.redrawn, shift.users)} drawn anew, as its generation says)` : '';
  return [
    name,
    environment,
    cut(sharesWords(shift), CELL) + named,
    shareWords(shift.changed, shift.users),
    `${shareWords(shift.unplanned, shift.users)}${stepWords(row)}${isRebucketed(row) ? ' (too many)' : ''}${drawn}`,
    recorded ? shareWords(recorded.changed, recorded.users) : '',
  ];
}

function goneCells({ is, loss }: Blast): readonly string[] {
  if (is === 'new' || !loss) return ['new', '', '', ''];
  const had = [...loss.before].map(([variant, count]) => `${variant} ${shareWords(count, loss.users)}`).join(', ');
  return [`gone: callers get their own default (${cut(had, CELL)})`, shareWords(loss.lost, loss.users), '', ''];
}

/** `, rule beta 48%`: of the users that it decides for. */
function stepWords({ steps }: Blast): string {
  const much = steps.filter((one) => isTooMany(one.shift) && one.step !== 'default');
  const shown = much
    .slice(0, MOST_STEPS)
    .map(({ step, shift }) => `, rule ${step} ${shareWords(shift.unplanned, shift.users)}`);
  return (
    cut(oneLine(shown.join('')), CELL) + (much.length > MOST_STEPS ? `, and ${much.length - MOST_STEPS} more` : '')
  );
}

const MOST_STEPS = 5;

function table(
  columns: Extract<Block, { type: 'table' }>['columns'],
  rows: readonly (readonly string[])[],
  what: string,
): readonly Block[] {
  if (rows.length === 0) return [];
  const shown: Block = { type: 'table', columns, rows: rows.slice(0, MOST_ROWS) };
  const rest = rows.length - MOST_ROWS;
  return rest > 0 ? [shown, { type: 'text', text: `and ${rest} more ${what}` }] : [shown];
}

function listed(title: string, items: readonly string[]): readonly Block[] {
  if (items.length === 0) return [];
  const rest = items.length - MOST_ROWS;
  const shown = items.slice(0, MOST_ROWS).map((item) => cut(oneLine(item), CELL));
  return [
    { type: 'heading', text: title },
    { type: 'list', items: rest > 0 ? [...shown, `and ${rest} more`] : shown },
  ];
}
