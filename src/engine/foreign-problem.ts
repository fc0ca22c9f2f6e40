import { editProblem } from '../core/experiment/edit.ts';
import type { ForeignFile } from '../core/external/foreign-file.ts';
import { subjectOfPath } from '../core/external/foreign-file.ts';
import { validateFlag } from '../core/flag/validate.ts';
import { printLine } from '../core/model/document.ts';
import type { Experiment } from '../core/model/experiment.ts';
import type { Flag } from '../core/model/flag.ts';
import type { State } from '../core/model/state.ts';
import { decodeDocument } from './documents.ts';

/** Why an edited desired document cannot be taken over: its schema, the rules of flags, a rollout that moves it. */
export function foreignProblem({ path, before, after }: ForeignFile, state: State): string | undefined {
  const decoded = after === null ? undefined : decodeDocument(path, after);
  if (decoded && 'problem' in decoded) return decoded.problem;
  if (path.startsWith('experiments/'))
    return editProblem(documentAt<Experiment>(path, before), decoded?.document as Experiment | undefined);
  if (!path.startsWith('flags/')) return undefined;
  const key = subjectOfPath(path).slice('flag/'.length);
  const now = decoded?.document as Flag | undefined;
  const edited = { was: documentAt<Flag>(path, before), now };
  return (
    movedProblem(key, edited, state) ??
    comparedProblem(key, edited, state) ??
    (now ? ruleProblem(now, state) : requiredProblem(key, state))
  );
}

/** Our own text of before; undefined where there was none, or it does not parse. */
function documentAt<T>(path: string, text: string | null): T | undefined {
  const decoded = text === null ? undefined : decodeDocument(path, text);
  return decoded && 'document' in decoded ? (decoded.document as T) : undefined;
}

interface Edited {
  readonly was: Flag | undefined;
  readonly now: Flag | undefined;
}

function ruleProblem(flag: Flag, { flags, segments }: State): string | undefined {
  const [problem] = validateFlag(flag, flags, segments);
  return problem && `${problem.code}: ${problem.message}`;
}

function requiredProblem(key: string, { flags }: State): string | undefined {
  const child = [...flags.values()].find(({ requires }) => requires.some(({ flag }) => flag === key));
  return child && `flag-required: ${child.key} requires it`;
}

/** Where a rollout moves the flag, its settings belong to the rollout. */
function movedProblem(key: string, { was, now }: Edited, { rollouts }: State): string | undefined {
  const moving = [...rollouts.values()].find(
    ({ subject }) =>
      subject.type === 'flag' &&
      subject.flag === key &&
      printLine(was?.environments[subject.environment]) !== printLine(now?.environments[subject.environment]),
  );
  return moving && `flag-in-rollout: ${moving.id} moves it: roll that back or wait for its end`;
}

/** While an experiment compares the flag's variants, what it serves there is the experiment's. */
function comparedProblem(key: string, { was, now }: Edited, { experiments }: State): string | undefined {
  const running = [...experiments.values()].find(
    ({ state, flag, environment }) =>
      state === 'running' &&
      flag === key &&
      printLine(was?.environments[environment]) !== printLine(now?.environments[environment]),
  );
  return running && `flag-in-experiment: ${running.key} compares its variants: experiment stop ${running.key} first`;
}
