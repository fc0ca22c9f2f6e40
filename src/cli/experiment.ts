/** Numbers of experiments from files here, and the analysis as text, Markdown or JSON. */
import { givenFile } from '../compose/experiments.ts';
import type { Outcome } from '../core/decision.ts';
import { execute } from '../engine/execute.ts';
import type { ExperimentSource } from '../ports/experiment-source.ts';
import { renderMarkdown } from '../render/markdown.ts';
import { openEngine } from './engine.ts';
import { identityOf } from './identity.ts';
import type { Running } from './running.ts';
import { newRequest } from './session.ts';
import { showOutcome, type Terminal } from './terminal.ts';

/** Shorter files are read before anybody wonders. */
const LONG = 16 * 1_024 * 1_024;

/** The file of `--data`; undefined: none was given, and the sources are asked. */
export function experimentFile({ command, folder, stdin, terminal }: Running): ExperimentSource | undefined {
  const name = command.options['data'];
  if (!command.name.startsWith('experiment ') || typeof name !== 'string') return undefined;
  const onProgress = progressOf(terminal, name);
  return givenFile({ name, folder, stdin, ...(onProgress && { onProgress }) });
}

/** A line on standard error that is written over, where somebody looks. */
function progressOf({ stderr, json }: Terminal, name: string): ((read: number, size: number) => void) | undefined {
  if (stderr.isTTY !== true || json) return undefined;
  let said = -1;
  return (read, size) => {
    const percent = Math.floor((100 * read) / size);
    if (size < LONG || percent === said) return;
    said = percent;
    stderr.write(percent < 100 ? `\rreading ${name}: ${percent}%` : '\r\u001b[K');
  };
}

/** `experiment analyze`: drawn on a terminal; Markdown or JSON by `--format`. */
export async function analyzeExperiment(running: Running): Promise<number> {
  const { command, terminal } = running;
  const { format, ...options } = command.options;
  const engine = await openEngine(running, { serves: false });
  try {
    const data = experimentFile(running);
    const outcome = await execute(engine.wiring, {
      command: { ...command, options },
      ...(await identityOf(running, engine.root, engine.config)),
      id: newRequest(),
      ...(data && { data }),
    });
    return show(terminal, outcome, format);
  } finally {
    await engine.close();
  }
}

function show(terminal: Terminal, outcome: Outcome, format: unknown): number {
  if (!outcome.ok || terminal.json || format === undefined) return showOutcome(terminal, outcome);
  const text =
    format === 'json' ? JSON.stringify(outcome.details, null, 2) : renderMarkdown(outcome.report ?? { blocks: [] });
  terminal.stdout.write(`${text.trimEnd()}\n`);
  return 0;
}
