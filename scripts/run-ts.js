// Runs a TypeScript file: `node scripts/run-ts.js FILE [ARGUMENTS]`. Node 20 cannot strip types, so the file and what it imports by
// relative path are bundled first; packages stay outside. With `--call NAME` before FILE the export is awaited and its result printed as JSON.
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

/** Each module keeps its own `import.meta.url`, so that a file can find what lies beside it. */
const ownUrl = {
  name: 'own-url',
  transform: {
    filter: { code: 'import.meta.' },
    handler: (code, id) =>
      code
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(id)))
        .replaceAll('import.meta.filename', JSON.stringify(id)),
  },
};

async function bundle(file, folder) {
  const build = await rolldown({
    input: file,
    platform: 'node',
    external: (id) => !/^[./]/.test(id),
    plugins: [ownUrl],
    logLevel: 'warn',
  });
  const { output } = await build.write({ dir: folder, format: 'esm', entryFileNames: 'main.mjs', sourcemap: true });
  await build.close();
  return join(folder, output[0].fileName);
}

async function main() {
  const [first, ...others] = process.argv.slice(2);
  const [name, file, ...args] = first === '--call' ? others : [undefined, first, ...others];
  if (file === undefined) throw new Error('usage: node scripts/run-ts.js [--call EXPORT] FILE [ARGUMENTS]');
  // Below node_modules, so that packages are found from there, and a folder of its own, so that two runs do not meet.
  const cache = fileURLToPath(new URL('../node_modules/.cache/run-ts/', import.meta.url));
  const folder = join(cache, `${process.pid}-${Date.now()}`);
  await mkdir(folder, { recursive: true });
  process.argv.splice(1, process.argv.length, resolve(file), ...args);
  process.setSourceMapsEnabled(true);
  try {
    const module = await import(pathToFileURL(await bundle(resolve(file), folder)).href);
    if (name !== undefined) process.stdout.write(`${JSON.stringify(await module[name]())}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
