import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { fileSource, streamSource } from '../../../src/adapters/experiment-file/file.ts';
import { CONVERSION, experimentWith } from '../../core/experiment/numbers/experiment.ts';
import { folderWith } from '../../support/folder.ts';

const NOW = Date.parse('2026-11-05T00:00:00.000Z');
const EXPERIMENT = experimentWith([CONVERSION]);
const { signal } = new AbortController();

it('R-602 a file larger than one piece is read as one, with its progress', async () => {
  const folder = await folderWith({});
  const path = join(folder, 'users.csv');
  const rows = Array.from(
    { length: 40_000 },
    (_, i) => `usér-${i},${i % 2 ? 'control' : 'treatment'},${i % 10 === 0 ? 1 : 0}`,
  );
  await writeFile(path, `user,variant,conversion\n${rows.join('\n')}\n`);
  const seen: number[] = [];
  let size = 0;
  const source = fileSource({
    name: 'users.csv',
    path,
    now: () => NOW,
    onProgress: (read, all) => {
      seen.push(read);
      size = all;
    },
  });
  const data = await source.read(EXPERIMENT, signal);
  expect(data).toMatchObject({ from: 'file users.csv', until: '2026-11-05T00:00:00.000Z', crossed: 0 });
  expect(data?.variants['treatment']).toEqual({
    users: 20_000,
    metrics: { conversion: { kind: 'proportion', n: 20_000, successes: 4_000 } },
  });
  expect(seen.length).toBeGreaterThan(1);
  expect(seen.at(-1)).toBe(size);
});

it('R-801 what is wrong is said with file, line and column', async () => {
  const folder = await folderWith({ 'users.csv': 'user,variant,conversion\na,control,maybe\n' });
  const source = fileSource({ name: 'data/users.csv', path: join(folder, 'users.csv'), now: () => NOW });
  await expect(source.read(EXPERIMENT, signal)).rejects.toMatchObject({
    code: 'data-invalid',
    message: 'data/users.csv:2:11 conversion: `maybe` is no number',
  });
});

it('a file that is not there or is a folder is unreadable', async () => {
  const folder = await folderWith({});
  for (const path of [join(folder, 'none.csv'), folder])
    await expect(fileSource({ name: 'x.csv', path, now: () => NOW }).read(EXPERIMENT, signal)).rejects.toMatchObject({
      code: 'file-unreadable',
      message: expect.stringMatching(/^x\.csv: E(NOENT|ISDIR)/),
    });
});

it('numbers of a stopped experiment speak of the time until its stop', async () => {
  const stream = Readable.from([Buffer.from('user,variant,conversion\na,control,1\n')]);
  const stopped = { ...EXPERIMENT, stopped: '2026-11-04T00:00:00.000Z' };
  const data = await streamSource({ name: 'standard input', stream, now: () => NOW }).read(stopped, signal);
  expect(data).toMatchObject({ from: 'file standard input', until: stopped.stopped });
});
