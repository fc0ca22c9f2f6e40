/** Our own check runs. https://docs.github.com/rest/checks/runs */
import type { Annotation, CheckRun, ForgeChecks } from '../../../ports/forge.ts';
import { keepTail } from '../../../core/report/tail.ts';
import type { Asker } from './ask.ts';
import { cutTo, webAddress } from './limits.ts';

/** Tells our check runs from a workflow's job of the same name, which nobody can update. */
const EXTERNAL_ID = 'sluice';
const SUMMARY = 65_535;
const TITLE = 255;
const AT_ONCE = 50;
/** Twenty requests; the rest is counted in the summary. */
const MOST_ANNOTATIONS = 1_000;
/** GitHub takes 64 KB of UTF-8; so many characters always fit. */
const MESSAGE = 16_000;
const BUTTON = { label: 20, description: 40, identifier: 20, count: 3 } as const;

export function forgeChecks(asker: Asker): ForgeChecks {
  return {
    put: (run, only) => put(asker, run, only),
    find: async (sha, name) => {
      const found = await newest(asker, sha, name);
      return found && { state: found.state, title: found.title };
    },
  };
}

interface Found {
  readonly id: number;
  readonly state: CheckRun['state'];
  readonly title: string;
  readonly annotations: number;
}

async function newest(asker: Asker, sha: string, name: string): Promise<Found | undefined> {
  const asking = {
    doing: `find the check run "${name}" of ${sha.slice(0, 12)}`,
    route: 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
    empty: [404, 422],
  } as const;
  const found = await asker.find(asking, { ref: sha, check_name: name, filter: 'all', per_page: 100 });
  const own = (found?.data.check_runs ?? []).filter((run) => run.external_id === EXTERNAL_ID);
  const [last] = own.toSorted((one, other) => Number(other.id) - Number(one.id));
  return (
    last && {
      id: Number(last.id),
      state: stateOf(last.status, last.conclusion),
      title: last.output.title ?? '',
      annotations: last.output.annotations_count,
    }
  );
}

const CONCLUSIONS = ['success', 'failure', 'neutral', 'action_required', 'skipped', 'cancelled'] as const;

/** What we never set ourselves (`stale`, `timed_out`) is a failure. */
function stateOf(status: string, conclusion: string | null): CheckRun['state'] {
  if (status === 'queued' || status === 'in_progress') return status;
  if (status !== 'completed') return 'queued';
  return CONCLUSIONS.find((one) => one === conclusion) ?? 'failure';
}

/** GitHub adds annotations to those that are there, and takes none away: a run that has some is followed by a new one of its name. */
async function put(asker: Asker, run: CheckRun, only?: 'changed' | 'known'): Promise<void> {
  const found = await newest(asker, run.sha, run.name);
  if (only === 'known' && !found) return;
  if (only !== undefined && found?.state === run.state && found.title === cutTo(run.title, TITLE)) return;
  const annotations = run.annotations.slice(0, MOST_ANNOTATIONS);
  const [first = [], ...more] = inParts(annotations.map(annotationOf));
  const body = { ...fieldsOf(run), output: outputOf(run, first) };
  const id = found?.annotations === 0 ? await update(asker, found.id, body) : await create(asker, run, body);
  for (const part of more) await update(asker, id, { output: outputOf(run, part) });
}

type Update = Parameters<typeof update>[2];

async function create(
  asker: Asker,
  { sha, name }: CheckRun,
  body: ReturnType<typeof fieldsOf> & Update,
): Promise<number> {
  const asking = { doing: `put the check run "${name}"`, route: 'POST /repos/{owner}/{repo}/check-runs' } as const;
  const { data } = await asker.ask(asking, { name, head_sha: sha, external_id: EXTERNAL_ID, ...body });
  return Number(data.id);
}

interface Output {
  readonly title: string;
  readonly summary: string;
  annotations: ReturnType<typeof annotationOf>[];
}

interface Fields {
  readonly output: Output;
  readonly details_url?: string;
  readonly status?: 'queued' | 'in_progress' | 'completed';
  readonly conclusion?: (typeof CONCLUSIONS)[number];
  actions?: ReturnType<typeof buttonOf>[];
}

async function update(asker: Asker, id: number, body: Fields): Promise<number> {
  const asking = {
    doing: `update check run ${id}`,
    route: 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
  } as const;
  await asker.ask(asking, { check_run_id: id, ...body });
  return id;
}

function fieldsOf({ state, buttons, url }: CheckRun): Omit<Fields, 'output'> {
  const running = state === 'queued' || state === 'in_progress';
  const address = webAddress(url);
  return {
    ...(running ? { status: state } : { status: 'completed', conclusion: state }),
    ...(address === undefined ? {} : { details_url: address }),
    // A cut identifier would name nothing any more.
    actions: buttons
      .filter(({ identifier }) => identifier.length <= BUTTON.identifier)
      .slice(0, BUTTON.count)
      .map(buttonOf),
  };
}

function buttonOf({ label, description, identifier }: CheckRun['buttons'][number]) {
  return { label: cutTo(label, BUTTON.label), description: cutTo(description, BUTTON.description), identifier };
}

function outputOf(
  { title, summary, annotations: all }: CheckRun,
  annotations: ReturnType<typeof annotationOf>[],
): Output {
  const left = all.length - MOST_ANNOTATIONS;
  const note = left > 0 ? `\n\n${left} more annotations are not shown.` : '';
  return { title: cutTo(title, TITLE), summary: keepTail(`${summary}${note}`, SUMMARY), annotations };
}

/** Columns are taken only where begin and end are on one line; an empty message is refused. */
function annotationOf({ path, line, column, level, title, message }: Annotation) {
  return {
    path,
    start_line: line,
    end_line: line,
    ...(column === undefined ? {} : { start_column: column, end_column: column }),
    annotation_level: level,
    title: cutTo(title, TITLE),
    message: cutTo(message === '' ? title : message, MESSAGE),
  };
}

function inParts<T>(items: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) parts.push(items.slice(at, at + AT_ONCE));
  return parts;
}
