/** The end of the line for each key: one queue per process and branch, so that writers of one process do not race each other. */
const lines = new Map<string, Promise<unknown>>();

/** Runs after everything that was given before with the same key, whatever became of it. */
export function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = lines.get(key) ?? Promise.resolve();
  const mine = before.then(work, work);
  lines.set(key, mine);
  const leave = (): void => {
    if (lines.get(key) === mine) lines.delete(key);
  };
  mine.then(leave, leave);
  return mine;
}
