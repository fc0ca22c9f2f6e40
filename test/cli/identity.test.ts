import { expect, it } from 'vitest';
import { cloneInTest } from './on-github.ts';

const CONFIG = `
version: 1
services:
  web:
    deploy: ./deploy.sh
    health: http://127.0.0.1:1/healthz
environments:
  production:
    allow: { flag: ["user:alice", "team:product"] }
  staging: {}
`;

it('R-707 R-804 with a token of GitHub its user asks, by number and with the role and teams that GitHub says', async () => {
  const { fake, sluice, git } = await cloneInTest(CONFIG);
  fake.person({ login: 'alice', id: 583_231, role: 'write' });
  const { status, err } = await sluice('flag create dash', fake.token({ login: 'alice' }));
  expect(err).not.toContain('nobody vouches');
  expect(status).toBe(0);
  expect(await git('log', '-1', '--format=%(trailers:key=Sluice-Actor,valueonly)', 'sluice-state')).toContain(
    'github:583231 (alice)',
  );
  expect((await sluice('flag enable dash 25% in production', fake.token({ login: 'alice' }))).status).toBe(0);

  fake.person({ login: 'bob', role: 'admin', teams: ['product'] });
  expect((await sluice('flag enable dash 50% in production', fake.token({ login: 'bob' }))).status).toBe(0);
  fake.person({ login: 'carol', role: 'admin' });
  const carol = await sluice('flag enable dash 75% in production', fake.token({ login: 'carol' }));
  expect(carol.status).toBe(4);
  fake.person({ login: 'rita', role: 'read' });
  const rita = await sluice('flag enable dash 75% in staging', fake.token({ login: 'rita' }));
  expect(rita.status).toBe(4);
  expect(rita.err + rita.out).toContain('needs the role write; rita has read');
});

it('R-707 R-804 without a token, or with one that is nobody’s, git says who asks: refused where the policy names people', async () => {
  const { fake, sluice, git } = await cloneInTest(CONFIG);
  expect((await sluice('flag create dash', '')).status).toBe(0);
  expect((await sluice('flag enable dash 25% in production')).status).toBe(4);
  expect(await git('log', '-1', '--format=%(trailers:key=Sluice-Actor,valueonly)', 'sluice-state')).toContain(
    'git:ada@example.com (Ada) unverified',
  );
  expect(fake.calls).toEqual([]);

  const robot = await sluice('flag enable dash 10% in staging', fake.token());
  expect(robot.err).toContain('is no person');
  expect(robot.status).toBe(0);
  const wrong = await sluice('flag enable dash 20% in staging', 'ghp_unknown');
  expect(wrong.err).toContain('GitHub does not say who asks');
  expect(wrong.err).not.toContain('ghp_unknown');
  expect(wrong.status).toBe(0);
});

it('R-707 what only looks asks GitHub nothing', async () => {
  const { fake, sluice } = await cloneInTest(CONFIG);
  expect((await sluice('status', fake.token({ login: 'alice' }))).status).toBe(0);
  expect((await sluice('flag list', fake.token({ login: 'alice' }))).status).toBe(0);
  expect(fake.calls).toEqual([]);
});
