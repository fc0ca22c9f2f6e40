import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkRelease, moveMajor, notesOf, publishRelease } from '../../scripts/release-steps.ts';
import { repository, type Repository } from '../support/repository.ts';

interface Project extends Repository {
  readonly origin: Repository;
  /** Commits this version, and builds it. */
  readonly version: (version: string, build?: string) => Promise<string>;
  /** All steps, as the workflow takes them; the release's commit. */
  readonly release: (tag: string) => Promise<string>;
}

const CHANGELOG = (version: string): string =>
  `# Changes\n\n## ${version}\n\n- New: ${version}.\n\n## 0.0.1\n\n- Begun.\n`;

async function project(): Promise<Project> {
  const [origin, own] = [await repository({ bare: true }), await repository()];
  const { folder, git } = own;
  await git('remote', 'add', 'origin', origin.folder);
  await writeFile(join(folder, '.gitignore'), 'dist/\n');
  return {
    ...own,
    origin,
    version: async (version, build = version) => {
      await writeFile(join(folder, 'package.json'), JSON.stringify({ version }));
      await writeFile(join(folder, 'CHANGELOG.md'), CHANGELOG(version));
      await git('add', '--all');
      await git('commit', '--quiet', '--allow-empty', '--message', `release ${version}`);
      await mkdir(join(folder, 'dist'), { recursive: true });
      await writeFile(join(folder, 'dist/action.js'), build);
      return git('rev-parse', 'HEAD');
    },
    release: async (tag) => {
      const release = await checkRelease(own, tag);
      const commit = await publishRelease(own, release);
      await moveMajor(own, release);
      return commit;
    },
  };
}

describe('a release', () => {
  it('is a commit on top of the source that adds dist/ and changes nothing else, under a tag of its own', async () => {
    const { origin, git, version, release } = await project();
    const source = await version('1.2.3');
    const commit = await release('v1.2.3');
    expect(await origin.git('rev-parse', 'v1.2.3', 'v1', 'v1.2.3^')).toBe([commit, commit, source].join('\n'));
    expect(await origin.git('diff', '--name-status', source, commit)).toBe('A\tdist/action.js');
    expect(await origin.git('show', 'v1.2.3:dist/action.js')).toBe('1.2.3');
    expect(await git('status', '--porcelain')).toBe('');
    expect(await git('rev-parse', 'HEAD')).toBe(source);
  });

  it('may be run again, and is the same commit', async () => {
    const { origin, git, version, release } = await project();
    await version('1.2.3');
    const commit = await release('v1.2.3');
    expect(await release('v1.2.3')).toBe(commit);
    await git('tag', '--delete', 'v1.2.3');
    expect(await release('v1.2.3')).toBe(commit);
    expect(await origin.git('tag')).toBe('v1\nv1.2.3');
  });

  it('never changes: neither its source nor its build', async () => {
    const { origin, version, release } = await project();
    await version('1.2.3');
    const commit = await release('v1.2.3');
    await version('1.2.3', 'another build');
    await expect(release('v1.2.3')).rejects.toThrow('v1.2.3 is there already, of another commit');
    const again = await project();
    await again.version('1.2.3');
    await again.release('v1.2.3');
    await writeFile(join(again.folder, 'dist/action.js'), 'another build');
    await expect(again.release('v1.2.3')).rejects.toThrow('v1.2.3 is there already, with another build');
    expect(await origin.git('rev-parse', 'v1.2.3', 'v1')).toBe(`${commit}\n${commit}`);
  });

  it('moves the major tag after everything else, and never back', async () => {
    const { origin, version, release, git } = await project();
    await version('1.9.0');
    await release('v1.9.0');
    await version('1.10.0');
    const newest = await release('v1.10.0');
    expect(await origin.git('rev-parse', 'v1')).toBe(newest);
    await git('checkout', '--quiet', '--detach', 'v1.9.0^');
    await version('1.9.1');
    const older = await release('v1.9.1');
    expect(await origin.git('rev-parse', 'v1', 'v1.9.1')).toBe(`${newest}\n${older}`);
    await version('1.11.0-rc.1');
    await release('v1.11.0-rc.1');
    expect(await origin.git('rev-parse', 'v1')).toBe(newest);
  });

  it('has no major tag where its own is not there', async () => {
    const { version, folder, git, origin } = await project();
    await version('1.2.3');
    const release = await checkRelease({ folder }, 'v1.2.3');
    await expect(moveMajor({ folder }, release)).rejects.toThrow('v1.2.3 is not there yet');
    await git('tag', 'v1.2.3');
    expect(await moveMajor({ folder }, release)).toBe(false);
    expect(await origin.git('tag')).toBe('');
  });
});

describe('a release is refused', () => {
  it.each(['1.2.3', 'v1.2', 'v1.2.3;id', 'v1.2.3\n', 'v01', '--help'])(
    'for %j, which is no tag of a release',
    async (tag) => {
      const { version, folder } = await project();
      await version('1.2.3');
      await expect(checkRelease({ folder }, tag)).rejects.toThrow('is no tag of a release');
    },
  );

  it('where not all is committed', async () => {
    const { version, release, folder } = await project();
    await version('1.2.3');
    await writeFile(join(folder, 'forgotten.ts'), '');
    await expect(release('v1.2.3')).rejects.toThrow('not all is committed: ?? forgotten.ts');
  });

  it('where package.json says another version', async () => {
    const { version, release } = await project();
    await version('1.2.3');
    await expect(release('v1.2.4')).rejects.toThrow('package.json says 1.2.3, and the tag 1.2.4');
  });

  it('where the change log says nothing of it', async () => {
    const { version, release, folder, git, origin } = await project();
    await version('1.2.3');
    await writeFile(join(folder, 'CHANGELOG.md'), '# Changes\n\n## Unreleased\n\n- 1.2.3\n');
    await git('commit', '--quiet', '--all', '--message', 'forget');
    await expect(release('v1.2.3')).rejects.toThrow('CHANGELOG.md says nothing under "## 1.2.3"');
    expect(await origin.git('tag')).toBe('');
  });

  it('where nothing was built', async () => {
    const { version, release, folder } = await project();
    await version('1.2.3');
    await rm(join(folder, 'dist'), { recursive: true });
    await expect(release('v1.2.3')).rejects.toThrow('npm run build');
  });
});

it.each([
  ['1.2.3', '- New: 1.2.3.'],
  ['0.0.1', '- Begun.'],
  ['1.2', undefined],
  ['1.2.30', undefined],
])('the notes of %s are its own part of the change log', (version, notes) => {
  expect(notesOf(CHANGELOG('1.2.3'), version)).toBe(notes);
});

it.each(['## 1.2.3', '## 1.2.3\n\n\n## 1.2.2\n\n- x\n'])('an entry with nothing in it says nothing', (text) => {
  expect(notesOf(text, '1.2.3')).toBeUndefined();
});
