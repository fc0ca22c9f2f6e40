/** `flag export` and `flag import`: the document is a file here, or standard input and output. */
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import type { Outcome } from '../core/decision.ts';
import type { Json } from '../core/model/document.ts';
import { execute } from '../engine/execute.ts';
import { openEngine } from './engine.ts';
import { identityOf } from './identity.ts';
import type { Running } from './running.ts';
import { CliError, newRequest } from './session.ts';
import { showOutcome } from './terminal.ts';

/** Writes the flagd document; to standard output it is nothing but the document. */
export async function exportFlags(running: Running): Promise<number> {
  const { command, terminal, folder } = running;
  const engine = await openEngine(running, { serves: false });
  try {
    const outcome = await execute(engine.wiring, {
      command,
      ...(await identityOf(running, engine.root, engine.config)),
      id: newRequest(),
    });
    if (!outcome.ok) return showOutcome(terminal, outcome);
    const document = `${JSON.stringify(documentIn(outcome), null, 2)}\n`;
    const file = command.args['file'];
    if (typeof file !== 'string') {
      terminal.stdout.write(document);
      return 0;
    }
    await writeFile(resolve(folder, file), document);
    return showOutcome(terminal, { ...outcome, summary: `${outcome.summary} -> ${file}`, details: null });
  } finally {
    await engine.close();
  }
}

function documentIn({ details }: Outcome): Json {
  return details !== null && typeof details === 'object' && 'document' in details
    ? (details['document'] ?? null)
    : details;
}

export async function importFlags(running: Running): Promise<number> {
  const { command, terminal } = running;
  const document = await readDocument(running);
  const engine = await openEngine(running, { serves: false });
  try {
    const withDocument = { ...command, options: { ...command.options, document } };
    const outcome = await execute(engine.wiring, {
      command: withDocument,
      printed: command,
      ...(await identityOf(running, engine.root, engine.config)),
      id: newRequest(),
    });
    return showOutcome(terminal, outcome);
  } finally {
    await engine.close();
  }
}

async function readDocument({ command, folder, stdin }: Running): Promise<string> {
  const file = command.args['file'];
  if (typeof file !== 'string' || file === '-') {
    if (stdin.isTTY === true)
      throw new CliError('command-invalid', 'which file? flag import FILE, or give it on standard input');
    return textOf(stdin);
  }
  return readFile(resolve(folder, file), 'utf8').catch((error: unknown) => {
    throw new CliError('file-unreadable', `${file}: ${error instanceof Error ? error.message : String(error)}`);
  });
}
