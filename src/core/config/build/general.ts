import { isStateRepository } from '../state-remote.ts';
import type { AnalysisConfig, ChannelConfig, Config } from '../../model/config.ts';
import { DAY, MINUTE, SECOND } from '../../model/time.ts';
import { fromPercent } from '../../model/weight.ts';
import type { ChannelPart, StatePart } from '../part/general.ts';
import type { Parts } from '../parts.ts';
import type { Findings } from '../problem.ts';
import type { Path } from '../tree.ts';
import type { Building } from './context.ts';
import { buildExperiments } from './experiments.ts';
import { buildJudges } from './judges.ts';
import { sensibleBudget } from './margins.ts';

export function buildAnalysis(part: Parts['analysis'], building: Building): AnalysisConfig {
  const { interval, judges = [], undecided, ...rest } = part === 'none' ? {} : part;
  sensibleBudget(rest['false-rollbacks'], building.findings);
  return {
    interval: interval ?? 30 * SECOND,
    falseRollbacks: rest['false-rollbacks'] ?? 0.05,
    sampleRatio: rest['sample-ratio'] ?? 0.25,
    judges: buildJudges(judges, ['analysis', 'judges'], building),
    undecided: { extend: undecided?.extend ?? 15 * MINUTE, then: undecided?.then ?? 'pause' },
    noData: rest['no-data'] ?? 'pause',
  };
}

const EVENTS = ['started', 'waiting', 'failed', 'rolled-back', 'completed', 'alert'];

/** What each channel cannot do without. */
const NEEDS: Readonly<Record<ChannelPart['channel'], readonly (readonly (keyof ChannelPart)[])[]>> = {
  slack: [['token', 'to'], ['url']],
  email: [['url', 'to']],
  pagerduty: [['routing-key']],
  webhook: [['url']],
  log: [[]],
};

export function buildChannels(parts: Parts, findings: Findings): readonly ChannelConfig[] {
  return parts.notify.map((part, index) => channelOf(part, ['notify', index], findings));
}

function channelOf(part: ChannelPart, path: Path, findings: Findings): ChannelConfig {
  const ways = NEEDS[part.channel];
  if (!ways.some((keys) => keys.every((key) => part[key] !== undefined))) {
    const expected = ways.map((keys) => keys.map((key) => `\`${key}\``).join(' and ')).join(', or ');
    findings.problem([...path, 'channel'], {
      message: `the channel ${part.channel} is missing ${expected}`,
      found: 'nothing',
      expected,
    });
  }
  if (
    part.quiet !== undefined &&
    !/^([01]\d|2[0-3]):[0-5]\d ?- ?([01]\d|2[0-3]):[0-5]\d( [A-Za-z_]+(\/[A-Za-z_+-]+)*)?$/.test(part.quiet)
  ) {
    const expected = 'hours such as `22:00-07:00`, or `22:00-07:00 Europe/Berlin`';
    findings.problem([...path, 'quiet'], {
      message: `\`quiet\` is \`${part.quiet}\`: expected ${expected}`,
      found: part.quiet,
      expected,
    });
  }
  const { channel, to, url, token, 'routing-key': routingKey, events = EVENTS, severity = 'low', quiet } = part;
  return {
    channel,
    ...(to !== undefined && { to }),
    ...(url !== undefined && { url }),
    ...(token !== undefined && { token }),
    ...(routingKey !== undefined && { routingKey }),
    events,
    severity,
    ...(quiet !== undefined && { quiet }),
  };
}

type General = Pick<Config, 'rollback' | 'people' | 'comments' | 'flags' | 'experiments' | 'state'>;

export function buildGeneral(parts: Parts, findings: Findings): General {
  const { rollback, people, comments, flags } = parts;
  checkPattern(flags.names, findings);
  people.forEach((person, index) => {
    if (person.slack === undefined || /^[A-Z0-9]+\/[A-Z0-9]+$/.test(person.slack)) return;
    const expected = 'TEAM/USER, such as `T024BE7LD/U061F7AUR`';
    findings.problem(['people', index, 'slack'], {
      message: `\`slack\` is \`${person.slack}\`: expected ${expected}`,
      found: person.slack,
      expected,
    });
  });
  if (comments.prefix !== undefined && !/^\/[a-z][a-z0-9-]*$/.test(comments.prefix)) {
    const expected = 'a word after a slash, such as `/sluice`';
    findings.problem(['comments', 'prefix'], {
      message: `\`prefix\` is \`${comments.prefix}\`: expected ${expected}`,
      found: comments.prefix,
      expected,
    });
  }
  checkGradual(rollback.gradual ?? [], findings);
  return {
    rollback: {
      automatic: (rollback.automatic ?? true) && rollback.attempts !== 0,
      attempts: rollback.attempts ?? 1,
      gradual: rollback.gradual ?? [{ weight: fromPercent(50), bake: 2 * MINUTE }],
      cooldown: rollback.cooldown ?? 10 * MINUTE,
    },
    people,
    comments: {
      prefix: comments.prefix ?? '/sluice',
      bare: comments.bare ?? ['deploy', 'rollback', 'status'],
      progress: comments.progress ?? MINUTE,
    },
    flags: {
      ...(flags.names !== undefined && { names: flags.names }),
      unusedAfter: flags['unused-after'] ?? 30 * DAY,
      cacheFor: flags['cache-for'] ?? 5 * MINUTE,
    },
    experiments: buildExperiments(parts.experiments, findings),
    state: stateOf(parts.state, findings),
  };
}

function checkGradual(steps: readonly { readonly weight: number }[], findings: Findings): void {
  steps.forEach(({ weight }, index) => {
    if (weight > (steps[index - 1]?.weight ?? 0)) return;
    const message = 'the steps of a way back ascend: each gives the old version more';
    findings.problem(['rollback', 'gradual', index, 'weight'], { message, expected: 'more than the step before' });
  });
}

function checkPattern(pattern: string | undefined, findings: Findings): void {
  if (pattern === undefined) return;
  try {
    RegExp(pattern, 'u');
  } catch {
    const expected = 'a regular expression';
    findings.problem(['flags', 'names'], {
      message: `\`names\` is \`${pattern}\`: expected ${expected}`,
      found: pattern,
      expected,
    });
  }
}

function stateOf(part: StatePart, findings: Findings): Config['state'] {
  const { repository, branch = 'sluice-state', 'external-commits': externalCommits = 'hold' } = part;
  const wrong = (key: string, found: string, expected: string): void =>
    findings.problem(['state', key], { message: `\`${key}\` is \`${found}\`: expected ${expected}`, found, expected });
  if (repository !== undefined && !isStateRepository(repository))
    wrong('repository', repository, 'OWNER/NAME, or an address without a password');
  if (!isBranch(branch)) wrong('branch', branch, 'the name of a branch');
  const keepHistory = part['keep-history'] ?? 365 * DAY;
  return { ...(repository !== undefined && { repository }), branch, externalCommits, keepHistory };
}

/** git-check-ref-format's rules, as far as a careful person needs them. */
function isBranch(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._/-]*$/.test(name) && !/\.\.|\/\/|\/\.|\.lock$|[./]$/.test(name);
}
