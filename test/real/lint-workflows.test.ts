import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { parse } from 'yaml';
import { decodeText } from '../../src/adapters/config-yaml/load.ts';
import { workflowFiles } from '../../src/core/workflow/fill.ts';
import { workflowPlan } from '../../src/core/workflow/plan.ts';
import { temporaryFolder } from '../support/folder.ts';
import { run } from '../support/process.ts';

const within = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yml'))
    .map((name) => join(folder, name));
const WORKFLOWS = [...within('.github/workflows'), ...within('examples/workflows')];
const ACTIONS = ['action.yml', ...readdirSync('actions').map((name) => `actions/${name}/action.yml`)].filter(
  (file) => spawnSync('test', ['-f', file]).status === 0,
);
const ACTIONLINT = '.github/actionlint.yaml';
const ZIZMOR = '.github/zizmor.yml';

/** Skips the test, visibly, where the tool is not on the PATH. */
function needs({ skip }: Pick<TestContext, 'skip'>, tool: string): void {
  skip(spawnSync(tool, ['--version']).status !== 0, `${tool} is not installed: .ci/run installs it`);
}

async function actionlint(files: readonly string[], config = ACTIONLINT): Promise<string> {
  const { code, stdout, stderr } = await run('actionlint', ['-no-color', '-oneline', '-config-file', config, ...files]);
  expect([0, 1], stderr).toContain(code);
  return stdout;
}

const OF_STRATEGY = (bake: string, platform: string): string => `version: 1
services:
  web:
    platform: ${platform}
    strategy: staged
strategies:
  staged:
    stages:
      - { name: canary, weight: 5%, bake: ${bake}, promote: job, analysis: none }
      - { name: all, weight: 100%, bake: ${bake}, analysis: none }
environments:
  staging: { github-environments: { canary: staging } }
  production: {}
`;
const COMMAND = '{ type: command, deploy: ./deploy.sh, set-traffic: ./traffic.sh }';
const GENERATED: readonly (readonly [string, string])[] = [
  ['bakes of minutes', OF_STRATEGY('5m', COMMAND)],
  ['bakes of hours', OF_STRATEGY('10h', COMMAND)],
  ['own steps', OF_STRATEGY('5m', '{ type: job, set-traffic: ./traffic.sh }')],
];

/** What `sluice init` would write for a configuration, as files. */
async function generated(text: string): Promise<readonly string[]> {
  const decoded = decodeText(text);
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  const examples = within('examples/workflows').map((file) => [basename(file), readFileSync(file, 'utf8')] as const);
  const files = workflowFiles(workflowPlan(decoded.config), Object.fromEntries(examples), {
    pin: { sha: '1'.repeat(40), version: 'v1.2.3' },
    defaultBranch: 'trunk',
    stateBranch: 'sluice-state',
    secrets: ['DEPLOY_TOKEN', 'PROMETHEUS_TOKEN'],
  });
  const folder = await temporaryFolder();
  await mkdir(join(folder, '.github/workflows'), { recursive: true });
  await run('git', ['init', '--quiet', folder]);
  for (const file of files) await writeFile(join(folder, file.path), file.text);
  return files.map(({ path }) => join(folder, path));
}

interface Finding {
  readonly ident: string;
}

async function zizmor(files: readonly string[], config = ZIZMOR): Promise<readonly Finding[]> {
  const options = ['--offline', '--no-progress', '--no-exit-codes', '--persona=pedantic', '--format=json-v1'];
  const { code, stdout, stderr } = await run('zizmor', [...options, '--config', config, ...files]);
  expect(code, stderr).toBe(0);
  return (JSON.parse(stdout) as readonly Finding[]).filter((one) => !('ignored' in one && one.ignored === true));
}

async function written(name: string, text: string): Promise<string> {
  const file = join(await temporaryFolder(), name);
  await writeFile(file, text);
  return file;
}

describe.each(GENERATED)('what init writes for %s', (_name, text) => {
  it('is found fault with by neither', async (context) => {
    needs(context, 'actionlint');
    needs(context, 'zizmor');
    const files = await generated(text);
    expect(files.length).toBeGreaterThan(3);
    expect(await actionlint(files)).toBe('');
    expect(await zizmor(files)).toEqual([]);
  });
});

describe('actionlint', () => {
  it('finds nothing in any workflow', async (context) => {
    needs(context, 'actionlint');
    expect(await actionlint(WORKFLOWS)).toBe('');
  });

  it('still needs each line that says what is ignored, and finds what is wrong', async (context) => {
    needs(context, 'actionlint');
    const { paths } = parse(readFileSync(ACTIONLINT, 'utf8')) as {
      paths: Record<string, { ignore: readonly string[] }>;
    };
    const said = await actionlint(WORKFLOWS, await written('none.yml', '{}\n'));
    for (const pattern of Object.values(paths).flatMap(({ ignore }) => ignore))
      expect(said).toMatch(new RegExp(pattern));
    const text = readFileSync('examples/workflows/deploy.yml', 'utf8').replace('needs: canary', 'needs: cannery');
    expect(await actionlint([await written('deploy.yml', text)])).toContain('cannery');
  });
});

describe('zizmor', () => {
  it('finds nothing in any workflow or action', async (context) => {
    needs(context, 'zizmor');
    expect(await zizmor([...WORKFLOWS, ...ACTIONS])).toEqual([]);
  });

  it('still needs each rule that is eased, and finds what is dangerous', async (context) => {
    needs(context, 'zizmor');
    const { rules } = parse(readFileSync(ZIZMOR, 'utf8')) as {
      rules: Readonly<Record<string, { ignore?: readonly string[] }>>;
    };
    const bare = await written('none.yml', 'rules: {}\n');
    const found = await zizmor(WORKFLOWS, bare);
    expect([...new Set(found.map(({ ident }) => ident))].toSorted()).toEqual(Object.keys(rules).toSorted());
    for (const [rule, { ignore = [] }] of Object.entries(rules))
      for (const name of ignore) {
        const file = WORKFLOWS.find((one) => one.endsWith(`/${name}`)) ?? '';
        expect(
          (await zizmor([file], bare)).map(({ ident }) => ident),
          `${name}: ${rule}`,
        ).toContain(rule);
      }
    const text = readFileSync('examples/workflows/deploy-job.yml', 'utf8').replace(
      '"$VERSION"',
      '${{ inputs.version }}',
    );
    expect((await zizmor([await written('bad.yml', text)])).map(({ ident }) => ident)).toContain('template-injection');
  });
});
