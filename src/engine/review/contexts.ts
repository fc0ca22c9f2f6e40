/** Contexts that the repository keeps for reviews: what real users look like, written down by people. */
import type { EvaluationContext } from '../../core/flag/definition.ts';
import type { Finding } from '../../core/review/finding.ts';
import { jsonFaults } from '../../core/review/json-place.ts';
import type { ForgeFile } from '../../ports/forge.ts';

/** On the default branch, the first that exists counts: an array, or a context a line. */
export const CONTEXT_FILES: readonly string[] = ['.github/sluice/contexts.json', '.github/sluice/contexts.jsonl'];

export interface Recorded {
  readonly contexts: readonly EvaluationContext[];
  readonly findings: readonly Finding[];
}

/** More are not asked. */
const MOST = 10_000;

/** A file that cannot be read costs the recorded column and no more: it is decoration, and a warning says so. */
export function recordedContexts(files: ReadonlyMap<string, ForgeFile>): Recorded {
  const path = CONTEXT_FILES.find((one) => files.has(one));
  const file = path === undefined ? undefined : files.get(path);
  if (path === undefined || !file) return { contexts: [], findings: [] };
  const warn = (line: number, message: string): Recorded => ({
    contexts: [],
    findings: [
      {
        path,
        line,
        level: 'warning',
        title: 'recorded contexts',
        message: `${message}: no recorded context was asked`,
      },
    ],
  });
  if (file.type !== 'text') return warn(1, 'this is no text of a size that can be read');
  return path.endsWith('l') ? readLines(file.text, warn) : readArray(file.text, warn);
}

type Warn = (line: number, message: string) => Recorded;

function readArray(text: string, warn: Warn): Recorded {
  const fault = jsonFaults(text).find(({ isReadable }) => !isReadable);
  if (fault) return warn(fault.line, fault.message);
  const all = JSON.parse(text) as unknown;
  if (!Array.isArray(all)) return warn(1, 'an array of contexts is expected');
  const odd = all.findIndex((one) => !isContext(one));
  return odd >= 0
    ? warn(1, `entry ${odd + 1} is no object`)
    : { contexts: all.slice(0, MOST) as EvaluationContext[], findings: [] };
}

function readLines(text: string, warn: Warn): Recorded {
  const contexts: EvaluationContext[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || contexts.length >= MOST) continue;
    const fault = jsonFaults(line).find(({ isReadable }) => !isReadable);
    if (fault) return warn(index + 1, fault.message);
    const context = JSON.parse(line) as unknown;
    if (!isContext(context)) return warn(index + 1, 'an object is expected');
    contexts.push(context);
  }
  return { contexts, findings: [] };
}

function isContext(value: unknown): value is EvaluationContext {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
