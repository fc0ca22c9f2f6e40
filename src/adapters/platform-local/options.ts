import * as z from 'zod';
import type { CommandText } from '../../core/model/config.ts';
import { parseDuration } from '../../core/model/time.ts';
import { platformError } from '../../ports/platform.ts';
import type { Algorithm } from './router/choose.ts';
import type { Sticky } from './router/sticky.ts';

/** A local platform's keys. Times in ms. */
export interface LocalOptions {
  /** Starts one version; it listens on 127.0.0.1 at `$PORT`. */
  readonly run: CommandText;
  readonly cwd?: string;
  /** Names of variables a version may see besides PATH, HOME, PORT and `SLUICE_*`. */
  readonly env: readonly string[];
  /** The router's port; 0: a free one. */
  readonly port: number;
  /** Where `/metrics` is; 0: a free one. */
  readonly adminPort: number;
  readonly algorithm: Algorithm;
  readonly sticky?: Sticky;
  /** Asked of a version before it may get traffic, and then each `healthEvery`. */
  readonly ready: string;
  /** `ready` was written down: it must answer 200 to 399. Else any answer below 500 will do. */
  readonly readyStrict: boolean;
  readonly readyTimeout: number;
  readonly healthEvery: number;
  /** Between SIGTERM and SIGKILL. */
  readonly stopTimeout: number;
  /** How long a version may take to begin an answer. */
  readonly requestTimeout: number;
  readonly trustProxy: boolean;
}

interface Raw {
  readonly run: CommandText;
  readonly cwd?: string | undefined;
  readonly env: readonly string[];
  readonly port: number;
  readonly 'admin-port': number;
  readonly algorithm: Algorithm;
  readonly sticky?: Sticky | undefined;
  readonly ready?: string | undefined;
  readonly 'ready-timeout': number;
  readonly 'health-every': number;
  readonly 'stop-timeout': number;
  readonly 'request-timeout': number;
  readonly 'trust-proxy': boolean;
}

const port = (): z.ZodType<number> => z.coerce.number().int().min(0).max(65_535).default(0);
const flag = (preset: boolean): z.ZodType<boolean> =>
  z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]).default(preset);
/** Written `10s`; a number is milliseconds already. */
const duration = (preset: number): z.ZodType<number> =>
  z
    .union([z.number(), z.string().transform((text) => parseDuration(text) ?? Number.NaN)])
    .pipe(z.number('a length of time such as 10s').positive())
    .default(preset);

const RawOptions: z.ZodType<Raw> = z.strictObject({
  run: z.union([z.string().trim().min(1), z.array(z.string()).min(1)]),
  cwd: z.string().min(1).optional(),
  env: z.array(z.string()).default([]),
  port: port(),
  'admin-port': port(),
  algorithm: z.enum(['weighted', 'least-connections']).default('weighted'),
  sticky: z
    .union([
      z.strictObject({ header: z.string().min(1).toLowerCase() }),
      z.strictObject({ cookie: z.string().regex(/^[\w.-]+$/), issue: flag(true) }),
    ])
    .optional(),
  ready: z.string().startsWith('/').optional(),
  'ready-timeout': duration(60_000),
  'health-every': duration(1_000),
  'stop-timeout': duration(10_000),
  'request-timeout': duration(60_000),
  'trust-proxy': flag(false),
});

/** Decodes a platform's keys; throws `config-invalid` naming every key that is wrong. */
export function decodeLocalOptions(options: Readonly<Record<string, unknown>>): LocalOptions {
  const result = RawOptions.safeParse(options);
  if (!result.success) {
    const issues = result.error.issues.map((issue) => `platform.${issue.path.join('.')}: ${issue.message}`);
    throw platformError('config-invalid', issues.join('; '));
  }
  const { cwd, sticky, ready, ...raw } = result.data;
  return {
    run: raw.run,
    env: raw.env,
    port: raw.port,
    adminPort: raw['admin-port'],
    algorithm: raw.algorithm,
    ready: ready ?? '/',
    readyStrict: ready !== undefined,
    readyTimeout: raw['ready-timeout'],
    healthEvery: raw['health-every'],
    stopTimeout: raw['stop-timeout'],
    requestTimeout: raw['request-timeout'],
    trustProxy: raw['trust-proxy'],
    ...(cwd !== undefined && { cwd }),
    ...(sticky !== undefined && { sticky }),
  };
}
