import type { ForeignFile } from '../core/external/foreign-file.ts';
import { subjectOfPath } from '../core/external/foreign-file.ts';
import { validateFlag } from '../core/flag/validate.ts';
import { printLine } from '../core/model/document.ts';
import type { Flag } from '../core/model/flag.ts';
import type { State } from '../core/model/state.ts';
import { decodeDocument } from './documents.ts';

/** Why an edited desired document cannot be taken over: its schema, the rules of flags, a rollout that moves it. */
export function foreignProblem({ path, before, after }: ForeignFile, state: State): string | undefined {
  if (path.startsWith('experiments/')) return after === null ? undefined : jsonProblem(after);
  const decoded = after === null ? undefined : decodeDocument(path, after);
  if (decoded && 'problem' in decoded) return decoded.problem;
  if (!path.startsWith('flags/')) return undefined;
  const key = subjectOfPath(path).slice('flag/'.length);
  const now = decoded?.document as Flag | undefined;
  return movedProblem(key, { before, now }, state) ?? (now ? ruleProblem(now, state) : requiredProblem(key, state));
}

function jsonProblem(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
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
function movedProblem(
  key: string,
  { before, now }: { readonly before: string | null; readonly now: Flag | undefined },
  { rollouts }: State,
): string | undefined {
  const old = before === null ? undefined : decodeDocument(`flags/${key}.json`, before);
  const was = old && 'document' in old ? (old.document as Flag) : undefined;
  const moving = [...rollouts.values()].find(
    ({ subject }) =>
      subject.type === 'flag' &&
      subject.flag === key &&
      printLine(was?.environments[subject.environment]) !== printLine(now?.environments[subject.environment]),
  );
  return moving && `flag-in-rollout: ${moving.id} moves it: roll that back or wait for its end`;
}
