/** Commands that need neither repository nor configuration: help, completion, the version. */
import { existsSync, readFileSync } from 'node:fs';
import { completion, type Shell } from '../core/command/completion.ts';
import { help } from '../core/command/help.ts';
import { renderTerminal } from '../render/terminal.ts';
import type { Running } from './running.ts';
import { styleOf } from './terminal.ts';

export async function showHelp({ command, terminal }: Running): Promise<number> {
  const words = command.args['command'];
  const page = help(Array.isArray(words) ? (words as readonly string[]) : []);
  const { stdout } = terminal;
  if (terminal.json) stdout.write(`${JSON.stringify({ title: page.title, text: page.text })}\n`);
  else
    stdout.write(
      stdout.isTTY === true
        ? renderTerminal(page.report, { width: stdout.columns ?? 100, style: styleOf(terminal) })
        : `${page.text}\n`,
    );
  return page.found ? 0 : 2;
}

export async function showCompletion({ command, terminal }: Running): Promise<number> {
  terminal.stdout.write(completion(String(command.args['shell']) as Shell));
  return 0;
}

/** The version in package.json, which lies one folder above the bundle, and two above the source. */
export function version(): string {
  const places = ['../package.json', '../../package.json'].map((place) => new URL(place, import.meta.url));
  const place = places.find((one) => existsSync(one)) ?? '';
  const text = readFileSync(place, 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
