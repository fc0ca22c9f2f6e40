import { storeContract } from '../../contract/store.contract.ts';
import { git, Workplace } from './bench.ts';

storeContract('git store', async () => {
  const place = new Workplace();
  const repository = place.repository();
  return {
    open: () => place.store(repository),
    byHand: async (changes, message) => place.byHand(repository, changes, message),
    close: async () => place.close(),
  };
});

storeContract('git store with a remote', async () => {
  const place = new Workplace();
  const hub = place.repository('hub.git', '--bare');
  let clones = 0;
  return {
    open: async () => {
      const clone = place.repository(`clone-${(clones += 1)}`);
      git(clone, 'remote', 'add', 'origin', hub);
      return place.store(clone, { remote: 'origin' });
    },
    byHand: async (changes, message) => place.byHand(hub, changes, message),
    close: async () => place.close(),
  };
});
