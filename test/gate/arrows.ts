/** Who may import whom: the house's arrows run one way (CONTRIBUTING.md). */
import { type Import, packageOf, resolveImport, type Source, type Violation } from './source.ts';

interface Room {
  readonly name: string;
  /** Which files are in the room. The first room that matches has the file. */
  readonly has: RegExp;
  /** Files it may import besides its own room's. */
  readonly may: RegExp;
  /** Files of which it may import types only. */
  readonly mayTypes?: RegExp;
  /** Packages it may import; `node:` stands for Node's own modules. */
  readonly packages: RegExp;
  readonly because: string;
}

const NOTHING = /^(?!)/;
const ANYTHING = /^/;

const ROOMS: readonly Room[] = [
  {
    name: 'core',
    has: /^src\/core\//,
    may: NOTHING,
    packages: /^(zod|semver|@noble\/hashes|@stdlib\/.*)$/,
    because: 'the core is pure: zod, semver, @noble/hashes, @stdlib and itself (docs/decisions/0001)',
  },
  {
    name: 'ports',
    has: /^src\/ports\//,
    may: NOTHING,
    mayTypes: /^src\/core\//,
    packages: NOTHING,
    because: 'a port is an interface: it names types of the core and nothing else',
  },
  {
    name: 'engine',
    has: /^src\/engine\//,
    may: /^src\/(ports|core)\//,
    packages: /^(node:.*|zod)$/,
    because: 'the engine knows ports and core; what is outside comes through a port',
  },
  {
    name: 'adapters',
    has: /^src\/adapters\//,
    may: /^src\/(ports|core)\//,
    packages: ANYTHING,
    because: 'an adapter knows its port and the core, never another adapter or the engine',
  },
  {
    name: 'render',
    has: /^src\/render\//,
    may: /^src\/core\/(report\/|model\/|decision\.ts$)/,
    mayTypes: /^src\/core\//,
    packages: /^node:(util|tty|os)$/,
    because: 'a renderer draws core/report; it decides and fetches nothing',
  },
  {
    name: 'openfeature',
    has: /^src\/openfeature(\/|\.ts$)/,
    may: /^src\/(core\/(flag|model)\/|ports\/flag-source\.ts$)/,
    mayTypes: /^src\/core\//,
    packages: /^(node:.*|@openfeature\/.*)$/,
    because: 'an application that evaluates flags pulls nothing but core/flag and ports/flag-source',
  },
  {
    name: 'flags',
    has: /^src\/flags\.ts$/,
    may: /^src\/(core\/(flag|model)\/|ports\/flag-source\.ts$)/,
    packages: NOTHING,
    because: 'an application that evaluates flags pulls nothing but core/flag',
  },
  {
    name: 'compose',
    has: /^src\/compose(\/|\.ts$)/,
    may: /^src\/(core|ports|engine|adapters|render)\//,
    packages: ANYTHING,
    because: 'compose builds the engine from configuration; surfaces use compose, not the other way round',
  },
  {
    name: 'surfaces',
    has: /^(src\/(cli|action)(\/|\.ts$)|bot\/)/,
    may: /^src\/(compose(\/|\.ts$)|engine\/|core\/|ports\/|render\/)/,
    packages: ANYTHING,
    because: 'a surface goes through compose: it knows no adapter',
  },
  {
    name: 'index',
    has: /^src\/index\.ts$/,
    may: /^src\/(compose(\/|\.ts$)|engine\/|core\/|ports\/|render\/)/,
    packages: NOTHING,
    because: 'the library entry only passes on what the rooms export',
  },
];

function roomOf(path: string): Room | undefined {
  return ROOMS.find((room) => room.has.test(path));
}

/** What counts as the same room: of an adapter its own folder, of a surface its own file or folder. */
function ownPlace(path: string): string {
  if (path.startsWith('src/adapters/')) return path.split('/').slice(0, 3).join('/');
  if (path.startsWith('bot/')) return 'bot';
  return path.split('/').slice(0, 2).join('/').replace(/\.ts$/, '');
}

function allowed(from: string, room: Room, { specifier, typeOnly }: Import): boolean {
  const target = resolveImport(from, specifier);
  if (target === undefined) return specifier !== '(computed)' && room.packages.test(packageOf(specifier));
  if (ownPlace(target) === ownPlace(from)) return true;
  return room.may.test(target) || (typeOnly && room.mayTypes?.test(target) === true);
}

/** Imports that run against the arrows, and files outside every room. */
export function wrongArrows(sources: readonly Source[]): readonly Violation[] {
  return sources.flatMap((source) => {
    const room = roomOf(source.path);
    if (room === undefined) {
      return [
        {
          file: source.path,
          line: 1,
          what: 'lies in no room of the house',
          instead: 'move it, or add the room to test/gate/arrows.ts',
        },
      ];
    }
    return source.imports
      .filter((one) => !allowed(source.path, room, one))
      .map((one) => ({
        file: source.path,
        line: one.line,
        what: `${room.name} imports ${one.typeOnly ? 'the type of ' : ''}${resolveImport(source.path, one.specifier) ?? one.specifier}`,
        instead: room.because,
      }));
  });
}

/** Imports that run in a circle, types included: one violation for each circle. */
export function cycles(sources: readonly Source[]): readonly Violation[] {
  const known = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  const found: Violation[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const source = known.get(path);
    if (source === undefined || done.has(path)) return;
    for (const { specifier, line } of source.imports) {
      const target = resolveImport(path, specifier) ?? '';
      const start = [...trail, path].indexOf(target);
      if (start === -1) visit(target, [...trail, path]);
      else {
        const circle = [...trail, path, target].slice(start).join(' -> ');
        found.push({
          file: path,
          line,
          what: `imports in a circle: ${circle}`,
          instead: 'move what both need into a file below both',
        });
      }
    }
    done.add(path);
  };
  for (const { path } of sources) visit(path, []);
  return found;
}

/** Packages an entry pulls in at run time, by any number of steps; `atOnce`: only what is loaded before anything of it runs. */
export function packagesReached(sources: readonly Source[], entry: string, atOnce = false): ReadonlySet<string> {
  const known = new Map(sources.map((source) => [source.path, source]));
  const seen = new Set<string>();
  const packages = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { specifier, typeOnly, later } of known.get(path)?.imports ?? []) {
      const target = resolveImport(path, specifier);
      if (typeOnly || (atOnce && later === true)) continue;
      if (target === undefined) packages.add(packageOf(specifier));
      else visit(target);
    }
  };
  visit(entry);
  return packages;
}

/** What is loaded before an action asks its first question: a package more is a delay of every step. */
const OPENING = /^(node:.*|@octokit\/core)$/;

/** What an application gets that imports one of the small entries. */
const LIGHT: Readonly<Record<string, RegExp>> = {
  'src/flags.ts': /^(zod|semver|@noble\/hashes|@stdlib\/.*)$/,
  'src/action.ts': OPENING,
  'src/openfeature.ts': /^(node:.*|zod|semver|@noble\/hashes|@stdlib\/.*|@openfeature\/.*)$/,
};

/** Small entries that would pull a heavy package into an application. */
export function heavyEntries(sources: readonly Source[]): readonly Violation[] {
  return Object.entries(LIGHT).flatMap(([entry, light]) =>
    [...packagesReached(sources, entry, light === OPENING)]
      .filter((name) => !light.test(name))
      .map((name) => ({
        file: entry,
        line: 1,
        what: `pulls ${name} into ${light === OPENING ? 'what an action loads before its first call' : 'every application that evaluates flags'}`,
        instead: 'import a smaller file, or the type only',
      })),
  );
}
