/** Sections of the policy that changed and that no rule here weighs: said with both values, for a person to weigh. */
import type { Config, EnvironmentConfig } from '../model/config.ts';
import { changeWords } from './changed.ts';

export const UNJUDGED = 'whether that lets more through is not judged here';

/** One sentence for each section that differs. What is new beside the old takes nothing away. */
export function changedUnjudged(before: Config, after: Config): readonly string[] {
  const sections: readonly (readonly [string, unknown, unknown, (readonly string[])?])[] = [
    ...named('the trigger', byName(before.triggers), byName(after.triggers)),
    ...named('the metric', before.metrics, after.metrics),
    ...named('the source', before.sources, after.sources),
    ...environments(before, after),
    ['analysis', before.analysis, after.analysis],
    ['rollback', before.rollback, after.rollback, ['automatic']],
    ['state', before.state, after.state, ['branch', 'externalCommits']],
    ['experiments', before.experiments, after.experiments],
    ['the default environment', before.defaultEnvironment, after.defaultEnvironment],
    ['people', before.people, after.people],
    ['notify', before.notify, after.notify],
    ['comments', before.comments, after.comments],
    ['flags', before.flags, after.flags],
  ];
  const changed = sections.flatMap(([name, was, is, without]) => {
    const words = changeWords(was, is, without);
    return words === undefined ? [] : [`${name}: ${words}; ${UNJUDGED}`];
  });
  return [...changed, ...services(before, after), ...gone('metric', before.metrics, after.metrics)];
}

type Named<T> = Readonly<Record<string, T>>;

function byName<T extends { readonly name: string }>(all: readonly T[]): Named<T> {
  return Object.fromEntries(all.map((one) => [one.name, one]));
}

/** Those on both sides. */
function named<T>(what: string, before: Named<T>, after: Named<T>): readonly (readonly [string, T, T])[] {
  return Object.keys(before).flatMap((name) => {
    const [was, is] = [before[name], after[name]];
    return was !== undefined && is !== undefined && Object.hasOwn(after, name) ? [[`${what} ${name}`, was, is]] : [];
  });
}

function gone<T>(what: string, before: Named<T>, after: Named<T>): readonly string[] {
  return Object.keys(before)
    .filter((name) => !Object.hasOwn(after, name))
    .map((name) => `the ${what} ${name} is gone`);
}

/** Said by rules of their own, each in its direction. */
const WEIGHED: readonly (keyof EnvironmentConfig)[] = ['name', 'order', 'allow', 'approvals', 'freezes'];

function environments(
  before: Config,
  after: Config,
): readonly (readonly [string, unknown, unknown, readonly string[]])[] {
  return named('', before.environments, after.environments).map(([name, was, is]) => {
    const lock = { ...is, lock: was.lock.required && is.lock.required ? is.lock : was.lock };
    return [name.trim(), was, lock, WEIGHED];
  });
}

/** Settings of a service, as merged for each environment; a sentence for several environments where they say the same. */
function services(before: Config, after: Config): readonly string[] {
  const found = new Map<string, string[]>();
  for (const [environment, settings] of Object.entries(before.servicesByEnvironment)) {
    const now = after.servicesByEnvironment[environment] ?? {};
    for (const [name, was] of Object.entries(settings)) {
      const is = Object.hasOwn(now, name) ? now[name] : undefined;
      const words = is && changeWords(was, is, ['strategy']);
      if (words === undefined) continue;
      const key = `${words}\n${name}`;
      found.set(key, [...(found.get(key) ?? []), environment]);
    }
  }
  return [...found].map(([key, environments]) => {
    const [words = '', name = ''] = key.split('\n');
    return `${name} in ${environments.join(', ')}: ${words}; ${UNJUDGED}`;
  });
}
