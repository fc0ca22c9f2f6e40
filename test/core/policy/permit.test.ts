import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rights } from '../../../src/core/decision.ts';
import type { Actor } from '../../../src/core/model/actor.ts';
import { permit, permitVerb } from '../../../src/core/policy/permit.ts';
import { alice, bob, sluice } from '../../support/rollout.ts';
import { config as usual } from '../../support/state.ts';

const production = usual.environments['production'];
if (!production) throw new Error('production');
const allow = { deploy: ['team:web', 'user:alice'], rollback: ['role:write'], override: ['team:sre'] };
const config = { ...usual, environments: { production: { ...production, allow } } };
const asked = (actor: Actor, rights: Rights, environment: string | undefined = 'production') => ({
  config,
  environment,
  actor,
  rights,
});

describe('permit', () => {
  it('R-804 lets those named by user, team or role and nobody else', () => {
    expect(permit('deploy', asked(alice, { teams: [] })).allowed).toBe(true);
    expect(permit('promote', asked(bob, { teams: ['web'] })).allowed).toBe(true);
    expect(permit('promote', asked(bob, { role: 'admin', teams: ['mobile'] }))).toMatchObject({
      allowed: false,
      code: 'not-permitted',
      because: expect.stringContaining('in production is for team:web, user:alice; bob is none of them'),
    });
    expect(permit('rollback', asked(bob, { role: 'write', teams: [] })).allowed).toBe(true);
    expect(permit('rollback', asked(bob, { role: 'triage', teams: [] })).allowed).toBe(false);
  });

  it('R-804 believes no name that nobody vouches for where somebody is named', () => {
    const pretender: Actor = { kind: 'git', id: 'alice', name: 'alice', verified: false };
    expect(permit('deploy', asked(pretender, { teams: ['web'] }))).toMatchObject({ allowed: false });
    expect(permit('deploy', asked(pretender, { teams: [] }, 'elsewhere')).allowed).toBe(true);
  });

  it('asks for the role of the grammar where nobody is named', () => {
    expect(permit('flag enable', asked(bob, { role: 'write', teams: [] })).allowed).toBe(true);
    expect(permit('flag enable', asked(bob, { role: 'read', teams: [] })).allowed).toBe(false);
    expect(permit('adopt', asked(bob, { role: 'write', teams: [] }, 'elsewhere')).allowed).toBe(false);
    expect(permit('flag enable', asked(bob, { teams: [] })).allowed).toBe(false);
  });

  it('never refuses to look, nor Sluice itself', () => {
    fc.assert(
      fc.property(fc.constantFrom('status', 'explain', 'history'), fc.boolean(), (command, verified) => {
        expect(permit(command, asked({ ...bob, verified }, { teams: [] })).allowed).toBe(true);
      }),
    );
    expect(permit('rollback', asked(sluice, { teams: [] })).allowed).toBe(true);
  });

  it('passing over gates and cutting a bake short are rights of their own', () => {
    expect(permitVerb('override', 'maintain', asked(alice, { role: 'write', teams: ['web'] })).allowed).toBe(false);
    expect(permitVerb('override', 'maintain', asked(alice, { teams: ['sre'] })).allowed).toBe(true);
    expect(permitVerb('skip-bake', 'write', asked(bob, { role: 'read', teams: [] })).allowed).toBe(false);
  });
});
