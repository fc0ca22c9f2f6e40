import type { ProbeConfig } from '../../model/config.ts';
import type { CheckSpec } from '../../model/rollout.ts';
import { MINUTE, SECOND } from '../../model/time.ts';
import type { CheckPart, ProbePart } from '../part/service.ts';
import type { Findings } from '../problem.ts';
import type { Path } from '../tree.ts';
import { checkHeaders } from './metrics.ts';

/** Checks with their defaults filled in; one that asks nothing, or two things, is a problem. */
export function checksOf(parts: readonly CheckPart[], path: Path, findings: Findings): readonly CheckSpec[] {
  uniqueNames(parts, path, findings);
  return parts.map((part, index) => {
    oneQuestion(part, [...path, index], findings);
    const { name, timeout = 10 * MINUTE, env = [], 'allow-failure': allowFailure = false } = part;
    return { name, ...questionOf(part), timeout, env, allowFailure };
  });
}

/** Probes with their defaults; an address alone is one probe of the name `health`. */
export function probesOf(
  health: string | readonly ProbePart[] | undefined,
  path: Path,
  findings: Findings,
): readonly ProbeConfig[] {
  if (health === undefined) return [];
  const parts = typeof health === 'string' ? [{ name: 'health', url: health }] : health;
  uniqueNames(parts, path, findings);
  return parts.map((part: ProbePart, index) => {
    oneQuestion(part, [...path, index], findings);
    const { name, every = 10 * SECOND, timeout = 5 * SECOND, failures = 3 } = part;
    return { name, ...questionOf(part), every, timeout, failures };
  });
}

function questionOf({ get, url, run, expect, headers }: ProbePart | CheckPart): Partial<Omit<ProbeConfig, 'name'>> {
  return {
    ...(get !== undefined && { get }),
    ...(url !== undefined && { url }),
    ...(run !== undefined && { run }),
    ...(expect !== undefined && { expect }),
    ...(headers !== undefined && { headers }),
  };
}

function oneQuestion(part: ProbePart | CheckPart, path: Path, findings: Findings): void {
  const asked = (['get', 'url', 'run'] as const).filter((key) => part[key] !== undefined);
  const expected = 'exactly one of `get`, `url`, `run`';
  if (asked.length !== 1) {
    const found = asked.length === 0 ? 'none of them' : asked.join(' and ');
    findings.problem(path, { message: `\`${part.name}\` has ${found}: expected ${expected}`, found, expected });
  }
  if (part.get !== undefined && !part.get.startsWith('/'))
    findings.problem([...path, 'get'], {
      message: `\`get\` is \`${part.get}\`: expected a path that begins with \`/\``,
      found: part.get,
      expected: 'a path that begins with `/`',
    });
  checkHeaders([...path, 'headers'], part.headers ?? {}, findings);
}

function uniqueNames(parts: readonly { readonly name: string }[], path: Path, findings: Findings): void {
  parts.forEach(({ name }, index) => {
    if (parts.findIndex((other) => other.name === name) === index) return;
    findings.problem([...path, index, 'name'], {
      message: `two of them are called \`${name}\``,
      found: name,
      expected: 'a name of its own',
    });
  });
}
