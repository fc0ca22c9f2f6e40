/**
 * `sluice report`, `sluice explain` and `sluice replay`: on a terminal as they are drawn there, as Markdown or JSON when asked. A report
 * that goes into a file or pipe is Markdown; the others are what is read there and then, and stay as they are drawn.
 */
import { exitOf } from '../core/model/code.ts';
import type { Outcome } from '../core/decision.ts';
import type { Report } from '../core/report/report.ts';
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
    const drawn = format === undefined && (command.name !== 'report' || terminal.stdout.isTTY === true);
    // A refusal is one line; an answer that something differs is a document like any other.
    if ((!outcome.ok && !outcome.report) || terminal.json || drawn) return showOutcome(terminal, outcome);
    const text = format === 'json' ? JSON.stringify(outcome.details, null, 2) : renderMarkdown(documentOf(outcome));
    terminal.stdout.write(`${text.trimEnd()}\n`);
    return exitOf(outcome.code);
  } finally {
    await engine.close();
  }
}

/** What has no heading of its own begins with what it comes to. */
function documentOf({ summary, report = { blocks: [] } }: Outcome): Report {
  if (report.blocks[0]?.type === 'heading') return report;
  return { blocks: [{ type: 'heading', text: summary }, ...report.blocks] };
}
