import { describe, expect, it } from 'vitest';
import { ROLES } from '../../../src/core/model/actor.ts';
import type { Bench } from '../forge.contract.ts';

export function peopleRules(bench: Bench): void {
  describe('people', () => {
    it('tells every role by its true name, where GitHub folds five to three', async () => {
      const { world, open } = bench();
      const forge = open();
      for (const role of ROLES.filter((one) => one !== 'none')) {
        const { id, login } = world.person({ login: `is-${role}`, role });
        expect(await forge.people.rights({ id: String(id), login }, [])).toEqual({ role, teams: [] });
      }
    });

    it('gives strangers, Apps and texts that are no login no role, and asks nothing about the last two', async () => {
      const { world, open } = bench();
      const { id } = world.person({ login: 'stranger' });
      const forge = open();
      expect(await forge.people.rights({ id: String(id), login: 'stranger' }, ['ops'])).toEqual({
        role: 'none',
        teams: [],
      });
      const before = world.calls.length;
      for (const login of ['renovate[bot]', '../../..', 'a/b', '']) {
        expect(await forge.people.rights({ id: '1', login }, [])).toEqual({ role: 'none', teams: [] });
      }
      expect(world.calls.length).toBe(before);
    });

    it('goes by the number: who took a given-up login has nothing of it, who was renamed keeps it', async () => {
      const { world, open } = bench();
      const renamed = world.person({ login: 'alice-new', role: 'maintain' });
      world.person({ login: 'alice', role: 'admin' });
      const forge = open();
      const asked = { id: String(renamed.id), login: 'alice' };
      expect(await forge.people.rights(asked, [])).toEqual({ role: 'maintain', teams: [] });
      expect(await forge.people.rights({ id: '99999999', login: 'alice' }, [])).toEqual({ role: 'none', teams: [] });
    });

    it('asks for teams that the policy names, and no others', async () => {
      const { world, open } = bench();
      const { id, login } = world.person({ login: 'alice', role: 'write', teams: ['ops', 'web'] });
      const forge = open();
      const rights = await forge.people.rights({ id: String(id), login }, [
        'ops',
        'acme/web',
        'acme/dba',
        'other/ops',
        '../x',
      ]);
      expect(rights).toEqual({ role: 'write', teams: ['ops', 'acme/web'] });
      const before = world.calls.length;
      await forge.people.rights({ id: String(id), login }, []);
      expect(world.calls.length).toBe(before + 1);
    });

    it('says that a token may not see teams, and what to do', async () => {
      const { world, open } = bench();
      const { id, login } = world.person({ login: 'alice', role: 'write', teams: ['ops'] });
      const forge = open({ permissions: { contents: 'write' } });
      const asking = forge.people.rights({ id: String(id), login }, ['ops']);
      await expect(asking).rejects.toMatchObject({ code: 'token-lacks-permission', status: 403 });
      await expect(asking).rejects.toThrow(/team acme\/ops.*members: read.*App token/);
    });

    it('finds the account behind a login', async () => {
      const { world, open } = bench();
      const { id } = world.person({ login: 'alice' });
      const people = open().people;
      expect(await people.account('alice')).toEqual({ id: String(id), login: 'alice', type: 'User' });
      expect(await people.account('nobody-here')).toBeUndefined();
      expect(await people.account('../orgs')).toBeUndefined();
    });
  });
}
