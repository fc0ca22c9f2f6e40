/** One writer in a process of its own: node writer.ts REPOSITORY NUMBER COUNT. Appends COUNT lines to a shared file. */
import { gitStore } from '../../../src/adapters/store-git/git-store.ts';
import { isConflict } from '../../../src/ports/store.ts';

const [repository = '', number = '', count = '1'] = process.argv.slice(2);
const clock = {
  now: () => Date.now(),
  sleep: (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms)),
};
const store = await gitStore({ repository, clock });
for (let line = 0; line < Number(count); line++) {
  const trailers = [['Sluice-Request', `${number}-${line}`]] as const;
  for (let tries = 0; ; tries++) {
    if (tries === 500) throw new Error('never got through');
    const snapshot = await store.read(['list']);
    const text = `${snapshot.files.get('list')?.text ?? ''}${number}-${line}\n`;
    const changes = [
      { path: 'list', text },
      { path: `flags/${number}-${line}.json`, text: `${number}\n` },
    ];
    const result = await store.commit(snapshot, changes, { title: `writer ${number} line ${line}`, trailers });
    if (!isConflict(result)) break;
    await clock.sleep(Math.random() * 20);
  }
}
