import { BENCH_NOW, storeContract } from '../../../contract/store.contract.ts';
import { openFakeGithub } from '../../../support/github/fake.ts';
import { byHand, storeOf } from './bench.ts';

storeContract('github store', async () => {
  const fake = await openFakeGithub();
  fake.setClock(BENCH_NOW);
  const clock = { now: () => BENCH_NOW, sleep: async () => undefined };
  return {
    open: async () => storeOf(fake, { clock }),
    byHand: async (changes, message) => void (await byHand(fake, changes, message)),
    close: async () => {
      await fake.close();
      if (fake.violations.length > 0) throw new Error(fake.violations.join('\n'));
    },
    fixed: {
      now: Math.floor(BENCH_NOW / 1_000) * 1_000,
      author: { name: 'github-actions[bot]' },
      committer: { name: 'GitHub', email: 'noreply@github.com' },
      trailers: ['Sluice-Parent'],
    },
  };
});
