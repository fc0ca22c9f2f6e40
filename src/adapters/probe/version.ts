import { printDuration } from '../../core/model/time.ts';
import type { VersionQuestion, VersionSeen } from '../../ports/probe.ts';
import { problemOf, readSome } from './http.ts';

/** Longer texts are pages, not versions. */
const LONGEST = 128;

/** The version that a live answer names. An answer of 400 and more names it too: who answers is asked, not how well. */
export async function askVersion(question: VersionQuestion): Promise<VersionSeen> {
  const { url, path = '/', header, timeout, signal } = question;
  const limit = AbortSignal.timeout(timeout);
  try {
    const response = await fetch(new URL(path, url), {
      signal: AbortSignal.any([signal, limit]),
      redirect: 'manual',
    });
    const text = await readSome(response, header === undefined ? LONGEST + 1 : 0);
    return header === undefined ? ofText(text.trim(), path) : ofHeader(response.headers.get(header), header);
  } catch (error) {
    if (limit.aborted) return { problem: `no answer within ${printDuration(timeout)}` };
    return { problem: signal.aborted ? 'stopped' : problemOf(error) };
  }
}

function ofHeader(value: string | null, header: string): VersionSeen {
  return value === null || value === '' ? { problem: `no header ${header}` } : { version: value };
}

function ofText(text: string, path: string): VersionSeen {
  if (text === '') return { problem: `nothing at ${path}` };
  return text.length > LONGEST ? { problem: `a page, no version, at ${path}` } : { version: text };
}
