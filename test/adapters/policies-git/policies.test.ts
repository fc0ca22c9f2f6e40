import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gitPolicies, isUncommitted } from '../../../src/adapters/policies-git/policies.ts';
import { CONFIG_FILES, decodeText } from '../../../src/compose.ts';
import type { Config } from '../../../src/core/model/config.ts';
import type { Policies } from '../../../src/ports/policies.ts';
import { folderWith, temporaryFolder } from '../../support/folder.ts';

const textOf = (bake: string): string => `
version: 1
services: { web: { platform: { type: command, deploy: ./deploy, set-traffic: ./weights }, strategy: two } }
strategies: { two: { stages: [{ name: half, weight: 50%, bake: ${bake}, analysis: none }, { name: all, weight: 100%, bake: 1m, analysis: none }] } }
`;

const decode = (text: string): Config | undefined => {
  const decoded = decodeText(text);
  return decoded.ok ? decoded.config : undefined;
};

const DAY = 86_400_000;
const FIRST = Date.UTC(2026, 0, 1);

/** A repository whose configuration is changed once a day. */
async function repository(texts: readonly string[]): Promise<Policies> {
  const folder = await folderWith({ '.github/sluice.yml': '' });
  const git = (at: number, ...args: readonly string[]): void => {
    const date = new Date(at).toISOString();
    const env = { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    execFileSync('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', ...args], { cwd: folder, env });
  };
  git(FIRST, 'init', '--quiet', '--initial-branch=main');
  for (const [index, text] of texts.entries()) {
    await writeFile(join(folder, '.github', 'sluice.yml'), text);
    git(FIRST, 'add', '.');
    git(FIRST + index * DAY, 'commit', '--quiet', '-m', `policy ${index}`);
  }
  return gitPolicies({ folder, files: CONFIG_FILES, decode });
}

describe('configurations in the history of a repository', () => {
  it('are found by their digest, however long ago and with broken ones in between', async () => {
    const policies = await repository([textOf('1m'), 'version: [', textOf('2m'), textOf('3m')]);
    for (const bake of ['1m', '2m', '3m']) {
      const { digest = '' } = decode(textOf(bake)) ?? {};
      const found = await policies.find({ digest, at: 0 });
      expect(found).toMatchObject({ by: 'digest', config: { digest } });
    }
  });

  it('are found by the time they were in force, where none has the digest', async () => {
    const policies = await repository([textOf('1m'), textOf('2m')]);
    const at = async (when: number): Promise<string | undefined> => {
      const found = await policies.find({ digest: 'of another Sluice', at: when });
      return found && `${found.by} ${String(found.config.strategies['two']?.stages[0]?.bake)}`;
    };
    expect(await at(FIRST + DAY / 2)).toBe('time 60000');
    expect(await at(FIRST + DAY * 2)).toBe('time 120000');
    expect(await at(FIRST - DAY)).toBeUndefined();
  });

  it('are unknown outside of a repository', async () => {
    const policies = gitPolicies({ folder: await temporaryFolder(), files: CONFIG_FILES, decode });
    expect(await policies.find({ at: FIRST })).toBeUndefined();
  });

  it('are uncommitted while they are new or edited, and nowhere else', async () => {
    const folder = await folderWith({ '.github/sluice.yml': textOf('1m'), 'other.txt': '' });
    const git = (...args: readonly string[]): void => {
      execFileSync('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', ...args], { cwd: folder });
    };
    const here = (): Promise<boolean> => isUncommitted(folder, CONFIG_FILES);
    expect(await here()).toBe(false);
    git('init', '--quiet', '--initial-branch=main');
    expect(await here()).toBe(true);
    git('add', '.github');
    expect(await here()).toBe(true);
    git('commit', '--quiet', '-m', 'policy');
    expect(await here()).toBe(false);
    await writeFile(join(folder, '.github', 'sluice.yml'), textOf('2m'));
    expect(await here()).toBe(true);
  });
});
