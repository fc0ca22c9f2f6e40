import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryBranch } from '../../src/adapters/store-memory/memory-branch.ts';
import { memoryStore } from '../../src/adapters/store-memory/memory-store.ts';
import { answer, type Asking, type Decision, refuse } from '../../src/core/decision.ts';
import { DAY, HOUR } from '../../src/core/model/time.ts';
import { type CommitRequest, commitDecision } from '../../src/engine/commit.ts';
import { type Snapshot, type Store, StoreError } from '../../src/ports/store.ts';
import { alice } from '../support/rollout.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');

describe('commitDecision', () => {
  let branch: MemoryBranch;
  let store: Store;
  let now: number;
  let slept: number[];
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      slept.push(ms);
      now += ms;
    },
  };
  const asking = (changed: Partial<Asking> = {}): Asking => ({
    now,
    actor: alice,
    rights: { teams: [] },
    request: 'request-1',
    source: 'https://github.com/acme/web/pull/42#issuecomment-1',
    dryRun: false,
    overrides: [],
    command: 'flag enable dash',
    ...changed,
  });
  const outcome = { schemaVersion: 1, ok: true, code: 'done', summary: 'done', details: null } as const;
  const message = { title: 'flag dash: on', event: 'flag.enabled', subject: 'flag/dash' };
  /** Counts what it reads one up. */
  const count = (snapshot: Snapshot): Decision => {
    const document = { n: Number(JSON.parse(snapshot.files.get('count.json')?.text ?? '{"n":0}').n) + 1 };
    return { changes: [{ path: 'count.json', document }], outcome, message };
  };
  const request = (changed: Partial<CommitRequest> = {}): CommitRequest => ({
    store,
    needs: ['count.json'],
    asking: asking(),
    decide: count,
    clock,
    random: () => 0.5,
    settle: 'only-looks',
    ...changed,
  });
  const counted = async () => (await store.read(['count.json'])).files.get('count.json')?.text;
  /** Somebody else writes `path` between our read and our commit, `times` times. */
  const crossed = (path: string, times: number): Store => {
    let left = times;
    return {
      ...store,
      commit: async (...given) => {
        if (left-- > 0)
          await store.commit(await store.read([]), [{ path, text: `{"n":${left + 10}}` }], {
            title: 'x',
            trailers: [],
          });
        return store.commit(...given);
      },
    };
  };

  beforeEach(() => {
    now = NOW;
    slept = [];
    branch = new MemoryBranch();
    store = memoryStore({ clock, branch });
  });

  it('R-805 writes the decision as one commit with its trailers in order', async () => {
    const made = await commitDecision(request());
    const [commit] = await store.history({});
    expect(made).toMatchObject({
      commit: commit?.revision,
      decision: { outcome: { code: 'done', commit: commit?.revision } },
    });
    expect([...(commit?.trailers ?? [])].slice(0, -1)).toEqual([
      ['Sluice-Command', 'flag enable dash'],
      ['Sluice-Event', 'flag.enabled'],
      ['Sluice-Subject', 'flag/dash'],
      ['Sluice-Actor', 'github:583231 (alice)'],
      ['Sluice-Source', 'https://github.com/acme/web/pull/42#issuecomment-1'],
      ['Sluice-Request', 'request-1'],
    ]);
    expect([made.before.revision, made.snapshot.revision]).toEqual([null, commit?.revision]);
  });

  it('commits nothing for a refusal, an answer or a dry run', async () => {
    const refused = await commitDecision(request({ decide: () => refuse('locked', 'locked: by bob') }));
    expect(refused.decision.outcome.code).toBe('locked');
    expect((await commitDecision(request({ decide: () => answer('so it is', null) }))).commit).toBeUndefined();
    const dry = await commitDecision(request({ asking: asking({ dryRun: true }) }));
    expect(dry.decision.outcome.code).toBe('planned');
    expect(branch.nodes).toHaveLength(0);
  });

  it('keeps its decision when the head moved but nothing it read has changed', async () => {
    let decided = 0;
    const decide = (snapshot: Snapshot) => ((decided += 1), count(snapshot));
    const made = await commitDecision(request({ store: crossed('other.json', 1), decide }));
    expect(decided).toBe(1);
    expect(made.commit).toBeDefined();
    expect(branch.nodes).toHaveLength(2);
  });

  it('decides again when a file it read has changed, or came into being', async () => {
    let decided = 0;
    const decide = (snapshot: Snapshot) => ((decided += 1), count(snapshot));
    await commitDecision(request({ store: crossed('count.json', 1), decide }));
    expect(decided).toBe(2);
    expect(JSON.parse((await counted()) ?? '')).toEqual({ n: 11 });
  });

  it('gives up with busy after its deadline, with pauses that grow and are bounded', async () => {
    const made = await commitDecision(request({ store: crossed('count.json', 1_000) }));
    expect(made.decision.outcome).toMatchObject({ ok: false, code: 'busy' });
    expect(now - NOW).toBeGreaterThanOrEqual(30_000);
    expect(now - NOW).toBeLessThan(33_000);
    expect(Math.max(...slept)).toBeLessThanOrEqual(1_000);
    expect(slept.at(-1)).toBeLessThan(Math.max(...slept) / 2);
    expect(await counted()).not.toContain('"n": ');
  });

  it('R-805 waits as long as the store says that its writers need', async () => {
    const made = await commitDecision(request({ store: { ...crossed('count.json', 1_000), patience: 90_000 } }));
    expect(made.decision.outcome.code).toBe('busy');
    expect(now - NOW).toBeGreaterThanOrEqual(90_000);
  });

  it('never lets the same request act twice, and answers with its commit', async () => {
    const first = await commitDecision(request());
    now += HOUR;
    const again = await commitDecision(request({ born: NOW }));
    expect(again.decision.outcome).toMatchObject({ ok: true, code: 'unchanged', commit: first.commit });
    expect(branch.nodes).toHaveLength(1);
    await commitDecision(request({ asking: asking({ request: 'request-2' }) }));
    expect(JSON.parse((await counted()) ?? '')).toEqual({ n: 2 });
  });

  it('notices that its twin came first while it was on its way', async () => {
    const twin: Store = {
      ...store,
      commit: async (...given) => {
        if (branch.nodes.length === 0) await commitDecision(request());
        return store.commit(...given);
      },
    };
    const made = await commitDecision(request({ store: twin }));
    expect(made.decision.outcome.code).toBe('unchanged');
    expect(branch.nodes).toHaveLength(1);
  });

  it('is not kept from acting by a commit by hand that carries its request', async () => {
    const ann = { name: 'Ann', email: 'ann@example.com' };
    branch.append({ changes: [], message: 'x\n\nSluice-Request: request-1\n', author: ann, at: NOW });
    expect((await commitDecision(request())).commit).toBeDefined();
  });

  it('refuses a request older than 24 hours', async () => {
    const made = await commitDecision(request({ born: NOW - DAY - 1 }));
    expect(made.decision.outcome.code).toBe('request-too-old');
    expect(branch.nodes).toHaveLength(0);
  });

  it('lets 32 writers of one process through, each once, without a single conflict', async () => {
    let conflicts = 0;
    const watched: Store = {
      ...store,
      commit: async (...given) => {
        const result = await store.commit(...given);
        if ('conflict' in result) conflicts += 1;
        return result;
      },
    };
    const all = Array.from({ length: 32 }, (_, index) =>
      request({ store: watched, asking: asking({ request: `r${index}` }) }),
    );
    await Promise.all(all.map(commitDecision));
    expect(JSON.parse((await counted()) ?? '')).toEqual({ n: 32 });
    expect(conflicts).toBe(0);
  });

  it('settles a head by hand before it decides, so that no seal takes it for granted', async () => {
    await commitDecision(request());
    const ann = { name: 'Ann', email: 'ann@example.com' };
    branch.append({ changes: [{ path: 'count.json', text: '{"n":99}' }], message: 'by hand', author: ann, at: NOW });
    const settle = async () => {
      await store.commit(await store.read([]), [{ path: 'count.json', text: '{"n":5}' }], {
        title: 'put back',
        trailers: [],
      });
    };
    await commitDecision(request({ asking: asking({ request: 'request-2' }), settle }));
    expect(JSON.parse((await counted()) ?? '')).toEqual({ n: 6 });
    expect(branch.nodes.map(({ commit }) => commit.sealed)).toEqual([true, false, true, true]);
  });

  it('gives up with busy where commits by hand never end', async () => {
    const ann = { name: 'Ann', email: 'ann@example.com' };
    const settle = async () => void branch.append({ changes: [], message: 'again', author: ann, at: NOW });
    await settle();
    await expect(commitDecision(request({ settle }))).rejects.toMatchObject({ code: 'busy' });
  });

  it('passes the error of a store on, and serves the next one all the same', async () => {
    let broken = true;
    const flaky: Store = {
      ...store,
      read: async (...given) => {
        if (broken) throw new StoreError('unreachable', 'unreachable: no answer');
        return store.read(...given);
      },
    };
    await expect(commitDecision(request({ store: flaky }))).rejects.toMatchObject({ code: 'unreachable' });
    broken = false;
    expect((await commitDecision(request({ store: flaky }))).commit).toBeDefined();
  });
});
