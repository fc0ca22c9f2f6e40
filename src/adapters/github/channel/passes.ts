import type { ForgeError } from '../../../ports/forge.ts';

const PASSES: readonly string[] = ['unreachable', 'rate-limited', 'timed-out', 'busy'];

/** Whether it may work later; everything else would be refused again. */
export function passes({ code }: ForgeError): boolean {
  return PASSES.includes(code);
}
