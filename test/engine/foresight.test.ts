import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/core/decision.ts';
import { HOUR, MINUTE } from '../../src/core/model/time.ts';
import { renderPlain } from '../../src/render/terminal.ts';
import { project } from '../../src/engine/project.ts';
import type { Channel, Notice } from '../../src/ports/channel.ts';
import { alice } from '../support/rollout.ts';
import { configOf } from '../support/world/config.ts';
import { tickOn, world, type World } from '../support/world/world.ts';

const JUDGES =
  '[{ metric: error-rate, below: 1%, min-samples: 100 }, { metric: error-rate, compare: stable, method: regression, ratio: 3 }]';

/** 42 requests a second in all, 0.5 % of them bad: each version shows its share, by the weights at that moment. */
function shop(judges = JUDGES): World {
  const w: World = world({
    config: configOf({ judges }),
    series: (version) => {
      const share = (w.platform.running.get(version) ?? 0) / 100_000;
      const total = Math.round(420 * share);
      return { kind: 'proportion', bad: total * 0.005, total };
    },
  });
  return w;
}

/** The remarks below a plan. */
function lines({ report }: Outcome): readonly string[] {
  return (report?.blocks ?? []).flatMap((block) => (block.type === 'list' ? block.items : []));
}
const remark = (outcome: Outcome): string => lines(outcome).find((line) => line.startsWith('At about')) ?? '';

describe('what a plan can see, said by a dry run', () => {
  it('R-114 says it at the traffic that was given, and nothing where nobody knows any', async () => {
    const w = shop();
    const runner = w.runner('one');
    await w.live('1.3.2');
    w.series = () => null;
    const head = w.commits().length;
    const given = await w.run('deploy web@1.4.0 --dry-run --traffic 42/s --errors 0.5%', alice, runner);
    expect(given.code).toBe('planned');
    expect(remark(given)).toContain('At about 42 requests/s, as given, ');
    expect(remark(await w.run('deploy web@1.4.0 --dry-run', alice, runner))).toBe('');
    expect(w.commits()).toHaveLength(head);
  });

  it('R-114 of a first release it says that there is nothing to compare with, and what the stages see from the second on', async () => {
    const w = shop();
    const runner = w.runner('one');
    const given = await w.run('deploy web@1.4.0 --dry-run --traffic 20/s --errors 0.5%', alice, runner);
    expect(given.code).toBe('planned');
    expect(lines(given)).toContain(
      'first release: all at once, nothing to compare with; from the second release on steps: canary 5%, beta 25%, all 100%',
    );
    expect(remark(given)).toContain('At about 20 requests/s, as given, canary and beta see about 4,800 requests;');
    const unknown = await w.run('deploy web@1.4.0 --dry-run', alice, runner);
    expect(lines(unknown).some((line) => line.startsWith('first release: all at once'))).toBe(true);
    expect(remark(unknown)).toBe('');
    await w.live('1.3.2');
    const second = await w.run('deploy web@1.4.0 --dry-run', alice, runner);
    expect(lines(second).some((line) => line.startsWith('first release'))).toBe(false);
  });

  it('R-114 says it at the traffic that the last rollout recorded, on either arm', async () => {
    const w = shop();
    const runner = w.runner('one');
    await w.live('1.3.2');
    await w.run('deploy web@1.4.0', alice, runner);
    await tickOn(w, runner, { every: MINUTE, until: 3 * MINUTE });
    const during = await w.run('deploy web@1.5.0', alice, runner);
    expect(during.code).toBe('queued');
    await tickOn(w, runner, { every: MINUTE, until: 2 * HOUR });
    const after = await w.run('deploy web@1.6.0 --dry-run', alice, runner);
    expect(remark(after)).toMatch(
      /^At about 4\d requests\/s, as recorded by r-[0-9a-f]{4,} on 2026-11-21, canary and beta see about \d[\d,]* requests; three times the errors are noticed nearly always/,
    );
  });

  it('asks the source about the last hour of the live version where no rollout saw anything', async () => {
    const w = shop();
    const runner = w.runner('one');
    await w.live('1.3.2');
    w.series = () => ({ kind: 'proportion', bad: 756, total: 151_200 });
    const outcome = await w.run('deploy web@1.4.0 --dry-run', alice, runner);
    expect(remark(outcome)).toContain(
      'At about 42 requests/s, as 1.3.2 had it in the last hour, canary and beta see about 10,000',
    );
  });

  it('says so when the rollout begins, if it was told, and proposes what min-samples need', async () => {
    const w = shop('[{ metric: error-rate, below: 1%, min-samples: 500 }]');
    const runner = w.runner('one');
    await w.live('1.3.2');
    const begun = await w.run('deploy web@1.4.0 --traffic 20/s --errors 0.5%', alice, runner);
    expect(begun.code).toBe('started');
    expect(remark(begun)).toContain('At about 20 requests/s, as given, ');
    expect(lines(begun)).toContain(
      'stage canary brings about 300 samples, and `error-rate below 0.01` asks for 500: bake 9m, or 9% of the traffic',
    );
  });

  it('begins all the same where the source is silent', async () => {
    const w = shop();
    const runner = w.runner('one');
    await w.live('1.3.2');
    w.series = () => {
      throw new Error('down');
    };
    const outcome = await w.run('deploy web@1.4.0 --dry-run', alice, runner);
    expect([outcome.code, remark(outcome)]).toEqual(['planned', '']);
  });

  it('R-312 stands in the notice that a rollout began, where the traffic is known', async () => {
    const w = shop();
    const told: Notice[] = [];
    const channel: Channel = { name: 'team', send: async (notices) => void told.push(...notices) };
    const runner = w.runner('one');
    await w.live('1.3.2');
    w.series = () => ({ kind: 'proportion', bad: 756, total: 151_200 });
    const begun = async (command: string): Promise<string> => {
      await w.run(command, alice, runner);
      await project({ ...runner.wiring, channels: [channel] });
      const notice = told.findLast(({ event }) => event === 'started');
      return notice ? renderPlain(notice.report, 400) : '';
    };
    expect(await begun('deploy web@1.4.0')).toContain(
      '- At about 42 requests/s, as 1.3.2 had it in the last hour, canary and beta see about 10,000 requests;',
    );
    await w.run('rollback web', alice, runner);
    await tickOn(w, runner, { every: MINUTE, until: 10 * MINUTE });
    w.pass(HOUR);
    told.length = 0;
    expect(await begun('deploy web@1.5.0 --traffic 20/s --errors 0.5%')).toContain(
      '- At about 20 requests/s, as given, canary and beta see about 4,800 requests;',
    );
  });
});
