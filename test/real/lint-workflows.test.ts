import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { parse } from 'yaml';
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
