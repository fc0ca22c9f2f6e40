import type * as z from 'zod';
import type { CommandText, PlatformConfig } from '../../model/config.ts';
import { choice, count, duration, name, port, secret, text, toggle, url } from '../scalar.ts';
import { command, optional, strict } from './shape.ts';

const PLATFORM_TYPES = ['command', 'job', 'local', 'vercel', 'netlify', 'kubernetes', 'haproxy'] as const;

export interface StickyPart {
  readonly header?: string;
  readonly cookie?: string;
  readonly issue?: boolean;
}

/** `platform:` as written; which keys belong to which type is `PLATFORM_KEYS`. */
export interface PlatformPart {
  readonly type?: PlatformConfig['type'];
  readonly timeout?: number;
  readonly [option: string]: CommandText | number | boolean | StickyPart | undefined;
}

export const PlatformPart: z.ZodType<PlatformPart> = strict('a platform', {
  type: optional(choice(PLATFORM_TYPES), 'what the service runs on; the other keys depend on it'),
  timeout: optional(duration, 'how long a deploy may take', '15m'),
  deploy: optional(command, 'command: deploys `SLUICE_VERSION`; runs again with the old version to go back'),
  'set-traffic': optional(
    command,
    'command, job: sets the weights in `SLUICE_WEIGHTS`; without it the platform has none',
  ),
  status: optional(command, 'command, job: prints what runs now, as JSON'),
  remove: optional(command, 'command, job: takes `SLUICE_VERSION` away'),
  cwd: optional(text, 'command, job, local: the folder they run in; the root of the repository by default'),
  workflow: optional(text, 'job: the workflow whose steps deploy'),
  run: optional(command, 'local: starts one version; it listens on `PORT`'),
  port: optional(port, 'local: where the router listens; 0: a free one', '0'),
  'admin-port': optional(port, 'local: where the router shows its `/metrics`; 0: a free one', '0'),
  ready: optional(
    text,
    'local: the path that answers 200 to 399 when a version is ready; else any answer below 500 to `/`',
  ),
  'ready-timeout': optional(duration, 'local: how long a version may take until it is ready', '60s'),
  'health-every': optional(duration, 'local: how often the router asks each version', '1s'),
  'stop-timeout': optional(duration, 'local: how long a version may finish its requests before it is ended', '10s'),
  'request-timeout': optional(duration, 'local: how long a version may take to begin an answer', '60s'),
  algorithm: optional(
    choice(['weighted', 'least-connections']),
    'local: how the router chooses among the versions',
    'weighted',
  ),
  sticky: optional(
    strict('sticky', {
      header: optional(text, 'the header that names a user'),
      cookie: optional(text, 'the cookie that names a user'),
      issue: optional(toggle, 'the router sets the cookie where there is none', 'true'),
    }),
    'local: the same user gets the same version',
  ),
  'trust-proxy': optional(toggle, 'local: believe `x-forwarded-*` of what stands before the router', 'false'),
  project: optional(text, 'vercel: the project, or the variable that holds it'),
  team: optional(text, 'vercel: the team, or the variable that holds it'),
  site: optional(text, 'netlify: the site, or the variable that holds it'),
  domain: optional(text, 'vercel, netlify: the domain whose traffic moves'),
  token: optional(secret, 'vercel, netlify, kubernetes: the secret that may deploy'),
  namespace: optional(name, 'kubernetes: the namespace', 'default'),
  workload: optional(name, "kubernetes: the Deployment's name"),
  route: optional(name, "kubernetes: the HTTPRoute's name"),
  image: optional(text, 'kubernetes: the image, with `{{version}}` in it'),
  container: optional(name, 'kubernetes: the container that gets the image; the first by default'),
  replicas: optional(count, 'kubernetes: replicas of a version that has all traffic'),
  traffic: optional(choice(['gateway-api', 'none']), 'kubernetes: what moves the traffic', 'gateway-api'),
  context: optional(text, 'kubernetes: the context of the kubeconfig'),
  socket: optional(text, "haproxy: the runtime API's socket"),
  api: optional(url, "haproxy: the Data Plane API's address"),
  backend: optional(name, 'haproxy: the backend whose weights move'),
});

interface Keys {
  readonly needs: readonly string[];
  readonly takes: readonly string[];
}

const COMMANDS = ['set-traffic', 'status', 'remove', 'cwd'];

/** Which keys a type needs, and which it may have; `type` and `timeout` belong to all. */
export const PLATFORM_KEYS: Readonly<Record<PlatformConfig['type'], Keys>> = {
  command: { needs: ['deploy'], takes: COMMANDS },
  job: { needs: [], takes: ['workflow', ...COMMANDS] },
  local: {
    needs: ['run'],
    takes: [
      'cwd',
      'port',
      'admin-port',
      'ready',
      'ready-timeout',
      'health-every',
      'stop-timeout',
      'request-timeout',
      'algorithm',
      'sticky',
      'trust-proxy',
    ],
  },
  vercel: { needs: ['project', 'token'], takes: ['team', 'domain'] },
  netlify: { needs: ['site', 'token'], takes: ['team', 'domain', 'deploy'] },
  kubernetes: {
    needs: ['workload', 'image'],
    takes: ['namespace', 'traffic', 'replicas', 'route', 'container', 'context', 'token'],
  },
  haproxy: { needs: ['backend'], takes: ['socket', 'api', 'deploy', 'remove', 'token'] },
};
