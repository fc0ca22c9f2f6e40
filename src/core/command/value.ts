import { isName } from '../model/name.ts';
import { parseDuration } from '../model/duration.ts';
import { printPercent } from '../model/percent.ts';
import type { Kind } from './grammar.ts';
import { parseTime } from './moment.ts';
import { readPercent } from './percent.ts';
import type { Reading } from './reading.ts';
import { suggest } from './suggest.ts';

/** Words that mean something by themselves and so name nothing. `head` and `latest` are versions. */
export const RESERVED: readonly string[] = ['in', 'to', 'head', 'latest', 'all'];

/** Reads a word as a kind. `of` are the words a choice may be. */
export function readValue(kind: Kind, text: string, of: readonly string[] = []): Reading {
  // A line break or an escape sequence would change the meaning of a commit message, a log line, a terminal.
  if (/[\p{Cc}\u2028\u2029]/u.test(text.replaceAll('\t', '')))
    return { problem: 'a value is one line, without control characters' };
  return kind === 'choice' ? readChoice(text, of) : READERS[kind](text);
}

const READERS: Readonly<Record<Exclude<Kind, 'choice'>, (text: string) => Reading>> = {
  name: readName,
  metric: readMetric,
  key: readName,
  stage: readStage,
  version: readVersion,
  release: readRelease,
  target: readTargetText,
  percent: readPercent,
  duration: readDuration,
  time: readTime,
  moment: (text) => ('value' in readCommit(text) ? readCommit(text) : readTime(text)),
  text: readText,
  condition: readText,
  file: readText,
  weights: readWeights,
  pair: readPair,
  commit: readCommit,
  revision: readRevision,
  number: readNumber,
  rate: readRate,
};

function readName(text: string): Reading {
  if (RESERVED.includes(text)) return { problem: `\`${text}\` is a word of the language and names nothing` };
  if (isName(text)) return { value: text };
  return { problem: `\`${text}\` is no name: letters, digits and . _ + - only, at most 128, not . or - first` };
}

/** `errors`, `errors:lower` */
function readMetric(text: string): Reading {
  const [name = '', direction, ...more] = text.split(':');
  const known = direction === undefined || direction === 'lower' || direction === 'higher';
  if (!known || more.length > 0)
    return {
      problem: `\`${text}\`: after a metric's name \`:lower\` or \`:higher\` is expected, which of them is better`,
    };
  const read = readName(name);
  return 'problem' in read ? read : { value: text };
}

/** Presets call their last stage `all`, and nothing else can be meant where a stage is named. */
function readStage(text: string): Reading {
  return isName(text) ? { value: text } : readName(text);
}

function readVersion(text: string): Reading {
  if (text === 'head' || text === 'latest') return { value: text };
  const name = readName(text);
  return 'value' in name
    ? name
    : { problem: `\`${text}\` is no version: a tag, a SHA, head or latest`, code: 'version-expected' };
}

function readRelease(text: string): Reading {
  const cut = text.indexOf('@');
  if (cut < 0) return readVersion(text);
  const service = readName(text.slice(0, cut));
  if ('problem' in service) return service;
  if (cut === text.length - 1) return { problem: `a version belongs after \`${text}\``, code: 'version-expected' };
  const version = readVersion(text.slice(cut + 1));
  return 'problem' in version ? version : { value: text };
}

function readTargetText(text: string): Reading {
  const [first = '', second, ...more] = text.split('/');
  const parts = second === undefined ? [first] : [first, second];
  const named = 'value' in readName(first) && parts.every((part) => 'value' in readStage(part));
  if (more.length === 0 && named && (!RESERVED.includes(second ?? '') || first.startsWith('r-')))
    return { value: text };
  return { problem: `\`${text}\` is no target: SERVICE, flag/KEY, experiment/KEY or r-7f3a[/STAGE]` };
}

function readDuration(text: string): Reading {
  const length = parseDuration(text);
  if (length !== undefined && Number.isSafeInteger(length)) return { value: length };
  if (/^\d+$/.test(text))
    return { problem: `\`${text}\` has no unit: ${text}s, ${text}m, ${text}h or ${text}d`, suggestion: `${text}m` };
  return { problem: `\`${text}\` is no length of time such as 90s, 5m, 2h, 7d` };
}

function readTime(text: string): Reading {
  const time = parseTime(text);
  return time === undefined
    ? { problem: `\`${text}\` is no time such as 2026-12-27T08:00 or 2026-12-27T08:00Z` }
    : { value: time };
}

function readText(text: string): Reading {
  return text.trim() === '' ? { problem: 'a text belongs here' } : { value: text };
}

function readWeights(text: string): Reading {
  const cut = text.indexOf('=');
  if (cut < 1) return { problem: `\`${text}\` is no share such as 1.3.2=80%` };
  const version = readVersion(text.slice(0, cut));
  if ('problem' in version) return version;
  const percent = readPercent(text.slice(cut + 1));
  return 'problem' in percent ? percent : { value: `${version.value}=${printPercent(Number(percent.value))}` };
}

function readPair(text: string): Reading {
  if (/^[^=\s]+=/.test(text)) return { value: text };
  return { problem: `\`${text}\` is no pair such as country=DE` };
}

function readCommit(text: string): Reading {
  const sha = text.toLowerCase();
  return /^[0-9a-f]{4,64}$/.test(sha) ? { value: sha } : { problem: `\`${text}\` is no commit such as 3f9c2aa` };
}

function readRevision(text: string): Reading {
  if (/^head(?:~\d{1,4})?$/i.test(text)) return { value: text.toUpperCase() };
  const read = readCommit(text);
  return 'problem' in read ? { problem: `${read.problem}, HEAD or HEAD~2` } : read;
}

function readNumber(text: string): Reading {
  return /^\d{1,9}$/.test(text) ? { value: Number(text) } : { problem: `\`${text}\` is no whole number` };
}

/** `20/s`, `1200/m`, `5000/h`: so many a second. */
function readRate(text: string): Reading {
  const match = /^(\d{1,12}(?:\.\d+)?)\/(s|m|h)$/.exec(text);
  if (match) return { value: Number(match[1]) / { s: 1, m: 60, h: 3_600 }[match[2] as 's' | 'm' | 'h'] };
  return /^\d+$/.test(text)
    ? { problem: `\`${text}\` has no unit: ${text}/s, ${text}/m or ${text}/h`, suggestion: `${text}/s` }
    : { problem: `\`${text}\` is no rate such as 20/s, 1200/m, 5000/h` };
}

function readChoice(text: string, of: readonly string[]): Reading {
  if (of.includes(text)) return { value: text };
  const problem = `\`${text}\` is none of ${of.join(', ')}`;
  const near = suggest(text, of);
  return near === undefined ? { problem } : { problem, suggestion: near };
}
