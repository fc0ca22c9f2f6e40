/** The terminal: streams, colours, and how an outcome is shown. */
import { styleText } from 'node:util';
import type { Outcome } from '../core/decision.ts';
import { exitOf } from '../core/model/code.ts';
import { outcomeJson } from '../core/report/outcome.ts';
import { type Accent, renderTerminal, type Style } from '../render/terminal.ts';

export interface Terminal {
  readonly stdout: NodeJS.WritableStream & {
    readonly isTTY?: boolean;
    readonly columns?: number;
    readonly rows?: number;
  };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly json: boolean;
}

type Format = Parameters<typeof styleText>[0];

const LOOKS: Readonly<Record<Accent, Format>> = {
  good: 'green',
  bad: 'red',
  waiting: 'yellow',
  moving: 'cyan',
  neutral: 'bold',
  title: 'bold',
  dim: 'dim',
  added: 'green',
  removed: 'red',
};

/** Colours where somebody looks: NO_COLOR and FORCE_COLOR decide before the stream does. */
export function styleOf({ env, stdout }: Pick<Terminal, 'env' | 'stdout'>): Style {
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0';
  const wanted = forced || (stdout.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb');
  return wanted ? (accent, text) => styleText(LOOKS[accent], text, { validateStream: false }) : (_, text) => text;
}

/** Prints an outcome and gives its exit status. With --json one line of JSON and nothing else on standard output. */
export function showOutcome(terminal: Terminal, outcome: Outcome): number {
  if (terminal.json) {
    terminal.stdout.write(`${JSON.stringify(outcomeJson(outcome))}\n`);
    return exitOf(outcome.code);
  }
  const style = styleOf(terminal);
  const width = terminal.stdout.columns ?? 160;
  if (!outcome.ok) {
    terminal.stderr.write(`${style('bad', outcome.code)}  ${outcome.summary}\n`);
    if (outcome.report) terminal.stdout.write(renderTerminal(outcome.report, { width, style }));
    return exitOf(outcome.code);
  }
  const commit = outcome.commit === undefined ? '' : style('dim', `  ${outcome.commit.slice(0, 7)}`);
  const blocks = outcome.report ? `\n${renderTerminal(outcome.report, { width, style })}` : '';
  terminal.stdout.write(`${outcome.summary}${commit}\n${blocks}`);
  return exitOf(outcome.code);
}

/** A remark beside the answer; never on standard output, which programs read. */
export function remark(terminal: Terminal, line: string): void {
  terminal.stderr.write(`${line}\n`);
}
