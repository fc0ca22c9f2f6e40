import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { githubInTest } from './in-test.ts';
import { type FakeJob, openOidc } from './oidc.ts';

async function tokenOf(
  job: Partial<FakeJob> = {},
): Promise<{ issuer: string; token: string; asked: readonly string[] }> {
  const fake = await githubInTest();
  const oidc = await openOidc(fake);
  onTestFinished(() => oidc.close());
  const run = await fake.beginRun({ workflow: 'deploy.yml' });
  const env = oidc.env({ run, ...job });
  const reply = await fetch(`${env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? ''}&audience=sluice`, {
    headers: { authorization: `Bearer ${env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? ''}` },
  });
  const { value } = (await reply.json()) as { readonly value: string };
  return { issuer: oidc.issuer, token: value, asked: oidc.asked };
}

const partOf = (token: string, index: number): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString()) as Record<string, unknown>;

it('signs a token about the job that the published keys prove', async () => {
  const { issuer, token, asked } = await tokenOf({ environment: 'production' });
  const about = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as { jwks_uri: string };
  const { keys } = (await (await fetch(about.jwks_uri)).json()) as { keys: readonly (JsonWebKey & { kid: string })[] };
  const key = keys.find(({ kid }) => kid === partOf(token, 0)['kid']);
  if (key === undefined) throw new Error('no key');
  const [head, body, signature = ''] = token.split('.');
  const isProven = (text: string): boolean =>
    verify(
      'RSA-SHA256',
      Buffer.from(text),
      createPublicKey({ key, format: 'jwk' }),
      Buffer.from(signature, 'base64url'),
    );
  expect(isProven(`${String(head)}.${String(body)}`)).toBe(true);
  expect(isProven(`${String(head)}.${String(body)}x`)).toBe(false);
  expect(partOf(token, 1)).toMatchObject({
    iss: issuer,
    aud: 'sluice',
    sub: 'repo:acme/shop:environment:production',
    repository: 'acme/shop',
    job_workflow_ref: 'acme/shop/.github/workflows/deploy.yml@refs/heads/main',
    run_attempt: '1',
  });
  expect(asked).toEqual(['sluice']);
});

it('the subject is the ref where the job has no environment; a test may spoil any claim', async () => {
  const { token } = await tokenOf({ claims: { exp: 0 } });
  expect(partOf(token, 1)).toMatchObject({ sub: 'repo:acme/shop:ref:refs/heads/main', exp: 0 });
});

it('gives nothing to who has no token of a job', async () => {
  const fake = await githubInTest();
  const oidc = await openOidc(fake);
  onTestFinished(() => oidc.close());
  const reply = await fetch(`${oidc.issuer}/token`, { headers: { authorization: 'Bearer guess' } });
  expect(reply.status).toBe(401);
});
