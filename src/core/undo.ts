/** `undo COMMIT`: the reverse change of one of our commits, decided as the change itself would be. */
import type { Command } from './command/command.ts';
import { type Asking, type Change, type Decision, refuse } from './decision.ts';
import { environmentsOf, isDesired, subjectOfPath, verbOf } from './external/foreign-file.ts';
import { printState } from './flag/command-frame.ts';
import type { Flag } from './model/flag.ts';
import type { Rollout } from './model/rollout.ts';
import type { State } from './model/state.ts';
import { freezeOf, touchedBy } from './policy/edit.ts';
import { permitWords } from './policy/permit.ts';
import { wordsOf as allowWords } from './policy/words.ts';

/** A file that the commit changed: its text before and after it, and as it stands now; null: not there. */
export interface UndoneFile {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly now: string | null;
  /** The document that `before` holds; null: the file goes. */
  readonly document: object | null;
  /** Why the old content cannot stand any more: its schema, the rules of flags, a rollout that moves it. */
  readonly problem?: string;
}

export interface UndoneCommit {
  readonly revision: string;
  readonly title: string;
  readonly sealed: boolean;
  readonly files: readonly UndoneFile[];
}

const ROLLOUT = /^(?:rollouts\/|history\/[^/]+\/rollout-)(.+)\.json$/;

/** The rollout that a commit moved, by its id: such a commit is taken back by `rollback`. */
export function rolloutMovedBy(paths: readonly string[]): string | undefined {
  return paths.flatMap((path) => ROLLOUT.exec(path)?.[1] ?? [])[0];
}

/** What `undo` of a rollout's commit means: the rollout goes back, or where it has ended what it moved does. */
export function rollbackMeant(rollout: Rollout, revision: string, { reason }: Pick<Asking, 'reason'>): Command {
  const { id, phase, subject } = rollout;
  const target = phase !== 'completed' ? id : subject.type === 'release' ? subject.service : `flag/${subject.flag}`;
  const because = reason ?? `undo of ${revision.slice(0, 10)}`;
  return { name: 'rollback', args: { target }, options: { reason: because }, environment: subject.environment };
}

/** The old content of every file in one commit, or none: refused where a newer change lies over one of them. */
export function decideUndo(state: State, commit: UndoneCommit, asking: Asking): Decision {
  const refusal = refusalOf(state, commit, asking);
  if (refusal) return refusal;
  const { revision, title, files } = commit;
  const changes: readonly Change[] = files.map(({ path, document }) => ({ path, document }));
  const said = files.flatMap((file) => wordsOf(state, file));
  const subject = subjectOfPath(files[0]?.path ?? '');
  const summary = said.join('; ');
  const paths = files.map(({ path }) => path);
  const details = { undone: revision, paths: [...paths], changed: [...said] };
  return {
    changes,
    outcome: { schemaVersion: 1, ok: true, code: 'done', summary, details },
    message: {
      title: `undo ${revision.slice(0, 7)}: ${summary}`,
      body: `Undoes: ${title}`,
      event: `${subject.split('/')[0]}.undone`,
      subject,
    },
  };
}

function refusalOf(
  state: State,
  { revision, title, sealed, files }: UndoneCommit,
  asking: Asking,
): Decision | undefined {
  const short = revision.slice(0, 7);
  if (!sealed) return refuse('refused', `${short} was not made by Sluice: take it back with \`git revert ${short}\``);
  if (files.length === 0) return refuse('refused', `${short} (${title}) changed nothing that could be undone`);
  const progress = files.find(({ path }) => !isDesired(path));
  if (progress)
    return refuse(
      'refused',
      `${short} (${title}) changed ${progress.path}, which only says how far things are: give the opposite command`,
    );
  if (files.every(({ before, now }) => before === now)) return unchanged(`${short} (${title}) is undone already`);
  const newer = files.find(({ after, now }) => after !== now);
  if (newer)
    return refuse('refused', `${newer.path} was changed since ${short}: undo the newer change first (sluice history)`, {
      path: newer.path,
    });
  return permission(state, files, asking) ?? problemOf(files);
}

function unchanged(summary: string): Decision {
  return { changes: [], outcome: { schemaVersion: 1, ok: true, code: 'unchanged', summary, details: null } };
}

/** The policy of the reverse change, in every environment that it touches; a freeze holds it where it gives somebody more. */
function permission(state: State, files: readonly UndoneFile[], asking: Asking): Decision | undefined {
  const { actor, rights } = asking;
  for (const { path, before, now } of files) {
    const edit = { path, before: now, after: before };
    const verb = verbOf(path);
    const role = verb === 'freeze' ? 'maintain' : 'write';
    const places = touchedBy(edit, state).map((environment) => ({ config: state.config, environment, actor, rights }));
    const denied = places
      .map((one) => permitWords(['undo', ...allowWords(verb)], role, one))
      .find((may) => !may.allowed);
    if (denied && !denied.allowed) return refuse(denied.code, denied.because);
    const frozen = freezeOf([edit], state, asking);
    if (frozen && 'refusal' in frozen) return frozen.refusal;
  }
  return undefined;
}

function problemOf(files: readonly UndoneFile[]): Decision | undefined {
  const wrong = files.find(({ problem }) => problem !== undefined);
  return wrong && refuse('refused', `${wrong.path} cannot be as it was before: ${wrong.problem ?? ''}`);
}

/** `new-dashboard: 25% -> 10% in production`, for each environment that changes; other documents by their path. */
function wordsOf(state: State, file: UndoneFile): readonly string[] {
  const subject = subjectOfPath(file.path);
  if (file.before === null) return [`${subject} is gone again`];
  if (file.now === null) return [`${subject} is there again`];
  const key = subject.slice('flag/'.length);
  const now = file.path.startsWith('flags/') ? state.flags.get(key) : undefined;
  const then = file.document as Flag;
  const told = !now
    ? []
    : environmentsOf(file).flatMap((environment) => {
        if (environment === undefined) return [];
        const [from, to] = [printState(now, environment), printState(then, environment)];
        return from === to ? [] : [`${key}: ${from} -> ${to} in ${environment}`];
      });
  return told.length > 0 ? told : [`${subject} is as it was before`];
}
