import { MemoryBranch } from '../../../src/adapters/store-memory/memory-branch.ts';
import { memoryStore } from '../../../src/adapters/store-memory/memory-store.ts';
import { BENCH_NOW, storeContract } from '../../contract/store.contract.ts';

const clock = { now: () => BENCH_NOW, sleep: async () => undefined };
const ann = { name: 'Ann', email: 'ann@example.com' };

storeContract('memory store', async () => {
  const branch = new MemoryBranch();
  return {
    open: async () => memoryStore({ clock, branch }),
    byHand: async (changes, message) => void branch.append({ changes, message, author: ann, at: BENCH_NOW }),
    close: async () => undefined,
  };
});
