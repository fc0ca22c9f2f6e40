/** What a commit says of itself, laid beside what is said of the decision that was made again. */
import { OWES } from '../external/owed.ts';
import { type MessageParts, parseMessage, type ParsedMessage, printMessage } from '../external/message.ts';

/** One part of a message that differs; null: that side does not have it. */
export interface SaidOtherwise {
  /** `title`, `body`, or a trailer's name. */
  readonly part: string;
  readonly committed: string | null;
  readonly again: string | null;
}

/** Trailers that follow from a decision. Who asked, when and what was seen it was made on, and cannot tell itself. */
const DERIVED = ['Sluice-Command', 'Sluice-Event', 'Sluice-Subject', 'Sluice-Actor', OWES] as const;

/** Every part in which a committed message is not the one that would be committed now, as it is read back from a commit. */
export function saidOtherwise(
  committed: Pick<ParsedMessage, 'title' | 'body' | 'trailers'>,
  parts: MessageParts | undefined,
): readonly SaidOtherwise[] {
  const again = parts && parseMessage(printMessage(parts, 'none'));
  const sides: readonly SaidOtherwise[] = [
    { part: 'title', committed: committed.title, again: again?.title ?? null },
    { part: 'body', committed: committed.body, again: again?.body ?? null },
    ...DERIVED.map((part) => ({
      part,
      committed: committed.trailers.get(part) ?? null,
      again: again?.trailers.get(part) ?? null,
    })),
  ];
  return sides.filter((side) => side.committed !== side.again);
}
