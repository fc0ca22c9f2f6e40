/** From argv to an exit status. Commands that need no repository load nothing of the engine. */
import type { Command } from '../core/command/command.ts';
import { parseWords, type Parsed } from '../core/command/parse.ts';
import { isBuilt } from '../core/command/rights.ts';
import { outcomeOf } from './failure.ts';
import type { Invocation, Running } from './running.ts';
import { remark, showOutcome, styleOf, type Terminal } from './terminal.ts';

type Run = (running: Running) => Promise<number>;

/** What the CLI does itself; everything else is a command for the engine. */
const OWN: Readonly<Record<string, () => Promise<Run>>> = {
  help: async () => (await import('./plain.ts')).showHelp,
  completion: async () => (await import('./plain.ts')).showCompletion,
  init: async () => (await import('./init.ts')).init,
  check: async () => (await import('./check.ts')).check,
  serve: async () => (await import('./serve.ts')).serve,
  reconcile: async () => (await import('./reconcile.ts')).reconcile,
  watch: async () => (await import('./watch.ts')).watchRollout,
  demo: async () => (await import('./demo.ts')).demo,
  simulate: async () => (await import('./simulate.ts')).simulate,
  report: async () => (await import('./report.ts')).showReport,
  explain: async () => (await import('./report.ts')).showReport,
  replay: async () => (await import('./report.ts')).showReport,
  'flag export': async () => (await import('./files.ts')).exportFlags,
  'experiment analyze': async () => (await import('./experiment.ts')).analyzeExperiment,
  'flag import': async () => (await import('./files.ts')).importFlags,
};

/** Whether the CLI carries the command out itself. */
export function isOwn(name: string): boolean {
  return Object.hasOwn(OWN, name);
}

/** Runs one command. Resolves to the exit status; never rejects. */
export async function main(invocation: Invocation): Promise<number> {
  const { argv, stdout, stderr, env } = invocation;
  const terminal: Terminal = { stdout, stderr, env, json: argv.includes('--json') };
  try {
    if (argv[0] === '--version' || argv[0] === '-V') {
      stdout.write(`${(await import('./plain.ts')).version()}\n`);
      return 0;
    }
    const parsed = parseWords(argv.length === 0 ? ['help'] : wordsOf(argv), { surface: 'cli' });
    if (!parsed.ok) return showSyntax(terminal, parsed);
    const command = withoutLooks(parsed.command);
    if (parsed.readAs !== undefined && !terminal.json) remark(terminal, `read as: ${parsed.readAs}`);
    const own = isBuilt(command.name) ? OWN[command.name] : undefined;
    const run = own ? await own() : (await import('./command.ts')).runCommand;
    return await run({ ...invocation, command, terminal });
  } catch (error) {
    return showOutcome(terminal, outcomeOf(error));
  }
}

/** How an answer is shown is no part of what was asked: it stands in no commit and in no queue. */
function withoutLooks(command: Command): Command {
  const { json: _, ...options } = command.options;
  return { ...command, options };
}

/** `--help` anywhere asks for the page of the command it stands with. */
function wordsOf(argv: readonly string[]): readonly string[] {
  if (!argv.includes('--help') && !argv.includes('-h')) return argv;
  return ['help', ...argv.filter((word) => !word.startsWith('-'))];
}

function showSyntax(terminal: Terminal, { error }: Extract<Parsed, { ok: false }>): number {
  const { code, message, caret, suggestion } = error;
  const hint = suggestion === undefined || message.includes('did you mean') ? '' : `\ndid you mean: ${suggestion}`;
  if (!terminal.json) terminal.stderr.write(`${styleOf(terminal)('bad', code)}  ${message}\n${caret}${hint}\n`);
  if (terminal.json)
    showOutcome(terminal, {
      schemaVersion: 1,
      ok: false,
      code,
      summary: message,
      details: { position: error.position, suggestion: suggestion ?? null },
    });
  return 2;
}
