/** The packaged example workflows with a repository's own names in them: what `init` writes. Text in, text out. */
import { minutesFor, operateEnvironment, type DeployPlan, type StageJob, type WorkflowPlan } from './plan.ts';

/** The examples' texts by their file's name: `deploy.yml`, `sluice-tick.yml`. */
export type Examples = Readonly<Record<string, string>>;

export interface FillOptions {
  /** The action's release; absent: the examples' tag stays. */
  readonly pin?: { readonly sha: string; readonly version: string };
  readonly defaultBranch: string;
  readonly stateBranch: string;
  /** Names of secrets that the configuration uses: each step that carries something out gets them. */
  readonly secrets: readonly string[];
}

export interface WorkflowFile {
  readonly path: string;
  readonly text: string;
}

/** The examples that `init` reads. */
export const EXAMPLES: readonly string[] = [
  'deploy.yml',
  'deploy-days.yml',
  'deploy-job.yml',
  'sluice-stage.yml',
  'sluice-commands.yml',
  'sluice-tick.yml',
  'sluice-check.yml',
];

/** Throws an Error where an example has no longer the shape that is filled in: a fault in the package. */
export function workflowFiles(plan: WorkflowPlan, examples: Examples, options: FillOptions): readonly WorkflowFile[] {
  const file = (name: string, text: string): WorkflowFile => ({
    path: `.github/workflows/${name}`,
    text: own(text, options),
  });
  const common = (name: string): WorkflowFile => file(name, operated(exampleOf(examples, name), plan.tickEnvironment));
  const commands = common('sluice-commands.yml');
  const deployed = plan.deploys[0]?.file ?? 'deploy.yml';
  return [
    ...plan.deploys.map((one) => file(one.file, operated(deployText(one, examples), plan.tickEnvironment))),
    ...(plan.hasStageWorkflow ? [common('sluice-stage.yml')] : []),
    { ...commands, text: replaced(commands.text, 'workflow: deploy.yml', `workflow: ${deployed}`) },
    common('sluice-tick.yml'),
    file('sluice-check.yml', checkText(exampleOf(examples, 'sluice-check.yml'), options)),
  ];
}

function exampleOf(examples: Examples, name: string): string {
  const text = examples[name];
  if (text === undefined) throw new Error(`the example ${name} is not in the package`);
  return text;
}

function replaced(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`an example has no \`${from}\``);
  return text.replaceAll(from, () => to);
}

function operated(text: string, environment: string): string {
  return replaced(text, `name: ${operateEnvironment('production')},`, `name: ${scalar(environment)},`);
}

function checkText(text: string, { defaultBranch, stateBranch }: FillOptions): string {
  const main = replaced(text, 'branches: [main]', `branches: [${scalar(defaultBranch)}]`);
  return replaced(main, 'branches: [sluice-state]', `branches: [${scalar(stateBranch)}]`);
}

/** A name as YAML in a flow: a plain one stays plain. */
function scalar(text: string): string {
  return /^[A-Za-z][\w./-]*$/.test(text) && !/^(true|false|null|yes|no|on|off)$/i.test(text)
    ? text
    : `'${text.replaceAll("'", "''")}'`;
}

/** The action's release and the secrets, in every step of ours. */
function own(text: string, { pin, secrets }: FillOptions): string {
  const lines = text.split('\n').flatMap((line) => {
    const match = /^( *(?:- )?)uses: (sluice-dev\/sluice[\w./-]*)@\S+( # .*)?$/.exec(line);
    if (!match) return /^ *# env: \{/.test(line) && secrets.length > 0 ? [] : [line];
    const [, before = '', action = ''] = match;
    const pinned = pin === undefined ? line : `${before}uses: ${action}@${pin.sha} # ${pin.version}`;
    return [pinned, ...(ACTS.test(action) ? environment(secrets, ' '.repeat(before.length)) : [])];
  });
  return lines.join('\n');
}

/** Actions that deploy, measure or go back. What answers comments calls for these: whatever it is told, it has nothing to give away. */
const ACTS = /\/(deploy|promote|report|rollback|reconcile)$/;

function environment(secrets: readonly string[], indent: string): readonly string[] {
  if (secrets.length === 0) return [];
  return [`${indent}env:`, ...secrets.map((name) => `${indent}  ${name}: \${{ secrets.${name} }}`)];
}

/** A workflow's text, cut where its jobs begin; a job with the comment above it. */
interface Cut {
  readonly head: string;
  readonly jobs: ReadonlyMap<string, string>;
}

function cut(text: string): Cut {
  const at = text.indexOf('\njobs:\n');
  if (at < 0) throw new Error('an example has no jobs');
  const head = text.slice(0, at + '\njobs:\n'.length);
  const parts = text.slice(head.length).split(/\n\n(?= {2}(?:#|\w))/);
  const jobs = parts.map((part) => [/^ {2}([\w-]+):$/m.exec(part)?.[1] ?? '', part.replace(/\n+$/, '')] as const);
  return { head, jobs: new Map(jobs) };
}

function jobOf({ jobs }: Cut, name: string): string {
  const text = jobs.get(name);
  if (text === undefined) throw new Error(`an example has no job ${name}`);
  return text;
}

function deployText(plan: DeployPlan, examples: Examples): string {
  const { form, service, jobs } = plan;
  const environment = jobs.at(-1)?.environment ?? 'production';
  if (form === 'own-steps') return ownSteps(exampleOf(examples, 'deploy-job.yml'), plan, environment);
  const staged = cut(exampleOf(examples, 'deploy.yml'));
  const days = cut(exampleOf(examples, 'deploy-days.yml'));
  const { head } = form === 'days' ? days : staged;
  const blocks = jobs.map((job, index) => {
    const chain = { jobs, index, service };
    if (form !== 'days') return stageJob(staged, job, chain);
    if (index === jobs.length - 1) return daysJob(jobOf(days, 'canary'), job, chain);
    // Only a run of the other form is ever started to continue.
    return stageJob(staged, job, chain).replace('    if: ${{ !inputs.rollout }}\n', '');
  });
  const settle = settleJob(jobOf(form === 'days' ? days : staged, 'settle'), jobs, form);
  const group = replaced(head, 'group: sluice-web-production', `group: sluice-${service}-${environment}`);
  return `${introduced(group, plan)}${[...blocks, settle].join('\n\n')}\n`;
}

/** The examples' first lines speak of their own three stages; another pipeline is introduced by its own. */
function introduced(head: string, { service, jobs, form }: DeployPlan): string {
  const ids = jobs.map(({ id }) => id);
  if (form === 'stages' ? ids.join(' ') === 'canary beta production' : ids.join(' ') === 'canary') return head;
  const places = [...new Set(jobs.map(({ githubEnvironment }) => githubEnvironment))];
  const lines = [
    `A staged deploy of ${service}: ${ids.join(', ')}, one job behind the other in one run.`,
    ...(form === 'days' ? ['The last of them ends with the code `baking`; from there sluice-tick.yml goes on.'] : []),
    '',
    `Needs    the GitHub environments ${places.join(', ')} (their reviewers are asked before each job), and those with \`-operate\``,
    '         behind their name, without reviewers: going back never waits for a click.',
    'Change   the secrets in `env:`; `sluice check --setup` says what is missing.',
  ];
  const comment = lines.map((line) => (line === '' ? '#' : `# ${line}`)).join('\n');
  return `${comment}\n${head.replace(/^(?:#.*\n)+/, '')}`;
}

function ownSteps(text: string, { service, jobs, file }: DeployPlan, environment: string): string {
  const grouped = replaced(text, 'group: sluice-web-production-', `group: sluice-${service}-${environment}-`);
  const gated = replaced(grouped, "|| 'production' }}", `|| '${jobs[0]?.githubEnvironment ?? environment}' }}`);
  return subject(gated, service, environment).replaceAll('workflow: deploy-job.yml', `workflow: ${file}`);
}

function subject(text: string, service: string, environment: string): string {
  const named = replaced(text, '          service: web\n', `          service: ${service}\n`);
  return replaced(named, '          environment: production\n', `          environment: ${environment}\n`);
}

interface Chain {
  readonly jobs: readonly StageJob[];
  readonly index: number;
  readonly service: string;
}

function stageJob(staged: Cut, job: StageJob, chain: Chain): string {
  const { jobs, index, service } = chain;
  const isEnd = index === jobs.length - 1;
  const isPromoted = !job.first;
  if (!isPromoted) {
    const text = following(named(jobOf(staged, 'canary'), 'canary', job), chain);
    const until = job.last ? '' : `          until: ${job.stage}\n`;
    return subject(replaced(text, '          until: canary\n', until), service, job.environment);
  }
  const template = isEnd ? 'production' : 'beta';
  const begun = jobs.find(({ environment }) => environment === job.environment)?.id ?? '';
  const before = jobs[index - 1]?.id ?? begun;
  const needs = begun === before ? begun : `[${begun}, ${before}]`;
  const text = named(jobOf(staged, template), template, job)
    .replace(/^ {4}needs: .*$/m, () => `    needs: ${needs}`)
    .replaceAll('needs.canary.outputs.sha', `needs.${begun}.outputs.sha`)
    .replaceAll('needs.canary.outputs.rollout', `needs.${begun}.outputs.rollout`)
    .replaceAll(/needs\.(canary|beta)\.outputs\.proceed/g, `needs.${before}.outputs.proceed`);
  return replaced(text, `          to: ${template}\n`, `          to: ${job.stage}\n`);
}

/** The job's id, its label, its GitHub environment and its minutes. */
function named(
  text: string,
  template: string,
  { id, stage, environment, first, last, bake, githubEnvironment }: StageJob,
): string {
  const label = first && last ? environment : stage;
  const { job, step } = minutesFor(bake);
  return text
    .replace(new RegExp(`^ {2}${template}:$`, 'm'), `  ${id}:`)
    .replace(/^ {4}name: .*$/m, () => `    name: ${title(label)}`)
    .replace(/timeout-minutes: \d+/, `timeout-minutes: ${job}`)
    .replace(`environment: { name: ${template},`, () => `environment: { name: ${scalar(githubEnvironment)},`)
    .replace(/^( {10}timeout: )\d+m$/m, `$1${step}m`);
}

function title(name: string): string {
  const text = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return /^[A-Za-z][\w -]*$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`;
}

/** An environment behind another one begins when the version is through there. */
function following(text: string, { jobs, index }: Chain): string {
  const before = jobs[index - 1];
  if (!before) return text;
  const condition = `    needs: ${before.id}\n    if: \${{ needs.${before.id}.outputs.proceed == 'true' }}\n`;
  const own = text.replace(/^ {4}if: .*\n/m, '');
  return own.replace(/^( {4}name: .*\n)/m, (name) => `${name}${condition}`);
}

function daysJob(text: string, job: StageJob, { jobs, index, service }: Chain): string {
  const own = text
    .replace(/^ {2}canary:$/m, `  ${job.id}:`)
    .replace(/^ {4}name: .*$/m, () => `    name: ${title(job.stage)}`)
    .replace('environment: { name: canary,', () => `environment: { name: ${scalar(job.githubEnvironment)},`);
  return subject(following(own, { jobs, index, service }), service, job.environment);
}

function settleJob(text: string, jobs: readonly StageJob[], form: DeployPlan['form']): string {
  const ids = jobs.map(({ id }) => id);
  const needs = ids.length === 1 ? (ids[0] ?? '') : `[${ids.join(', ')}]`;
  const listed = text.replace(/^ {4}needs: .*$/m, () => `    needs: ${needs}`);
  if (form !== 'days') return listed;
  const ends = ids.length === 1 ? `needs.${needs}.result` : '';
  if (ends !== '') return listed.replaceAll('needs.canary.result', ends);
  const any = "contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled')";
  return listed.replace(/^ {4}if: .*$/m, () => `    if: \${{ always() && (${any}) }}`);
}
