/** What a comment asks for: nothing, a command, or something that is none and is told so. */
import type { Command } from '../command/command.ts';
import { type CommentWords, commandsInComment } from '../command/comment.ts';
import { parseCommand } from '../command/parse.ts';
import type { Code } from '../model/code.ts';
import type { Config } from '../model/config.ts';

/** `none`: plain talk, which is answered with nothing at all. */
export type Asked =
  | { readonly kind: 'none' }
  | { readonly kind: 'command'; readonly command: Command; readonly readAs?: string }
  | { readonly kind: 'unclear'; readonly code: Code; readonly message: string; readonly caret?: string };

/** What is used where the configuration says nothing else. */
export const COMMENT_WORDS: CommentWords = { prefix: '/sluice', bare: ['deploy', 'rollback', 'status'] };

/**
 * Characters that nobody sees or that turn the direction of writing: soft hyphen, zero-width and bidirectional marks, tags. A command
 * must be what people see (Unicode UTS 39; CVE-2021-42574).
 */
const UNSEEN =
  /\u034f|[\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff]|[\u{17b4}\u{17b5}\u{e0000}-\u{e007f}]/gu;

/** Reads one comment, by the words of this repository. */
export function askedIn(
  body: string,
  { comments, services, environments }: Pick<Config, 'comments' | 'services' | 'environments'>,
): Asked {
  const seen = body.replace(UNSEEN, '');
  const reading = commandsInComment(seen, comments);
  if (reading.kind === 'none') return reading;
  if (reading.kind === 'refused') return { kind: 'unclear', code: 'command-invalid', message: reading.message };
  const [hidden] = body.match(UNSEEN) ?? [];
  if (hidden !== undefined) return { kind: 'unclear', code: 'command-invalid', message: unseenIn(hidden) };
  const parsed = parseCommand(reading.text, {
    surface: 'comment',
    knownServices: Object.keys(services),
    knownEnvironments: Object.keys(environments),
  });
  if (parsed.ok)
    return {
      kind: 'command',
      command: parsed.command,
      ...(parsed.readAs === undefined ? {} : { readAs: parsed.readAs }),
    };
  const { code, message, caret } = parsed.error;
  return { kind: 'unclear', code, message, caret };
}

function unseenIn(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `the command holds a character that nobody sees (U+${code}): type it anew instead of pasting it; nothing was done`;
}

/**
 * Whether any repository's words could make a command of it: each begins with a slash and a letter. Where no line does, nobody need
 * even look at the configuration.
 */
export function mayAsk(body: string): boolean {
  return body.split(/\r\n|\n|\r/).some((line) => /^ {0,3}\/\p{L}/u.test(line.replace(UNSEEN, '')));
}
