/** What is answered to a comment: short, with what may be typed next. A rollout's own progress comment has the rest. */
import type { Outcome } from '../decision.ts';
import type { Rollout } from '../model/rollout.ts';
import { nextCommands } from '../report/next.ts';
import type { Block, Mood, Report } from '../report/report.ts';
import { oneLine } from '../report/text.ts';
import { headline } from '../report/rollout.ts';
import { moodOfPhase } from '../report/words.ts';

export interface Answered {
  readonly outcome: Outcome;
  /** As it stands after the command, where the command moved one. */
  readonly rollout?: Rollout;
  /** The text and the place in it, of what is no command. */
  readonly caret?: string;
  /** The command in today's words, where an old name was typed. */
  readonly readAs?: string;
  /** Whoever asked may do nothing here: he gets no words at all. */
  readonly isStranger?: boolean;
  /** What was started for it, or that nothing will start it; sentences. */
  readonly remarks?: readonly string[];
}

export function replyTo(answered: Answered): Report {
  const { outcome, caret } = answered;
  if (caret !== undefined) return { blocks: unclear(outcome, caret) };
  return { blocks: [...main(answered), ...said(answered)] };
}

function unclear({ summary }: Outcome, caret: string): readonly Block[] {
  return [
    { type: 'heading', text: 'Not understood, nothing was done', mood: 'bad' },
    { type: 'text', text: sentence(summary) },
    ...(caret === '' ? [] : [{ type: 'code', text: caret } as const]),
    { type: 'buttons', buttons: [{ text: 'Help', command: 'help' }] },
  ];
}

function main({ outcome, rollout }: Answered): readonly Block[] {
  const { ok, summary, report } = outcome;
  if (!ok)
    return [
      heading(`Not done: ${outcome.code}`, 'bad'),
      { type: 'text', text: sentence(summary) },
      ...blocksOf(report),
    ];
  if (rollout)
    return [
      heading(headline(rollout), moodOfPhase(rollout.phase, rollout.hold !== undefined)),
      ...blocksOf(report).filter(({ type }) => type === 'list'),
      { type: 'buttons', buttons: nextCommands(rollout) },
    ];
  const blocks = blocksOf(report);
  return blocks[0]?.type === 'heading' ? blocks : [heading(summary, moodOf(outcome)), ...blocks];
}

function moodOf({ code }: Outcome): Mood {
  return code === 'done' ? 'good' : code === 'queued' ? 'waiting' : 'neutral';
}

function blocksOf(report: Report | undefined): readonly Block[] {
  return report?.blocks ?? [];
}

function heading(text: string, mood: Mood): Block {
  return { type: 'heading', text, mood };
}

function said({ readAs, remarks = [], outcome }: Answered): readonly Block[] {
  const lines = [
    ...(readAs === undefined ? [] : [`Read as: ${sentence(readAs)}`]),
    ...remarks.map(sentence),
    ...(outcome.commit === undefined ? [] : [`Commit ${outcome.commit.slice(0, 10)} on the state branch.`]),
  ];
  return lines.length === 0 ? [] : [{ type: 'text', text: lines.join('\n') }];
}

/** On one line that begins with no slash: an answer that is read as a comment asks for nothing. */
function sentence(text: string): string {
  const line = oneLine(text);
  return line.startsWith('/') ? `… ${line}` : line;
}
