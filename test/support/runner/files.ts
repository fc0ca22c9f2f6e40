/** The files by which a step tells the runner something, read as the runner reads them. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const NAMES = ['OUTPUT', 'ENV', 'PATH', 'STATE', 'STEP_SUMMARY'] as const;

/** Empty files in a folder, and the variables that name them. */
export async function commandFiles(folder: string): Promise<Readonly<Record<string, string>>> {
  const files = NAMES.map((name) => [`GITHUB_${name}`, join(folder, name.toLowerCase())] as const);
  for (const [, file] of files) await writeFile(file, '');
  return Object.fromEntries(files);
}

/**
 * `name=value` and `name<<DELIMITER` with the value's lines up to a line that is the delimiter.
 * Source: docs.github.com, "Workflow commands: multiline strings".
 */
function readKeyValues(text: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const heredoc = /^([^=]+?)<<(.+)$/.exec(line);
    if (heredoc !== null) {
      const end = lines.indexOf(heredoc[2] ?? '', at + 1);
      if (end < 0) throw new Error(`${String(heredoc[1])}: its delimiter does not come again`);
      values[heredoc[1] ?? ''] = lines.slice(at + 1, end).join('\n');
      at = end;
    } else if (line !== '') {
      const cut = line.indexOf('=');
      if (cut < 1) throw new Error(`neither name=value nor name<<: ${line.slice(0, 80)}`);
      values[line.slice(0, cut)] = line.slice(cut + 1);
    }
  }
  return values;
}

/** The outputs that a step has written. */
export async function readOutputs(files: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
  return readKeyValues(await readFile(files['GITHUB_OUTPUT'] ?? '', 'utf8'));
}
