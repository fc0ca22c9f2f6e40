/** Whether a commit is green: every check run and status, the newest of each, all pages; what is not known is not green. */
import type { CommitChecks } from '../../../core/facts.ts';
import {} from '../../../ports/forge.ts';
import type { Asker } from './ask.ts';
import { refused } from './refused.ts';

export interface ChecksOptions {
  /** Names that count for nothing (check runs by name, statuses by context). */
  readonly ignored?: readonly string[];
  /** Names that must be there; one that is not yet is waited for. Absent: all that there are. */
  readonly required?: readonly string[];
  /** The workflow run that asks: its own jobs run, of course. */
  readonly run?: string;
}

type Verdict = CommitChecks['state'];

interface Check {
  /** App and name, or context: what replaces what. */
  readonly key: string;
  readonly name: string;
  readonly verdict: Verdict;
  /** Later is newer. */
  readonly order: number;
  readonly own: boolean;
}

interface RunObject {
  readonly id: number | bigint;
  readonly head_sha: string;
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly details_url: string | null;
  readonly app: { readonly id: number | bigint } | null;
}

interface StatusObject {
  readonly id: number | bigint;
  readonly context: string;
  readonly state: string;
}

/** `sluice / check`, `sluice / deployed`. */
const OURS = /^sluice \/ /;
/** https://docs.github.com/rest/checks/runs: anything else that has ended (`stale` too) is not green. */
const GREEN = new Set(['success', 'neutral', 'skipped']);
const ENDED = 'completed';
/** Named in the detail. */
const SHOWN = 5;

/** Rejects with `sha-moved` where a page speaks of another commit than was asked for. */
export async function checksOf(asker: Asker, sha: string, options: ChecksOptions): Promise<CommitChecks> {
  const [runs, statuses] = await Promise.all([runsOf(asker, sha, options.run), statusesOf(asker, sha)]);
  return verdictOn([...runs.checks, ...statuses], options, runs.missing);
}

async function runsOf(
  asker: Asker,
  sha: string,
  ownRun: string | undefined,
): Promise<{ checks: readonly Check[]; missing: number }> {
  const asking = {
    doing: `read the check runs of ${sha.slice(0, 12)}`,
    route: 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
  } as const;
  const pages = await asker.pages(asking, { ref: sha, filter: 'latest' });
  const runs = new Map<number | bigint, RunObject>(
    pages.flatMap((page) => page.check_runs.map((run) => [run.id, run])),
  );
  for (const { head_sha: head } of runs.values()) sameCommit(head, sha);
  const total = Math.max(0, ...pages.map((page) => page.total_count));
  return { checks: [...runs.values()].map((run) => runCheck(run, ownRun)), missing: Math.max(0, total - runs.size) };
}

function runCheck(run: RunObject, ownRun: string | undefined): Check {
  const ended: Verdict = GREEN.has(run.conclusion ?? '') ? 'green' : 'red';
  const verdict = run.status === ENDED ? ended : 'running';
  const own = ownRun !== undefined && (run.details_url ?? '').includes(`/actions/runs/${ownRun}/`);
  return { key: `run ${run.app?.id ?? 0} ${run.name}`, name: run.name, verdict, order: Number(run.id), own };
}

async function statusesOf(asker: Asker, sha: string): Promise<readonly Check[]> {
  const asking = {
    doing: `read the statuses of ${sha.slice(0, 12)}`,
    route: 'GET /repos/{owner}/{repo}/commits/{ref}/status',
  } as const;
  const pages = await asker.pages(asking, { ref: sha });
  for (const page of pages) sameCommit(page.sha, sha);
  return pages.flatMap((page) => page.statuses.map(statusCheck));
}

function statusCheck({ context, state, id }: StatusObject): Check {
  const ended: Verdict = state === 'success' ? 'green' : 'red';
  const verdict = state === 'pending' ? 'running' : ended;
  return { key: `status ${context}`, name: context, verdict, order: Number(id), own: false };
}

function sameCommit(seen: string, asked: string): void {
  if (seen === asked) return;
  throw refused('sha-moved', `read checks: GitHub answered for ${seen.slice(0, 12)}, not ${asked.slice(0, 12)}`);
}

/** Folds by key, leaves out what does not count, and names what stands in the way. */
export function verdictOn(checks: readonly Check[], options: ChecksOptions, missing: number): CommitChecks {
  const newest = new Map<string, Check>();
  for (const check of checks) if (check.order >= (newest.get(check.key)?.order ?? 0)) newest.set(check.key, check);
  const { ignored = [], required } = options;
  const asked = [...newest.values()].filter(
    ({ name, own }) => !own && !OURS.test(name) && !ignored.includes(name) && (required?.includes(name) ?? true),
  );
  const absent = (required ?? []).filter(
    (name) => !ignored.includes(name) && !asked.some((check) => check.name === name),
  );
  const red = asked.filter(({ verdict }) => verdict === 'red').map(({ name }) => name);
  const running = asked.filter(({ verdict }) => verdict === 'running').map(({ name }) => name);
  if (red.length > 0) return { state: 'red', detail: `${red.length} of ${asked.length} not green: ${some(red)}` };
  if (missing > 0) return { state: 'running', detail: `${missing} more check runs than GitHub listed: not known` };
  if (absent.length > 0) return { state: 'running', detail: `not there yet: ${some(absent)}` };
  if (running.length > 0)
    return { state: 'running', detail: `${running.length} of ${asked.length} still run: ${some(running)}` };
  return { state: 'green', detail: asked.length === 0 ? 'no checks' : `${asked.length} of ${asked.length}` };
}

function some(names: readonly string[]): string {
  const shown = names.toSorted().slice(0, SHOWN).join(', ');
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}
