/** An operation of kind `run`: its checks one after another, against the candidate or the service. */
import { serviceIn } from '../core/model/config.ts';
import type { Rollout } from '../core/model/rollout.ts';
import type { OperationResult } from '../core/rollout/input.ts';
import { platformFor, type Task } from './task.ts';
import type { Wiring } from './wiring.ts';

/** Stops at the first check that fails and may not; the result names each check with what was seen. */
export async function runChecks({ wiring, rollout, operation, signal }: Task): Promise<OperationResult> {
  const lines: string[] = [];
  for (const [passed, check] of (operation.checks ?? []).entries()) {
    const result = await wiring.probe.run(check, { ...contextOf(wiring, rollout), signal });
    lines.push(
      `${check.name}: ${result.ok ? 'ok' : check.allowFailure ? 'failed, allowed' : 'failed'} (${result.detail})`,
    );
    if (!result.ok && !check.allowFailure) return { state: 'failed', detail: lines.at(-1) ?? check.name, passed };
  }
  return { state: 'done', detail: lines.join('; '), passed: lines.length };
}

/** The candidate's own address before the service's; values reach commands as variables only. */
function contextOf(
  wiring: Wiring,
  rollout: Rollout,
): { readonly baseUrl?: string; readonly variables: Readonly<Record<string, string>> } {
  const { subject } = rollout;
  if (subject.type === 'flag')
    return { variables: { SLUICE_FLAG: subject.flag, SLUICE_ENVIRONMENT: subject.environment } };
  const service = serviceIn(wiring.config, subject.service, subject.environment);
  const baseUrl = rollout.url ?? platformFor(wiring, rollout)?.address ?? service?.url;
  const variables = {
    SLUICE_SERVICE: subject.service,
    SLUICE_ENVIRONMENT: subject.environment,
    SLUICE_VERSION: subject.release.label,
    SLUICE_SHA: subject.release.commit,
    ...(baseUrl === undefined ? {} : { SLUICE_URL: baseUrl }),
  };
  return baseUrl === undefined ? { variables } : { baseUrl, variables };
}
