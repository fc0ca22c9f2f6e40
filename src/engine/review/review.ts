/**
 * A pull request looked at: what it changes is validated, planned and weighed; nothing of its head is executed, and policy is always
 * the default branch's. Everything is asked of the forge and the store, a dozen calls at most.
 */
import type { Outcome } from '../../core/decision.ts';
import type { Code } from '../../core/model/code.ts';
import type { BlastRadius } from '../../core/review/blast.ts';
import { countOf, type Finding, inOrderOfWeight } from '../../core/review/finding.ts';
import { type ReviewContent, reviewReport, reviewSummary } from '../../core/review/report.ts';
import { reviewCode } from './code.ts';
import { readChanged } from './files.ts';
import type { Forge } from '../../ports/forge.ts';
import type { PullToReview, Reviewing, ReviewOptions } from './question.ts';
import { reviewState } from './state.ts';

export interface Review {
  readonly findings: readonly Finding[];
  /** With the report; `sha-moved` without one: another run looks at the new head. */
  readonly outcome: Outcome;
}

/** Rejects with a ForgeError or StoreError where it cannot be looked at: uncertain is no. */
export async function reviewPull(reviewing: Reviewing, options: ReviewOptions): Promise<Review> {
  const { forge, config } = reviewing;
  const { pull, configFiles } = options;
  const changed = await forge.code.changedFiles(pull.number);
  const isState = pull.base === config.state.branch;
  const wants = (path: string): boolean => (isState ? isDocument(path) : configFiles.includes(path));
  const files = await readChanged(forge.code, changed, { sha: pull.sha, wants });
  // Asked last: the list of files is the head's that it names, or the files are not those of this commit.
  const head = await headOf(forge, pull);
  if (head !== pull.sha) return moved(pull, head);
  const found = isState ? await reviewState(reviewing, files, pull) : await reviewCode(reviewing, files, options);
  return concluded({ ...found, sha: pull.sha, config: found.config ?? config }, options);
}

function isDocument(path: string): boolean {
  return /^(flags|segments|environments|experiments)\/[^/]+\.json$/.test(path);
}

/** The head as it is now; undefined: there is no such pull request. */
export async function headOf({ code }: Pick<Forge, 'code'>, { number }: PullToReview): Promise<string | undefined> {
  return (await code.pull(number))?.head.sha;
}

/** Nobody is told of findings at a commit that nobody looks at any more. */
export function moved({ number, sha }: PullToReview, head: string | undefined): Review {
  const now = head === undefined ? 'is not there any more' : `has the head ${head.slice(0, 7)} now`;
  const summary = `#${number} ${now}, and ${sha.slice(0, 7)} was looked at: the run of the new head says what is right`;
  return { findings: [], outcome: { schemaVersion: 1, ok: false, code: 'sha-moved', summary, details: null } };
}

/** The findings as an outcome with its report. */
export function concluded(content: ReviewContent, { failOn = 'failure' }: ReviewOptions): Review {
  const findings = inOrderOfWeight(content.findings);
  const graves = findings.filter(({ level }) => level === 'failure' || (failOn === 'warning' && level === 'warning'));
  const ok = graves.length === 0;
  const code: Code = ok ? 'done' : (graves.find((one) => one.code !== undefined)?.code ?? 'refused');
  const summary = reviewSummary(content);
  const details = {
    sha: content.sha,
    failures: countOf(findings, 'failure'),
    warnings: countOf(findings, 'warning'),
    findings: findings
      .slice(0, MOST_DETAILS)
      .map(({ path, line, column = null, level, code: what = null, message }) => ({
        path,
        line,
        column,
        level,
        code: what,
        message,
      })),
    ...(content.blast && { blast: blastDetails(content.blast) }),
  };
  return { findings, outcome: { schemaVersion: 1, ok, code, summary, details, report: reviewReport(content) } };
}

/** An output of a step holds no more. */
const MOST_DETAILS = 200;

function blastDetails({ rows, sample, recorded }: BlastRadius) {
  const shown = rows.slice(0, MOST_DETAILS).map(({ flag, environment, is, shift }) => ({
    flag,
    environment,
    is,
    changed: shift ? shift.changed / shift.users : null,
    unplanned: shift ? shift.unplanned / shift.users : null,
  }));
  return { sample, recorded, rows: shown };
}
