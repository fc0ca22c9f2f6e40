/** What Sluice costs on GitHub: the counts, the formula, and the tables of docs/costs.md. */

/** Requests that count against a budget, and commits; measured by test/real/costs.test.ts, rounded up. */
export const UNIT = {
  /** A version through three stages of 5, 15 and 30 minutes, each waited for by its job. */
  rolloutInJobs: { calls: 100, commits: 16 },
  /** The same over days: three jobs that begin stages, without the ticks between. */
  rolloutByTicks: { calls: 100, commits: 14 },
  /** One tick of a workflow while something moves and nothing is new. */
  tick: { calls: 4, commits: 0 },
  flagByComment: { calls: 5, commits: 1 },
  /** Of a pull request, however many files it changes; tests hold it to that. */
  check: { calls: 12, commits: 0 },
} as const;

/** Minutes that a job takes beside waiting: the runner starts, checks out, deploys. An assumption. */
const BESIDES = 2;
/** Each job is billed in whole minutes; a tick, a comment and a check take less than one. */
const SHORT_JOB = 1;
/** The schedule's period in minutes, at its best. */
const PERIOD = 5;
/** Minutes of a job that begins a stage and does not wait for its bake. */
const STAGE_JOB = 3;

interface Team {
  readonly name: string;
  /** Bakes in minutes. */
  readonly stages: readonly number[];
  readonly waits: 'in jobs' | 'by ticks';
  readonly releases: number;
  readonly flags: number;
  readonly pulls: number;
}

export const TEAMS: readonly Team[] = [
  { name: 'small shop', stages: [5, 15, 30], waits: 'in jobs', releases: 20, flags: 20, pulls: 60 },
  { name: 'busy product', stages: [5, 15, 30], waits: 'in jobs', releases: 200, flags: 300, pulls: 400 },
  { name: 'careful bank', stages: [720, 720, 1_440], waits: 'by ticks', releases: 8, flags: 40, pulls: 80 },
];

interface Cost {
  readonly minutes: number;
  readonly calls: number;
  readonly commits: number;
}

/** Of one release. */
export function releaseCost({ stages, waits }: Pick<Team, 'stages' | 'waits'>): Cost {
  const bakes = stages.reduce((sum, bake) => sum + bake, 0);
  if (waits === 'in jobs') return { minutes: bakes + stages.length * BESIDES, ...UNIT.rolloutInJobs };
  const ticks = bakes / PERIOD;
  return {
    minutes: ticks * SHORT_JOB + stages.length * STAGE_JOB,
    calls: UNIT.rolloutByTicks.calls + ticks * UNIT.tick.calls,
    commits: UNIT.rolloutByTicks.commits,
  };
}

/** Of a month. */
export function monthCost(team: Team): Cost {
  const one = releaseCost(team);
  const { releases, flags, pulls } = team;
  return {
    minutes: releases * one.minutes + (flags + pulls) * SHORT_JOB,
    calls: releases * one.calls + flags * UNIT.flagByComment.calls + pulls * UNIT.check.calls,
    commits: releases * one.commits + flags * UNIT.flagByComment.commits,
  };
}

const number = (value: number): string => value.toLocaleString('en-US');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map((_, index) => (index === 0 ? ':--' : '--:')), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const costs = ({ minutes, calls, commits }: Cost): readonly string[] => [minutes, calls, commits].map(number);

/** The page's tables by the name of their marker. */
export function costTables(): Readonly<Record<string, string>> {
  const short = (unit: { readonly calls: number; readonly commits: number }): Cost => ({ minutes: SHORT_JOB, ...unit });
  const [quick, , slow] = TEAMS;
  if (!quick || !slow) throw new Error('three teams');
  return {
    units: table(
      ['one', 'minutes', 'requests', 'commits'],
      [
        ['release through 5, 15 and 30 minutes, waited for by jobs', ...costs(releaseCost(quick))],
        ['release through 12, 12 and 24 hours, watched by ticks', ...costs(releaseCost(slow))],
        ['tick while something moves', ...costs(short(UNIT.tick))],
        ['flag changed by a comment', ...costs(short(UNIT.flagByComment))],
        ['pull request looked at', ...costs(short(UNIT.check))],
      ],
    ),
    teams: table(
      ['a month of', 'releases', 'flags', 'pull requests', 'minutes', 'requests', 'commits'],
      TEAMS.map((team) => [
        `${team.name}, ${team.waits}`,
        ...[team.releases, team.flags, team.pulls].map(number),
        ...costs(monthCost(team)),
      ]),
    ),
  };
}

/** Three stages on a platform of commands, none of them judged. */
export function staged(canary: string, beta: string, production: string): string {
  return `version: 1
services:
  web:
    platform: { type: command, deploy: ./deploy.sh, set-traffic: ./traffic.sh, remove: ./remove.sh }
    strategy: staged
strategies:
  staged:
    keep-old: 0s
    deadline: 14d
    stages:
      - { name: canary, weight: 5%, bake: ${canary}, promote: job, analysis: none }
      - { name: beta, weight: 25%, bake: ${beta}, promote: job, analysis: none }
      - { name: production, weight: 100%, bake: ${production}, analysis: none }
environments:
  production: {}
`;
}
