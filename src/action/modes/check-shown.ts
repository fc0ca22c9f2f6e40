/** What a review puts on the pull request: the check run with its annotations, one comment. Decoration: what cannot be written is a remark. */
import type { Report } from '../../core/report/report.ts';
import { deployedCheck } from '../../core/report/deployed-check.ts';
import { isSplit } from '../../core/review/deployed.ts';
import { deployedNow } from '../../engine/review/deployed.ts';
import { pathsOf } from '../../engine/review/files.ts';
import type { PullToReview } from '../../engine/review/question.ts';
import type { Review } from '../../engine/review/review.ts';
import type { Wiring } from '../../engine/wiring.ts';
import type { CheckRun, Forge } from '../../ports/forge.ts';
import { renderMarkdown } from '../../render/markdown.ts';
import { isOn } from '../inputs.ts';
import type { Step } from '../step.ts';

/** The name that rulesets require. */
const CHECK = 'sluice / check';
/** The comment is found again by it. */
const MARKER = 'check';
/** Characters of a check run's summary; GitHub takes 65,535. */
const SUMMARY = 65_000;

interface Shown {
  readonly review: Review;
  readonly forge: Forge;
  readonly pull: PullToReview;
}

/** Whether the check run stands there: without it findings are annotations of the workflow's run. */
export async function showReview(step: Step, { review, forge, pull }: Shown): Promise<{ readonly isChecked: boolean }> {
  const { outcome, findings } = review;
  const { report = { blocks: [] } } = outcome;
  const run: CheckRun = {
    sha: pull.sha,
    name: CHECK,
    state: outcome.ok ? 'success' : 'failure',
    title: outcome.summary,
    summary: renderMarkdown(report, { limit: SUMMARY }),
    annotations: findings.map(({ code: _, ...finding }) => finding),
    buttons: [],
    url: step.context.runUrl,
  };
  const isChecked = await tried(step, `the check run "${CHECK}"`, () => forge.checks.put(run));
  if (isOn(step.inputs, 'comment')) await comment(step, { forge, pull, report });
  return { isChecked };
}

async function comment(
  step: Step,
  { forge, pull, report }: Omit<Shown, 'review'> & { readonly report: Report },
): Promise<void> {
  const body = renderMarkdown(report, { foldAfter: FOLD });
  await tried(step, 'the comment', () => forge.talk.stick(pull.number, { marker: MARKER, body }));
}

/** Verdict, findings and the first table are read at once; the rest is a click away. */
const FOLD = 6;

interface Asked {
  readonly wiring: Wiring;
  readonly forge: Forge;
  readonly environment: string;
  readonly pull: PullToReview;
}

/** Reads now, and answers what writes the check. */
export async function showDeployed(
  step: Step,
  { wiring, forge, environment, pull }: Asked,
): Promise<() => Promise<void>> {
  const { sha, number } = pull;
  const paths = isSplit(wiring.config, environment) ? pathsOf(await forge.code.changedFiles(number)) : undefined;
  const deployed = await deployedNow(wiring, { sha, environment, ...(paths && { paths }) });
  const name = deployedCheck(wiring.config, environment);
  const { prefix } = wiring.config.comments;
  const report: Report = {
    blocks: [
      ...deployed.report.blocks,
      ...(deployed.commands.length > 0
        ? [{ type: 'code' as const, text: deployed.commands.map((command) => `${prefix} ${command}`).join('\n') }]
        : []),
    ],
  };
  const run: CheckRun = {
    sha,
    name,
    state: deployed.state,
    title: deployed.title,
    summary: renderMarkdown(report, { limit: SUMMARY }),
    annotations: [],
    buttons: [],
    url: step.context.runUrl,
  };
  return async () => {
    await tried(step, `the check run "${name}"`, () => forge.checks.put(run));
  };
}

async function tried(step: Step, what: string, write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    step.log(`${what} could not be written: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}
