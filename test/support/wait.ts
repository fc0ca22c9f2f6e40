import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks until the answer is there (not undefined, null or false) and returns it. The limit only bounds a failure:
 * a test that passes does not depend on it. @throws Error that names what was waited for
 */
export async function waitUntil<T>(what: string, ask: () => T | Promise<T>, within = 10_000): Promise<NonNullable<T>> {
  const end = performance.now() + within;
  for (;;) {
    const found = await ask();
    if (found !== undefined && found !== null && found !== false) return found;
    if (performance.now() > end) throw new Error(`waited ${String(within)} ms in vain for ${what}`);
    await sleep(20);
  }
}
