/** The summary of a job: what the step did, as Markdown. */
import type { Outcome } from '../core/decision.ts';
import type { Milliseconds } from '../core/model/time.ts';
import type { Rollout } from '../core/model/rollout.ts';
import { weightChart } from '../core/report/chart.ts';
import type { Block, Mood, Report } from '../core/report/report.ts';
import { renderMarkdown } from '../render/markdown.ts';
import { escapeInline } from '../render/markdown-escape.ts';
import type { Runner } from './runner.ts';
import { hide, worthHiding } from './secrets.ts';

/** A place to go on reading. */
export interface Link {
  /** `commit 3f9c2aa`, `pull request #42`. */
  readonly text: string;
  readonly url: string;
}

export interface Summary {
  readonly outcome: Outcome;
  /** The rollout as it stands, for the chart of its weights over time. */
  readonly rollout?: Rollout;
  readonly now: Milliseconds;
  readonly links?: readonly Link[];
  readonly secrets?: readonly string[];
}

/** GitHub shows nothing of a step's summary that is longer (docs.github.com: job summaries), in UTF-8 bytes. */
const MOST_BYTES = 1 << 20;

/** Writes the summary; call it once a step, at its end. */
export async function writeSummary(runner: Runner, summary: Summary): Promise<void> {
  await runner.appendSummary(summaryText(summary));
}

/** The summary as Markdown, at most 1 MiB of UTF-8: what is left out of it is said where it is missing. */
export function summaryText({ outcome, rollout, now, links = [], secrets = [] }: Summary): string {
  const report = reportOf(outcome, rollout, now);
  const drawn = (most: number): string => {
    const parts = [renderMarkdown(report, { limit: most }).trimEnd(), linkLine(links)];
    return `${hideDrawn(parts.filter((part) => part !== '').join('\n\n'), secrets)}\n`;
  };
  // The renderer counts characters, of which one takes up to three bytes.
  let most = MOST_BYTES;
  let text = drawn(most);
  for (let size = Buffer.byteLength(text); size > MOST_BYTES; size = Buffer.byteLength(text)) {
    most = Math.floor(most * Math.min(0.98, (MOST_BYTES / size) * 0.98));
    text = drawn(most);
  }
  return text;
}

/** Secrets as they are, and as Markdown spells them. */
function hideDrawn(markdown: string, secrets: readonly string[]): string {
  return hide(markdown, [...secrets, ...worthHiding(secrets).map(escapeInline)]);
}

/** What has a heading of its own keeps it; a chart is there once. */
function reportOf(outcome: Outcome, rollout: Rollout | undefined, now: Milliseconds): Report {
  const { report = { blocks: [] }, summary } = outcome;
  const [first] = report.blocks;
  const head: readonly Block[] =
    first?.type === 'heading' ? [] : [{ type: 'heading', text: summary, mood: moodOf(outcome) }];
  const chart = rollout === undefined ? undefined : weightChart(rollout, now);
  const charted = chart === undefined || report.blocks.some(({ type }) => type === 'chart') ? [] : [chart];
  return { blocks: [...head, ...report.blocks.filter(({ type }) => type !== 'buttons'), ...charted] };
}

function moodOf({ ok, code }: Outcome): Mood {
  if (!ok) return 'bad';
  if (code === 'baking' || code === 'started') return 'moving';
  return code === 'queued' ? 'waiting' : 'good';
}

/** Only web addresses: an address that others wrote must not become anything else. */
function linkLine(links: readonly Link[]): string {
  return links
    .filter(({ url }) => /^https?:\/\/[^\s()<>"'`\\]+$/.test(url))
    .map(({ text, url }) => `[${escapeInline(text)}](${url})`)
    .join(' · ');
}
