/** `check --predeploy SERVICE`: the service's checks, run now, each with its time-out. Nothing is changed. */
import type { Command } from '../core/command/command.ts';
import { type Decision, refuse } from '../core/decision.ts';
import { impliedEnvironment, type ServiceConfig, serviceIn } from '../core/model/config.ts';
import { printDuration } from '../core/model/time.ts';
import { checkTable, type CheckResult } from '../core/report/checks.ts';
import { plural } from '../core/report/words.ts';
import type { Wiring } from './wiring.ts';

/** Every check runs, also after one that failed: the table shows all that is to be mended. */
export async function predeploy(wiring: Wiring, command: Command, signal: AbortSignal): Promise<Decision> {
  const { config, probe } = wiring;
  const environment = command.environment ?? impliedEnvironment(config);
  const names = Object.keys(config.services);
  const asked = command.options['predeploy'];
  const name = typeof asked === 'string' ? asked : names.length === 1 ? names[0] : undefined;
  if (name === undefined) return refuse('service-needed', `which service? there are: ${names.join(', ')}`);
  if (environment === undefined)
    return refuse(
      'environment-needed',
      `in which environment? there are: ${Object.keys(config.environments).join(', ')}`,
    );
  const service = serviceIn(config, name, environment);
  if (!service) return refuse('service-unknown', `there is no service ${name}; there are: ${names.join(', ')}`);
  const context = await contextOf(wiring, service, environment);
  const results: CheckResult[] = [];
  for (const check of service.checks) {
    if (signal.aborted) return refuse('interrupted', `stopped after ${plural(results.length, 'check')}`);
    const { ok, detail, took } = await probe.run(check, { ...context, signal });
    const limit = printDuration(check.timeout);
    results.push({ name: check.name, ok, allowed: check.allowFailure, took, limit, detail });
  }
  return checkTable(results, `${name} in ${environment}`);
}

/** The version is not chosen yet: checks see the commit at hand, as far as there is one. */
async function contextOf(
  { resolve }: Wiring,
  { name, url }: ServiceConfig,
  environment: string,
): Promise<{ readonly baseUrl?: string; readonly variables: Readonly<Record<string, string>> }> {
  const head = await resolve('head', name).catch(() => undefined);
  const variables = {
    SLUICE_SERVICE: name,
    SLUICE_ENVIRONMENT: environment,
    ...(head === undefined ? {} : { SLUICE_VERSION: head.label, SLUICE_SHA: head.commit }),
  };
  return url === undefined ? { variables } : { variables, baseUrl: url };
}
