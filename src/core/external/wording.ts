import type { Message } from '../decision.ts';
import type { Alert } from '../model/place.ts';
import { toInstant } from '../model/time.ts';
import type { BranchCommit } from './branch-commit.ts';
import { subjectOfPath } from './foreign-file.ts';
import type { ExternalCommand } from './take-back.ts';
import type { FileVerdict } from './verdict.ts';

interface Outcome {
  readonly adopted: readonly FileVerdict[];
  readonly refused: readonly FileVerdict[];
  readonly commands: readonly ExternalCommand[];
  readonly foreign: readonly BranchCommit[];
}

/** How many paths or commits a text names before it says how many more there are. */
const NAMED = 20;

/** The sealed commit's message: who edited what, and what became of it. */
export function messageFor({ adopted, refused, commands, foreign }: Outcome): Message {
  const parts = [
    ...(adopted.length > 0 ? [`adopt ${subjects(adopted)}`] : []),
    ...(commands.length > 0 ? [`read as rollback: ${commands.map(({ rollout }) => rollout).join(', ')}`] : []),
    ...(refused.length > 0 ? [`put back ${subjects(refused)}`] : []),
  ];
  const title = `${parts.length > 0 ? parts.join('; ') : 'nothing changed'} (edited by hand)`;
  const lines = [
    ...some(foreign.map((commit) => `${commit.revision.slice(0, 10)} ${commit.title} (${commit.committer.name})`)),
    '',
    ...some(adopted.map(({ file, because }) => `adopted ${file.path}: ${because}`)),
    ...some(commands.map(({ rollout, reverted }) => `rollback of ${rollout}: ${reverted.slice(0, 10)} was reverted`)),
    ...some(refused.map(({ file, because }) => `put back ${file.path}: ${because}`)),
  ];
  const all = [...adopted, ...refused];
  return {
    title,
    body: lines.join('\n').trim(),
    event: refused.length > 0 ? 'external.refused' : 'external.adopted',
    subject: commands[0]?.rollout ?? subjectFor(all),
  };
}

interface AlertInput {
  readonly refused: readonly FileVerdict[];
  readonly id: string;
  readonly now: number;
}

/** One alert for edits that were put back, and one for files that do not parse. */
export function alertsOf({ refused, id, now }: AlertInput): readonly Alert[] {
  const invalid = refused.filter(({ verdict }) => verdict === 'invalid');
  const others = refused.filter(({ verdict }) => verdict !== 'invalid');
  const open = (verdicts: readonly FileVerdict[], rule: string, title: string): readonly Alert[] => {
    if (verdicts.length === 0) return [];
    const severity = verdicts.some(({ verdict }) => verdict === 'progress') ? 'high' : 'medium';
    const detail = some(verdicts.map(({ file, actor, because }) => `${file.path} by ${actor.name}: ${because}`)).join(
      '; ',
    );
    const common = { schemaVersion: 1, severity, rule, title, detail, opened: toInstant(now) } as const;
    return [{ ...common, id: rule === 'foreign-commit' ? id : `${id}-invalid`, subject: subjectFor(verdicts) }];
  };
  return [
    ...open(others, 'foreign-commit', `edited by hand and put back: ${subjects(others)}`),
    ...open(invalid, 'document-invalid', `not valid and put back: ${subjects(invalid)}`),
  ];
}

function subjects(verdicts: readonly FileVerdict[]): string {
  const names = verdicts.map(({ file }) => subjectOfPath(file.path));
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}

function subjectFor(verdicts: readonly FileVerdict[]): string {
  const names = new Set(verdicts.map(({ file }) => subjectOfPath(file.path)));
  return names.size === 1 ? ([...names][0] ?? '') : 'state';
}

function some(lines: readonly string[]): readonly string[] {
  return lines.length <= NAMED ? lines : [...lines.slice(0, NAMED), `and ${lines.length - NAMED} more`];
}
