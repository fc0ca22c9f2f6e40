import type { Actor } from '../model/actor.ts';
import { type BranchCommit, actorOf as gitActorOf } from './branch-commit.ts';
import { commandFor, type ForeignFile, isDesired, isProgress, verbOf } from './foreign-file.ts';

export type ExternalPolicy = 'accept' | 'hold' | 'refuse';

/** What becomes of one edited file, and by whom it was edited. */
export interface FileVerdict {
  readonly file: ForeignFile;
  readonly actor: Actor;
  readonly verdict: 'adopted' | 'progress' | 'invalid' | 'not-permitted' | 'refused';
  readonly because: string;
}

export interface VerdictInput {
  readonly policy: ExternalPolicy;
  /** Newest first. */
  readonly foreign: readonly BranchCommit[];
  /** Who a commit is by; absent: git's committer, unverified. */
  readonly actorOf?: (commit: BranchCommit) => Actor;
  /** Whether the actor may give this command there; undefined: what belongs to no environment. */
  readonly permit: (actor: Actor, command: string, environment: string | undefined) => boolean;
  /** The environments whose policy is asked of an edit; undefined: of none in particular. */
  readonly touched: (file: ForeignFile) => readonly (string | undefined)[];
  /** Why the edit has to wait just now, as a sentence: a freeze holds what goes up. */
  readonly held: (file: ForeignFile) => string | undefined;
  /** What is wrong with a desired document as it would be adopted; undefined: nothing. */
  readonly validate: (file: ForeignFile) => string | undefined;
}

const NOBODY: Actor = { kind: 'git', id: 'unknown', name: 'unknown', verified: false };

/** Decides one file as the command that makes the same change would be decided. */
export function judgeFile(file: ForeignFile, input: VerdictInput): FileVerdict {
  const { policy, permit, validate, touched: touchedBy, held } = input;
  const actor = editorOf(file, input);
  const say = (verdict: FileVerdict['verdict'], because: string): FileVerdict => ({ file, actor, verdict, because });
  const closed = isProgress(file.path) ? 'progress' : 'refused';
  if (file.isNoFile) return say(closed, 'a link or another repository, and no file');
  if (!isDesired(file.path)) return say(closed, 'only Sluice writes it');
  if (policy === 'refuse') return say('refused', 'state.external-commits is refuse');
  const problem = validate(file);
  if (problem !== undefined) return say('invalid', problem);
  if (policy === 'accept') return say('adopted', 'state.external-commits is accept');
  const [verb, command] = [verbOf(file.path), commandFor(file)];
  const [touched, inPlace] = [touchedBy(file), (name: string | undefined) => (name === undefined ? '' : ` in ${name}`)];
  const forbidden = touched.filter((environment) => !permit(actor, command, environment));
  if (forbidden.length > 0) return say('not-permitted', `${actor.name} may not ${verb}${inPlace(forbidden[0])}`);
  const frozen = held(file);
  if (frozen !== undefined) return say('refused', frozen);
  return say('adopted', `${actor.name} may ${verb}${touched.map(inPlace).join('')}`);
}

/** Whoever brought in the newest commit that touches the file; of commits that were not looked at one by one, nobody knows. */
function editorOf({ path }: ForeignFile, { foreign, actorOf = gitActorOf }: VerdictInput): Actor {
  const commit = foreign.find(({ changes }) => changes.some((change) => change.path === path));
  return commit ? actorOf(commit) : NOBODY;
}
