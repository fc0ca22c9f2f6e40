/** What is read and checked, and that this version does not do yet: said where it stands, so that nobody relies on it. */
import { BUILT } from '../built.ts';
import type { Findings } from '../problem.ts';
import { type Path, type Tree, isList, isMap } from '../tree.ts';

/** The sentence for a value at a path; undefined: nothing is to be said. */
type Say = (value: Tree) => string | undefined;

const later =
  (what: string, built: readonly string[], means: string): Say =>
  (value) =>
    typeof value === 'string' && !built.includes(value) && value !== ''
      ? `the ${what} ${value} comes with a later version: ${means}`
      : undefined;

const unused =
  (instead = ''): Say =>
  () =>
    `not used in this version${instead === '' ? '' : `: ${instead}`}`;

const SERVICE: Readonly<Record<string, Say>> = {
  'platform.type': later('platform', BUILT.platforms, '`deploy` answers not-yet'),
  keep: unused('a rollout takes away what it replaced after `keep-old`'),
  versions: unused('a version is a tag, with or without `v`, or a commit'),
  'health.*.every': unused('probes are asked at each look'),
  'migrations.restore': unused(),
};

const KEYS: Readonly<Record<string, Say>> = {
  ...under(['services.*', 'services.*.environments.*', 'defaults.service'], SERVICE),
  'strategies.*.stages.*.interval': unused('whoever watches looks as often as `analysis.interval` says'),
  'sources.*.type': later(
    'source',
    BUILT.sources,
    'its metrics have no data, and a stage that nothing else could judge is refused',
  ),
  'rollback.attempts': (value) =>
    value === '0' || value === '1'
      ? undefined
      : 'one automatic attempt is made in this version, then a person is asked',
  'notify.*.channel': later('channel', BUILT.channels, 'its notices are not sent'),
  'notify.*.quiet': unused(),
  people: unused(),
  'flags.cache-for': unused(),
  'flags.unused-after': unused('nobody counts yet how often a flag is asked for'),
  'state.keep-history': unused('nothing is removed from the history'),
};

function under(places: readonly string[], keys: Readonly<Record<string, Say>>): Readonly<Record<string, Say>> {
  return Object.fromEntries(
    places.flatMap((place) => Object.entries(keys).map(([key, say]) => [`${place}.${key}`, say] as const)),
  );
}

/** A warning at each key that is written and does nothing. */
export function checkLater(tree: Tree, findings: Findings): void {
  for (const [pattern, say] of Object.entries(KEYS)) {
    for (const [path, value] of matching(tree, pattern.split('.'))) {
      const message = say(value);
      const key = String(path.findLast((step) => typeof step === 'string'));
      if (message !== undefined)
        findings.warning(path, {
          at: 'key',
          message: message.startsWith('not used') ? `\`${key}\` is ${message}` : message,
        });
    }
  }
}

/** Every path of the text that fits a pattern, where `*` stands for any name or place in a list. */
function matching(
  tree: Tree,
  [step, ...rest]: readonly string[],
  at: Path = [],
): readonly (readonly [path: Path, value: Tree])[] {
  if (step === undefined) return [[at, tree]];
  if (isList(tree)) return step === '*' ? tree.flatMap((one, index) => matching(one, rest, [...at, index])) : [];
  if (!isMap(tree)) return [];
  const keys = step === '*' ? Object.keys(tree) : Object.hasOwn(tree, step) ? [step] : [];
  return keys.flatMap((key) => matching(tree[key] ?? null, rest, [...at, key]));
}
