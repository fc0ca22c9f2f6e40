import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Decoded, decodeConfig, type DecodeOptions } from '../../core/config/decode.ts';
import { inOrder } from '../../core/config/problem.ts';
import { CONFIG_FILES } from './files.ts';
import { parseYaml } from './parse.ts';

export { CONFIG_FILES } from './files.ts';

export type Loaded =
  | { readonly ok: true; readonly path: string; readonly text: string; readonly decoded: Decoded }
  | { readonly ok: false; readonly code: 'config-missing' | 'file-unreadable'; readonly summary: string };

/** A configuration's text, decoded: problems of the YAML and of what it says, in one list. Never throws. */
export function decodeText(text: string, options: DecodeOptions = {}): Decoded {
  const { tree, locate, problems } = parseYaml(text);
  if (problems.length === 0) return decodeConfig(tree, locate, options);
  // What could be read of a damaged text still tells its own faults, but never what is missing because of the damage.
  const rest = tree === null ? undefined : decodeConfig(tree, locate, options);
  const others = rest?.ok === false ? rest.problems.filter(({ code }) => code === 'config-key-unknown') : [];
  return { ok: false, problems: inOrder([...problems, ...others]), warnings: [] };
}

/** Reads the configuration of a repository's folder. Never throws. */
export async function loadConfig(folder: string, options: DecodeOptions = {}): Promise<Loaded> {
  for (const path of CONFIG_FILES) {
    const text = await readFile(join(folder, path), 'utf8').catch((error: unknown) => error as NodeJS.ErrnoException);
    if (typeof text === 'string') return { ok: true, path, text, decoded: decodeText(text, options) };
    if (text.code !== 'ENOENT' && text.code !== 'ENOTDIR')
      return {
        ok: false,
        code: 'file-unreadable',
        summary: `${path} cannot be read (${text.code ?? text.message}): check its permissions`,
      };
  }
  const summary = `no ${CONFIG_FILES[0]} in ${folder}: \`sluice init\` writes one`;
  return { ok: false, code: 'config-missing', summary };
}
