/**
 * The runner's token endpoint: a job with `id-token: write` asks it for a token about itself, which anybody checks by the published keys.
 * https://docs.github.com/actions/reference/security/oidc
 */
import { createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunRecord } from './routes/records.ts';
import type { FakeGithub } from './types.ts';

export interface FakeJob {
  readonly run: RunRecord;
  /** GitHub environment of the job; it is part of the subject then. */
  readonly environment?: string;
  /** `refs/heads/main` where absent. */
  readonly ref?: string;
  /** Claims that are to be other than GitHub's: `{ exp: 0 }`. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

export interface FakeOidc {
  /** `iss` of its tokens; keys at `/.well-known/jwks`. */
  readonly issuer: string;
  /** Variables of the job: `ACTIONS_ID_TOKEN_REQUEST_URL` and `_TOKEN`. */
  env(job: FakeJob): Readonly<Record<string, string>>;
  /** Audiences that were asked for, in order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEY = 'sluice-test-key';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function signed(claims: object): string {
  const text = `${part({ typ: 'JWT', alg: 'RS256', kid: KEY })}.${part(claims)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey).toString('base64url')}`;
}

interface Subject {
  readonly fake: FakeGithub;
  readonly job: FakeJob;
  readonly audience: string;
  readonly issuer: string;
}

function claimsOf({ fake, job, audience, issuer }: Subject): object {
  const { run, environment, ref = 'refs/heads/main', claims } = job;
  const { owner, repo, state } = fake;
  const repository = `${owner}/${repo}`;
  const now = Math.floor(state.now() / 1_000);
  const workflow = `${repository}/${run.workflow}@${ref}`;
  return {
    jti: randomUUID(),
    sub: `repo:${repository}:${environment === undefined ? `ref:${ref}` : `environment:${environment}`}`,
    aud: audience,
    iss: issuer,
    iat: now,
    nbf: now - 300,
    exp: now + 300,
    ref,
    ref_type: 'branch',
    ref_protected: 'false',
    sha: run.headSha,
    ...(environment === undefined ? {} : { environment }),
    repository,
    repository_id: String(state.ids.repository),
    repository_owner: owner,
    repository_owner_id: String(state.ids.owner),
    repository_visibility: state.private ? 'private' : 'public',
    run_id: String(run.id),
    run_number: String(run.number),
    run_attempt: String(run.attempt),
    runner_environment: 'github-hosted',
    actor: run.actor.login,
    actor_id: String(run.actor.id),
    workflow: run.workflow,
    workflow_ref: workflow,
    workflow_sha: run.headSha,
    job_workflow_ref: workflow,
    job_workflow_sha: run.headSha,
    event_name: run.event,
    head_ref: '',
    base_ref: '',
    ...claims,
  };
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Endpoint {
  readonly fake: FakeGithub;
  /** By request token. */
  readonly jobs: ReadonlyMap<string, FakeJob>;
  readonly asked: string[];
}

function answer({ fake, jobs, asked }: Endpoint, { url = '/', headers }: IncomingMessage): Answer {
  const { pathname, searchParams, origin: issuer } = new URL(url, `http://${headers.host ?? ''}`);
  if (pathname === '/.well-known/openid-configuration') {
    const id_token_signing_alg_values_supported = ['RS256'];
    return {
      status: 200,
      body: { issuer, jwks_uri: `${issuer}/.well-known/jwks`, id_token_signing_alg_values_supported },
    };
  }
  if (pathname === '/.well-known/jwks') {
    const key = publicKey.export({ format: 'jwk' });
    return { status: 200, body: { keys: [{ ...key, kid: KEY, alg: 'RS256', use: 'sig' }] } };
  }
  if (pathname !== '/token') return { status: 404, body: { message: 'Not Found' } };
  const job = jobs.get((headers.authorization ?? '').replace(/^bearer /i, ''));
  if (job === undefined) return { status: 401, body: { message: 'Unauthorized' } };
  // GitHub's own default: the address of the owner.
  const audience = searchParams.get('audience') ?? `${fake.serverUrl}/${fake.owner}`;
  asked.push(audience);
  const value = signed(claimsOf({ fake, job, audience, issuer }));
  return { status: 200, body: { count: value.length, value } };
}

/** On a free port of 127.0.0.1; `close` it. */
export async function openOidc(fake: FakeGithub): Promise<FakeOidc> {
  const jobs = new Map<string, FakeJob>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { status, body } = answer({ fake, jobs, asked }, request);
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    issuer,
    asked,
    env: (job) => {
      const token = randomUUID();
      jobs.set(token, job);
      return { ACTIONS_ID_TOKEN_REQUEST_URL: `${issuer}/token?api-version=2.0`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token };
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
