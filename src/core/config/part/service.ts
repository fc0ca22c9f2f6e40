import * as z from 'zod';
import type { CommandText } from '../../model/config.ts';
import { choice, count, duration, name, text, toggle, url } from '../scalar.ts';
import { PlatformPart } from './platform.ts';
import { command, mapOf, optional, required, strict, texts } from './shape.ts';

export interface ProbePart {
  readonly name: string;
  readonly get?: string;
  readonly url?: string;
  readonly run?: CommandText;
  readonly every?: number;
  readonly timeout?: number;
  readonly failures?: number;
  readonly expect?: string;
  readonly headers?: Readonly<Record<string, string>>;
}
const question = {
  get: optional(text, "a path below the service's address: `/healthz`"),
  url: optional(url, 'an address of its own'),
  run: optional(command, 'a command; exit 0 is yes'),
  expect: optional(text, 'what the answer must be: a status (`200`) or a text in it'),
  headers: optional(mapOf(text), 'headers of the request; a secret is `$NAME`'),
};
const ProbePart: z.ZodType<ProbePart> = strict('a health probe', {
  name: required(name, "the probe's name"),
  ...question,
  every: optional(duration, 'how often', '10s'),
  timeout: optional(duration, 'how long an answer may take', '5s'),
  failures: optional(count, 'how many failures in a row make it unhealthy', '3'),
});

export interface CheckPart {
  readonly name: string;
  readonly get?: string;
  readonly url?: string;
  readonly run?: CommandText;
  readonly timeout?: number;
  readonly env?: readonly string[];
  readonly 'allow-failure'?: boolean;
  readonly expect?: string;
  readonly headers?: Readonly<Record<string, string>>;
}
export const CheckPart: z.ZodType<CheckPart> = strict('a check', {
  name: required(name, "the check's name"),
  ...question,
  timeout: optional(duration, 'how long it may take', '10m'),
  env: optional(texts, 'variables it may see beside `SLUICE_*`, PATH and HOME', '[]'),
  'allow-failure': optional(toggle, 'a failure is shown and stops nothing', 'false'),
});

const Migrations = strict('migrations', {
  apply: optional(command, 'before the deploy'),
  revert: optional(command, 'on `migration revert`'),
  check: optional(command, 'after `apply` and `revert`: is the schema as it should be?'),
  backup: optional(command, 'before `apply` and `revert`'),
  restore: optional(command, 'on `migration restore`'),
});

/** What stands under a service, or under `defaults.service`, or under a service's environment. */
export interface ServicePart {
  readonly platform?: PlatformPart;
  readonly deploy?: CommandText;
  readonly 'set-traffic'?: CommandText;
  readonly status?: CommandText;
  readonly remove?: CommandText;
  readonly url?: string;
  readonly paths?: readonly string[];
  readonly verify?: { readonly header?: string; readonly path?: string };
  readonly keep?: number;
  readonly env?: readonly string[];
  readonly health?: string | readonly ProbePart[];
  readonly checks?: readonly CheckPart[];
  readonly smoke?: readonly CheckPart[];
  readonly consistency?: readonly CheckPart[];
  readonly 'after-deploy'?: readonly CheckPart[];
  readonly strategy?: string;
  readonly queue?: 'latest' | 'all';
  readonly 'depends-on'?: Readonly<Record<string, string>>;
  readonly versions?: { readonly from?: 'tag' | 'sha'; readonly pattern?: string };
  readonly migrations?: Readonly<Partial<Record<'apply' | 'revert' | 'check' | 'backup' | 'restore', CommandText>>>;
  readonly backup?: CommandText;
}

const shape = {
  platform: optional(PlatformPart, 'where it runs'),
  deploy: optional(
    command,
    'short for `platform: {type: command, deploy: ...}`; gets `SLUICE_VERSION`, `SLUICE_SHA`, `SLUICE_ENVIRONMENT`',
  ),
  'set-traffic': optional(command, 'short for the platform key of that name'),
  status: optional(command, 'short for the platform key of that name'),
  remove: optional(command, 'short for the platform key of that name'),
  url: optional(url, 'where users reach it'),
  paths: optional(texts, 'files of this service, as globs; `[]` is all', '[]'),
  verify: optional(
    strict('verify', {
      header: optional(text, 'the header of a live response that names the version'),
      path: optional(text, 'the path whose answer names the version'),
    }),
    'how the switch is seen from outside',
  ),
  keep: optional(count, 'how many old deployments are kept', '5'),
  env: optional(texts, 'variables its commands may see beside `SLUICE_*`, PATH and HOME', '[]'),
  health: optional(z.union([url, z.array(ProbePart)]), 'an address, or a list of probes'),
  checks: optional(z.array(CheckPart), 'before a deploy'),
  smoke: optional(z.array(CheckPart), 'against the candidate before it gets traffic'),
  consistency: optional(z.array(CheckPart), 'in every stage: must succeed'),
  'after-deploy': optional(z.array(CheckPart), 'when the rollout is complete'),
  strategy: optional(text, 'the strategy of its rollouts', 'all-at-once'),
  queue: optional(choice(['latest', 'all']), 'whether a newer version replaces the one that waits', 'latest'),
  'depends-on': optional(mapOf(text), 'versions of other services it needs: `{api: ">=2.0.0 <3.0.0"}`'),
  versions: optional(
    strict('versions', {
      from: optional(choice(['tag', 'sha']), 'what a version is', 'tag'),
      pattern: optional(text, 'what a tag looks like', 'v?{semver}'),
    }),
    'how its versions are named',
  ),
  migrations: optional(Migrations, 'database migrations'),
  backup: optional(command, 'runs before a deploy'),
};

export const ServicePart: z.ZodType<ServicePart> = strict('a service', shape);

/** A service with its overrides per environment. */
export interface ServiceEntry extends ServicePart {
  readonly environments?: Readonly<Record<string, ServicePart>>;
}
export const ServiceEntry: z.ZodType<ServiceEntry> = strict('a service', {
  ...shape,
  environments: optional(mapOf(ServicePart), 'what is different in an environment'),
});
