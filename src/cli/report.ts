/**
 * `sluice report` and `sluice explain`: on a terminal as they are drawn there, as Markdown or JSON when asked. A report that goes into a
 * file or pipe is Markdown; an explanation is what is read there and then, and stays as it is drawn.
 */
import { inspect } from '../engine/inspect.ts';
import { renderMarkdown } from '../render/markdown.ts';
import { openEngine } from './engine.ts';
import type { Running } from './running.ts';
import { showOutcome } from './terminal.ts';

export async function showReport(running: Running): Promise<number> {
  const { command, terminal } = running;
  const engine = await openEngine(running, { serves: false });
  try {
    const { outcome } = await inspect(engine.wiring, command);
    const { format } = command.options;
    const drawn = format === undefined && (command.name === 'explain' || terminal.stdout.isTTY === true);
    if (!outcome.ok || terminal.json || drawn) return showOutcome(terminal, outcome);
    const text =
      format === 'json' ? JSON.stringify(outcome.details, null, 2) : renderMarkdown(outcome.report ?? { blocks: [] });
    terminal.stdout.write(`${text.trimEnd()}\n`);
    return 0;
  } finally {
    await engine.close();
  }
}
