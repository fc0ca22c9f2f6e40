import type { ApprovalsConfig, EnvironmentConfig, FreezeConfig } from '../../model/config.ts';
import { HOUR } from '../../model/time.ts';
import { freezeProblem } from '../../environment/freeze.ts';
import { ALLOW_WORDS } from '../../policy/words.ts';
import type { EnvironmentPart, FreezePart } from '../part/environment.ts';
import type { Parts } from '../parts.ts';
import type { Findings } from '../problem.ts';
import { type Path, record } from '../tree.ts';

/** The environments that were written; else the default one; else `production`. */
export function buildEnvironments(parts: Parts, findings: Findings): Readonly<Record<string, EnvironmentConfig>> {
  const { environments, defaults } = parts;
  if (environments.parts.size === 0 && environments.broken.size === 0) {
    const name = defaults.environment ?? 'production';
    return record([[name, environmentOf(name, {}, findings)]]);
  }
  return record([...environments.parts].map(([name, part]) => [name, environmentOf(name, part, findings)] as const));
}

function environmentOf(name: string, part: EnvironmentPart, findings: Findings): EnvironmentConfig {
  const path = ['environments', name];
  const { strategy, order = [], url, allow = {}, lock, approvals, freezes = [] } = part;
  checkVerbs(allow, [...path, 'allow'], findings);
  return {
    name,
    ...(strategy !== undefined && { strategy }),
    order,
    githubEnvironments: record(Object.entries(part['github-environments'] ?? {})),
    ...(url !== undefined && { url }),
    allow: record(Object.entries(allow)),
    lock: { required: lock?.required ?? false, for: lock?.for ?? 2 * HOUR },
    ...(approvals && { approvals: approvalsOf(approvals, [...path, 'approvals'], findings) }),
    freezes: freezes.map((freeze, index) => freezeOf(freeze, [...path, 'freezes', index], findings)),
  };
}

function checkVerbs(allow: Readonly<Record<string, readonly string[]>>, path: Path, findings: Findings): void {
  for (const verb of Object.keys(allow)) {
    if (ALLOW_WORDS.includes(verb)) continue;
    findings.problem([...path, verb], {
      code: 'config-key-unknown',
      at: 'key',
      message: `\`${verb}\` is nothing that can be allowed`,
      found: verb,
      expected: `one of ${ALLOW_WORDS.join(', ')}`,
      hint: `It has ${ALLOW_WORDS.join(', ')}.`,
    });
  }
}

function approvalsOf(part: NonNullable<EnvironmentPart['approvals']>, path: Path, findings: Findings): ApprovalsConfig {
  const { before = [], count = 1, from = [], expires = 4 * HOUR, by = 'sluice' } = part;
  checkQuorum({ count, from }, path, findings);
  return { before, count, from, expires, by };
}

/** With persons listed one by one their number is known; the requester's and the author's votes do not count. */
function checkQuorum({ count, from }: Pick<ApprovalsConfig, 'count' | 'from'>, path: Path, findings: Findings): void {
  if (count === 0) {
    const expected = 'at least 1, or no `approvals`';
    findings.problem([...path, 'count'], { message: `\`count\` is 0: expected ${expected}`, found: '0', expected });
  }
  const people = new Set(from);
  if (from.length === 0 || [...people].some((who) => !who.startsWith('user:'))) return;
  if (count > people.size)
    findings.problem([...path, 'count'], {
      message: `\`count\` asks for ${count} approvals, and \`from\` lists ${people.size} ${people.size === 1 ? 'person' : 'people'}`,
      found: String(count),
      expected: `at most ${people.size}`,
      hint: 'The votes of who asked and of who wrote it do not count.',
    });
  else if (count > people.size - 2)
    findings.warning([...path, 'count'], {
      message: `${count} of ${people.size} people must approve: too few are left when the requester or the author is one of them`,
    });
}

function freezeOf(part: FreezePart, path: Path, findings: Findings): FreezeConfig {
  const { name, from, until, 'time-zone': timeZone = 'UTC', override = [] } = part;
  const freeze = { name, from, until, timeZone, override };
  const problem = freezeProblem(freeze);
  if (problem) {
    const key = problem.key === 'timeZone' ? 'time-zone' : problem.key;
    const found = { from, until, 'time-zone': timeZone }[key];
    findings.problem([...path, key], {
      message: `\`${key}\` is \`${found}\`: expected ${problem.expected}`,
      found,
      expected: problem.expected,
    });
  }
  return freeze;
}
