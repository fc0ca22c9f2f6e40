/** The configuration that `sluice init` writes: commented, and valid for our own decoder whatever was answered. */
import { NAME_PATTERN } from '../model/names.ts';

export interface StarterAnswers {
  readonly service: string;
  readonly platform:
    | { readonly type: 'command'; readonly deploy: string; readonly setTraffic?: string }
    | { readonly type: 'local'; readonly run: string; readonly port: number };
  /** Where users reach it; `/healthz` below it is asked, where no other path is given. */
  readonly url?: string;
  readonly healthPath?: string;
  /** In the order of a pipeline: `[staging, production]`. */
  readonly environments: readonly string[];
  /** A preset; one with weights is left out where the platform has none. */
  readonly strategy: string;
  /** Who approves in the last environment, as `team:web-leads`; none: nobody. */
  readonly approvals: readonly string[];
  /** The triggers of the built-in tables. */
  readonly triggers?: boolean;
}

/** Any text as one YAML scalar: double-quoted, which is JSON. */
function quote(text: string): string {
  return /^[A-Za-z0-9./][A-Za-z0-9._/-]*$/.test(text) && !text.includes(': ') ? text : JSON.stringify(text);
}

/** A configuration for these answers; `schema` is the published JSON Schema's address for editors. */
export function starterConfig(answers: StarterAnswers, schema: string = SCHEMA_URL): string {
  const blocks = [head(schema), services(answers), environments(answers), analysis(answers), triggers(answers)];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

export const SCHEMA_URL = 'https://raw.githubusercontent.com/sluice-dev/sluice/v1/schema/sluice.schema.json';

function head(schema: string): string {
  return [
    `# yaml-language-server: $schema=${schema}`,
    '# How this repository is deployed. Sluice reads this file on the default branch only.',
    'version: 1',
  ].join('\n');
}

function services(answers: StarterAnswers): string {
  const { platform, service } = answers;
  return [
    'services:',
    `  ${service}:`,
    ...(platform.type === 'local' ? local(platform) : command(platform)),
    ...health(answers),
    ...strategy(answers),
  ].join('\n');
}

function local({ run, port }: Extract<StarterAnswers['platform'], { type: 'local' }>): readonly string[] {
  return [
    '    # Each version is a child process of its own; the built-in router splits the traffic and measures each.',
    '    platform:',
    '      type: local',
    `      run: ${quote(run)} # listens on $PORT`,
    `      port: ${port}`,
  ];
}

function command({ deploy, setTraffic }: Extract<StarterAnswers['platform'], { type: 'command' }>): readonly string[] {
  return [
    '    # Gets SLUICE_VERSION, SLUICE_SHA, SLUICE_ENVIRONMENT; runs again with the old version to go back.',
    `    deploy: ${quote(deploy)}`,
    ...(setTraffic === undefined
      ? ['    # set-traffic: ./scripts/set-traffic.sh # sets the weights in SLUICE_WEIGHTS; canaries need it']
      : [`    set-traffic: ${quote(setTraffic)}`]),
  ];
}

function health({ url, healthPath = '/healthz', platform }: StarterAnswers): readonly string[] {
  if (url !== undefined)
    return [`    url: ${quote(plainUrl(url))}`, '    health:', `      - { name: health, get: ${quote(healthPath)} }`];
  if (platform.type === 'local') return ['    health:', `      - { name: health, get: ${quote(healthPath)} }`];
  return ['    # health: https://shop.example.com/healthz'];
}

/** A `$NAME` in an address would be read as a secret: the same address without the letter. */
function plainUrl(url: string): string {
  return url.replaceAll('$', '%24');
}

/** Strategies that never split traffic, nor show a candidate beforehand. */
const WHOLE_ONLY: readonly string[] = ['all-at-once'];

function strategy({ strategy: wanted, platform }: StarterAnswers): readonly string[] {
  const weighs = platform.type === 'local' || platform.setTraffic !== undefined;
  if (weighs || WHOLE_ONLY.includes(wanted)) return [`    strategy: ${wanted}`];
  return [`    strategy: all-at-once # ${wanted} once there is a set-traffic command`];
}

function environments({ environments: names, approvals }: StarterAnswers): string {
  const known = names.length > 0 ? names : ['production'];
  const blocks = known.flatMap((name, index) => {
    const before = known[index - 1];
    const isLast = index === known.length - 1;
    const order = before === undefined ? [] : [`    order: [${quote(before)}] # a version must be good there first`];
    const asks = isLast && approvals.length > 0 ? approval(approvals) : [];
    const body = [...order, ...asks];
    return body.length === 0 ? [`  ${quote(name)}: {}`] : [`  ${quote(name)}:`, ...body];
  });
  return ['environments:', ...blocks].join('\n');
}

function approval(from: readonly string[]): readonly string[] {
  return [
    '    # Before the last stage; who asked and who wrote it do not count.',
    `    approvals: { count: 1, from: [${from.map(quote).join(', ')}] }`,
  ];
}

/** Without health, traffic or metrics nothing can judge a stage, and that must be written to be allowed. */
function analysis({ url, platform }: StarterAnswers): string {
  if (url !== undefined || platform.type === 'local') return '';
  return '# Nothing says yet whether a version is well: give the service a `health`, then remove this line.\nanalysis: none';
}

function triggers({ triggers: wanted = true, platform }: StarterAnswers): string {
  if (!wanted || platform.type !== 'local') return '';
  return [
    '# Standing rules from the built-in tables, each for a metric that exists here.',
    'triggers:',
    '  preset: [rollback-table, error-spike]',
  ].join('\n');
}

/** Whether an answer can be a service's or an environment's name. */
export function isStarterName(text: string): boolean {
  return (
    NAME_PATTERN.test(text) &&
    /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text) &&
    !['in', 'to', 'head', 'latest', 'all'].includes(text)
  );
}
