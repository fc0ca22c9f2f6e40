/** What a blast radius says that somebody has to read, at the place in the document that says it. */
import type { Flag } from '../../core/model/flag.ts';
import { type Blast, type BlastRadius, isRebucketed, isTooMany, shareWords } from '../../core/review/blast.ts';
import { causeOf } from '../../core/review/cause.ts';
import { type Finding, type Place, TOP } from '../../core/review/finding.ts';
import { type JsonPath, placeInJson } from '../../core/review/json-place.ts';
import type { DocumentChange, Sides } from './documents.ts';

export interface BlastContext {
  readonly sides: Sides;
  readonly changes: readonly DocumentChange[];
}

export function blastFindings({ rows, unasked }: BlastRadius, context: BlastContext): readonly Finding[] {
  const found = rows.flatMap((row) => [
    ...(isRebucketed(row) ? [rebucketed(row, context)] : []),
    ...redrawn(row, context),
    ...lost(row, context),
  ]);
  return unasked === undefined ? found : [...found, tooMuch(unasked, context)];
}

const KEEP = 'Put it back; who wants other users makes a new flag beside this one';
const RAISE = 'A raised `generation` of a split draws everybody anew: whoever has a variant now may lose it';

function rebucketed(row: Blast, context: BlastContext): Finding {
  const { flag, environment, shift, recorded, steps, was } = row;
  const step = steps.find((one) => isTooMany(one.shift));
  // The rule alone says it best; `default` is everybody else.
  const seen =
    (step && step.step !== 'default' ? step.shift : undefined) ?? [shift, recorded, step?.shift].find(isTooMany);
  const share = seen ? shareWords(seen.unplanned, seen.users) : '';
  const whom = step && step.step !== 'default' && seen === step.shift ? `users of rule ${step.step}` : 'users';
  const cause = causeOf(row, step, context.sides);
  const advice =
    was === undefined
      ? `${KEEP}. ${RAISE}`
      : `Keep flags/${was}.json until nothing asks for it any more, and add flags/${flag}.json beside it in a pull request of its own`;
  const message = `${flag} in ${environment}: ${share} of the ${whom} get another variant although the shares would let them keep theirs: ${cause.words}. ${advice}`;
  return about(
    row,
    { level: 'failure', code: 'rebucketed', title: 'rebucketed', message },
    placed(row, cause.at, context),
  );
}

/** Meant, since a generation was raised; whoever reviews it shall know what it does. */
function redrawn(row: Blast, context: BlastContext): readonly Finding[] {
  const { flag, environment, shift, steps } = row;
  const step = steps.find((one) => one.shift.redrawn > 0);
  const seen = step?.shift ?? shift;
  if (!seen || seen.redrawn === 0) return [];
  const at = ['environments', environment, ...(step?.at ?? [])];
  const message = `${flag} in ${environment}: its generation was raised, so everybody is drawn anew: ${shareWords(seen.redrawn, seen.users)} of the users${step && step.step !== 'default' ? ` of rule ${step.step}` : ''} get another variant although the shares would let them keep theirs`;
  return [about(row, { level: 'warning', title: 'drawn anew', message }, placed(row, at, context))];
}

function lost(row: Blast, { sides }: BlastContext): readonly Finding[] {
  const { flag, environment, loss } = row;
  if (!loss || loss.lost === 0) return [];
  const off = (sides.before.flags.get(flag) as Flag).off;
  const message = `${flag} in ${environment}: ${shareWords(loss.lost, loss.users)} of the users have another variant than ${off}, and get the caller's own default once the flag is gone`;
  return [about(row, { level: 'warning', title: 'gone', message }, TOP)];
}

function tooMuch(unasked: number, { changes }: BlastContext): Finding {
  return {
    path: changes[0]?.path ?? 'flags/',
    ...TOP,
    level: 'failure',
    code: 'refused',
    title: 'too much at once',
    message: `of ${unasked} flags and rules nobody was asked whom they move, since there are too many of them: split the pull request`,
  };
}

function about({ flag }: Blast, said: Omit<Finding, 'path' | 'line' | 'column'>, place: Place): Finding {
  return { path: `flags/${flag}.json`, ...place, ...said };
}

function placed({ flag }: Blast, at: JsonPath, { changes }: BlastContext): Place {
  const text = changes.find(({ path }) => path === `flags/${flag}.json`)?.after;
  return typeof text === 'string' ? placeInJson(text, at) : TOP;
}
