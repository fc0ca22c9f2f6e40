/** What runs before, during and after a rollout of a service. */
import type { ProbeConfig, ServiceConfig } from '../model/config.ts';
import type { CheckSpec } from '../model/rollout.ts';
import type { CommandText } from '../model/config.ts';

/** A check may see what its service's commands may see, and what it asks for itself. */
function seen(check: CheckSpec, { env }: ServiceConfig): CheckSpec {
  return { ...check, env: [...new Set([...env, ...check.env])] };
}

function fromProbe(probe: ProbeConfig): CheckSpec {
  const { every: _every, failures: _failures, ...question } = probe;
  return { ...question, env: [], allowFailure: false };
}

/** The step of a run before a deploy that changes the database. */
export const APPLY = 'migrations: apply';

/** Takes the migrations back that `checksBefore` applied, after a backup of their own. */
export function checksToRevert(service: ServiceConfig): readonly CheckSpec[] {
  const { apply, backup, revert } = service.migrations ?? {};
  if (apply === undefined || revert === undefined) return [];
  return commands(service, [
    ['migrations: backup before going back', backup],
    ['migrations: revert', revert],
  ]);
}

type Steps = readonly (readonly [name: string, run: CommandText | undefined])[];

function commands(service: ServiceConfig, steps: Steps): readonly CheckSpec[] {
  const { timeout } = service.platform;
  return steps
    .flatMap(([name, run]) => (run === undefined ? [] : [{ name, run, timeout, env: [], allowFailure: false }]))
    .map((check) => seen(check, service));
}

/** Checks, then a backup, then migrations: each before the next, since a migration must find a backup. */
export function checksBefore(service: ServiceConfig): readonly CheckSpec[] {
  const { backup, migrations = {} } = service;
  const steps: Steps = [
    ['backup', backup],
    ['migrations: backup', migrations.backup],
    [APPLY, migrations.apply],
    ['migrations: check', migrations.check],
  ];
  return [...service.checks.map((check) => seen(check, service)), ...commands(service, steps)];
}

/** Against the candidate before it has traffic: is it there, and does it do what matters? */
export function checksToValidate(service: ServiceConfig): readonly CheckSpec[] {
  return [...service.health.map(fromProbe), ...service.smoke].map((check) => seen(check, service));
}

/** A stage's own, and what must hold in every stage. */
export function checksOfStage(own: readonly CheckSpec[], service: ServiceConfig): readonly CheckSpec[] {
  return [...own, ...service.consistency].map((check) => seen(check, service));
}

export function checksAfter(service: ServiceConfig): readonly CheckSpec[] {
  return service.afterDeploy.map((check) => seen(check, service));
}

/** After going back: does the old version answer? */
export function checksAfterRollback(service: ServiceConfig): readonly CheckSpec[] {
  return [...service.health.map(fromProbe), ...service.afterDeploy].map((check) => seen(check, service));
}
