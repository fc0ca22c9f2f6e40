import { describe, expect, it } from 'vitest';
import { paths } from '../../../src/core/model/state.ts';
import { at, inBeta, ms, rolledBack } from '../../support/rollout.ts';
import { placeOf } from '../../support/state.ts';
import { type Wired, wired } from '../wired.ts';

const moving = { ...inBeta(), id: 'web-production-20261121-aaaa1111' };
const endedAs = (id: string) => ({ ...rolledBack(), id, ended: at('09:30:00'), began: at('09:00:00') });

async function withRollouts(...ended: readonly string[]): Promise<Wired> {
  const one = wired({ now: ms('12:00:00') });
  await one.put({
    [paths.place('web', 'production')]: placeOf({ active: moving.id }),
    [paths.rollout(moving.id)]: moving,
    ...Object.fromEntries(ended.map((id) => [paths.history('rollout', id, at('09:30:00')), endedAs(id)])),
  });
  return one;
}

describe('what a look is about', () => {
  it.each(['status', 'explain', 'metrics'])(
    '%s answers of a name that the configuration does not have with those it has',
    async (look) => {
      const one = await withRollouts();
      expect(await one.run(`${look} nope`)).toMatchObject({
        ok: false,
        code: 'service-unknown',
        summary: 'there is no service nope; there are: web',
      });
      expect((await one.run(`${look} wbe`)).summary).toContain('did you mean `web`?');
      for (const words of ['web in nowhere', 'in nowhere'])
        expect(await one.run(`${look} ${words}`)).toMatchObject({
          ok: false,
          code: 'environment-unknown',
          summary: 'there is no environment nowhere; there are: production',
        });
    },
  );

  it('a short id that an ended and a moving rollout share, or two that ended, is ambiguous', async () => {
    const one = await withRollouts(
      'web-production-20261120-aaaa2222',
      'web-production-20261119-bbbb1111',
      'web-production-20261119-bbbb2222',
      'web-production-20261119-cccc1111',
    );
    expect(await one.run('explain r-aaaa')).toMatchObject({
      ok: false,
      code: 'target-ambiguous',
      summary: 'r-aaaa fits r-aaaa1111 and r-aaaa2222: type more of it',
    });
    expect(await one.run('explain r-bbbb')).toMatchObject({ ok: false, code: 'target-ambiguous' });
    expect((await one.run('explain r-bbbb2')).summary).toContain('r-bbbb2222');
    expect((await one.run('explain r-cccc')).summary).toContain('r-cccc1111');
    expect((await one.run('explain r-aaaa1111')).summary).toContain('r-aaaa1111');
    expect(await one.run('explain r-dddd')).toMatchObject({ ok: false, code: 'target-unknown' });
  });
});
