/** `sluice report`: on a terminal as it is drawn there; into a file or pipe as Markdown, or JSON when asked. */
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
    const drawn = format === undefined && terminal.stdout.isTTY === true;
    if (!outcome.ok || terminal.json || drawn) return showOutcome(terminal, outcome);
    const text =
      format === 'json' ? JSON.stringify(outcome.details, null, 2) : renderMarkdown(outcome.report ?? { blocks: [] });
    terminal.stdout.write(`${text.trimEnd()}\n`);
    return 0;
  } finally {
    await engine.close();
  }
}
