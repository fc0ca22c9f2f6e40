import { platformContract } from '../../contract/platform.contract.ts';
import type { LocalPlatform } from '../../../src/adapters/platform-local/platform.ts';
import { localBench } from './bench.ts';

platformContract('the local platform', async () => {
  const bench = await localBench({ CRASH: 'bad' });
  return {
    open: () => bench.open(),
    leave: (platform) => (platform as LocalPlatform).close(true),
    deployments: async (label) => (await bench.notes()).filter((line) => line.startsWith(`start ${label} `)).length,
    close: () => Promise.resolve(),
  };
});
