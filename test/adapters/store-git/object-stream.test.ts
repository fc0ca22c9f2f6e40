import { describe, expect, it } from 'vitest';
import { ObjectStream } from '../../../src/adapters/store-git/object-stream.ts';
import { repository } from '../../support/repository.ts';

describe('the stream of objects', () => {
  it('is started anew when it was ended, and the end of the old one takes no answer of the new one with it', async () => {
    const { folder, git } = await repository();
    await git('commit', '--allow-empty', '-m', 'one');
    const head = (await git('rev-parse', 'HEAD')).trim();
    const stream = new ObjectStream(`${folder}/.git`);
    for (let round = 0; round < 20; round++) {
      const before = stream.get(head);
      stream.close();
      const after = stream.get(head);
      expect(await before).toMatchObject({ oid: head, type: 'commit' });
      expect(await after).toMatchObject({ oid: head, type: 'commit' });
    }
    stream.close();
  });
});
