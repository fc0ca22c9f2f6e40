import * as z from 'zod';
import { Weight, WHOLE } from '../../core/model/weight.ts';
import { readDocument, writeAtomically } from './folder.ts';

type Shares = Readonly<Record<string, Weight>>;

/** The wanted shares of traffic, kept on disk so that a restart changes nothing. */
export interface Weights {
  of(label: string): Weight;
  set(shares: Shares): Promise<void>;
}

const Shares: z.ZodType<Shares> = z.record(z.string(), Weight);

export async function openWeights(path: string): Promise<Weights> {
  let shares = (await readDocument(path, Shares)) ?? {};
  let writing: Promise<void> = Promise.resolve();
  return {
    of: (label) => shares[label] ?? 0,
    async set(wanted) {
      shares = wanted;
      // In turn: the last ones asked for are the last written.
      const written = writing.catch(() => {}).then(() => writeAtomically(path, wanted));
      writing = written;
      await written;
    },
  };
}

/** What is wrong with wanted shares, in a sentence; undefined when they can be set. */
export function weightsProblem(shares: Shares, runs: (label: string) => boolean): string | undefined {
  const entries = Object.entries(shares);
  const wrong = entries.find(([, weight]) => !Weight.safeParse(weight).success);
  if (wrong) return `${wrong[0]}: ${wrong[1] / 1_000}% is not a share from 0% to 100%`;
  const sum = entries.reduce((total, [, weight]) => total + weight, 0);
  if (sum !== WHOLE) return `weights must sum to 100%, found ${sum / 1_000}%`;
  const absent = entries.find(([label, weight]) => weight > 0 && !runs(label));
  return absent && `${absent[0]} does not run here`;
}
