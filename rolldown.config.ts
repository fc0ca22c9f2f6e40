import { existsSync, readFileSync } from 'node:fs';
import type { RolldownOptions } from 'rolldown';
import { licences } from './scripts/licences.ts';

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly dependencies: Record<string, string>;
};

/** Entries that exist so far, by the name of their bundle. */
function entries(names: readonly string[]): Record<string, string> {
  const present = names.filter((name) => existsSync(`src/${name}.ts`));
  return Object.fromEntries(present.map((name) => [name, `src/${name}.ts`] as const));
}

const common: RolldownOptions = {
  platform: 'node',
  transform: { target: 'node20' },
  treeshake: true,
  onLog: (level, log, report) => {
    if (log.code !== 'EVAL') report(level, log);
  },
};

/** Programs carry their packages with them: they start faster, and an action has no node_modules beside it. */
const programs: RolldownOptions = {
  ...common,
  input: entries(['cli', 'action']),
  plugins: [licences('dist/THIRD-PARTY-LICENCES.txt')],
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    // Beside the entry, so that `../package.json` is the package's from every chunk.
    chunkFileNames: 'cli-[name].js',
    // A quarter of the text; the licences lie beside it, whole. Nothing else is taken away, so that a stack trace can be read.
    comments: { legal: false, jsdoc: false },
    codeSplitting: {
      groups: [
        // What a command is, for both programs.
        {
          name: 'grammar',
          test: /src\/core\/(command\/(parse|rights)|model\/(code|duration|percent|name)|report\/text)\.ts$/,
          priority: 2,
        },
        // What the action needs until its first question is on its way, in one file.
        { name: 'opening', test: /src\/action\/main\.ts$/, priority: 1 },
      ],
    },
    banner: (chunk) => (chunk.isEntry && chunk.name === 'cli' ? '#!/usr/bin/env node' : ''),
  },
};

/** Library entries leave packages to npm, so that an application has each of them once. */
const libraries: RolldownOptions = {
  ...common,
  input: entries(['index', 'flags', 'openfeature']),
  external: Object.keys(dependencies).map((name) => new RegExp(`^${name}(/|$)`)),
  output: { dir: 'dist', format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'library-[name].js' },
};

const config: RolldownOptions[] = [programs, libraries].filter(({ input }) => Object.keys(input ?? {}).length > 0);
export default config;
