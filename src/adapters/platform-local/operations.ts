import { join } from 'node:path';
import type { OperationStatus } from '../../ports/platform.ts';
import { fileNameOf, OperationRecord, readAll, removeFile, writeAtomically } from './folder.ts';

/** What became of each operation, kept on disk so that `find` answers after a restart. */
export interface Operations {
  get(operation: string): OperationRecord | undefined;
  all(): readonly OperationRecord[];
  note(record: OperationRecord): Promise<void>;
  /** As if it had never been asked for. */
  forget(operation: string): Promise<void>;
}

const REMEMBERED = 500;

export async function openOperations(folder: string): Promise<Operations> {
  const stored = await readAll(folder, OperationRecord);
  const known = new Map(stored.toSorted((one, other) => one.at - other.at).map((each) => [each.operation, each]));
  const forget = async (operation: string): Promise<void> => {
    known.delete(operation);
    await removeFile(join(folder, fileNameOf(operation)));
  };
  return {
    get: (operation) => known.get(operation),
    all: () => [...known.values()],
    async note(record) {
      known.delete(record.operation);
      known.set(record.operation, record);
      await writeAtomically(join(folder, fileNameOf(record.operation)), record);
      const oldest = [...known.values()].find(({ state }) => state !== 'running');
      if (known.size > REMEMBERED && oldest) await forget(oldest.operation);
    },
    forget,
  };
}

/** A record as the port says it; a running one is found again by its version. */
export function statusOf(record: OperationRecord): OperationStatus {
  const { state, label = '', url, detail } = record;
  if (state === 'running') return { state, ref: label };
  if (state === 'failed') return { state, detail: detail ?? 'it failed' };
  return { state, ...(url !== undefined && { url }), ...(detail !== undefined && { detail }) };
}
