import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'rolldown';

/** The folder of the package a bundled module comes from; undefined of our own. */
function packageFolder(id: string): string | undefined {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id.replace(/^\0/, '').split('?')[0] ?? '')?.[0];
}

function notice(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text =
    file === undefined ? 'No licence text comes with the package.' : readFileSync(join(folder, file), 'utf8').trim();
  return `${String(name)} ${String(version)} (${String(license)})\n\n${text}\n`;
}

/** Writes the licences of every package that a bundle carries: they ask that their text goes along. */
export function licences(path: string): Plugin {
  return {
    name: 'licences',
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((part) => (part.type === 'chunk' ? Object.keys(part.modules) : []));
      const folders = new Set(modules.map(packageFolder).filter((folder) => folder !== undefined));
      const known = [...folders].filter((folder) => existsSync(join(folder, 'package.json')));
      const notices = known.toSorted((a, b) => (a < b ? -1 : 1)).map(notice);
      this.emitFile({
        type: 'asset',
        fileName: path.replace(/^dist\//, ''),
        source: notices.join(`\n${'-'.repeat(80)}\n\n`),
      });
    },
  };
}
