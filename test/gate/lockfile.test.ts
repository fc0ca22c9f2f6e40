import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>;
};
const locked = Object.entries(packages).filter(([path]) => path !== '');

/** The package's own folder and those around it: where node looks for what it imports. */
function foldersAround(path: string): readonly string[] {
  if (path === '') return [''];
  return [`${path}/`, ...foldersAround(path.slice(0, Math.max(0, path.lastIndexOf('/node_modules/'))))];
}

function isLocked(path: string, name: string): boolean {
  return foldersAround(path).some((folder) => packages[`${folder}node_modules/${name}`] !== undefined);
}

it('the lock has the binaries of every platform: without one, `npm ci` refuses the whole lock everywhere', () => {
  const wanted = locked.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).map((name) => [path, name] as const),
  );
  expect(wanted.length).toBeGreaterThan(20);
  expect(wanted.filter(([path, name]) => !isLocked(path, name))).toEqual([]);
});

it('every package of the lock has its checksum', () => {
  expect(
    locked
      .filter(([, { version, integrity }]) => version === undefined || integrity === undefined)
      .map(([path]) => path),
  ).toEqual([]);
});
