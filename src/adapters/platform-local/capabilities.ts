import type { Capabilities } from '../../ports/platform.ts';

/** What child processes behind our own router can do. */
export const LOCAL_CAPABILITIES: Capabilities = {
  weights: 'any',
  preview: true,
  keepsOld: true,
  instantBack: true,
  perVersionMetrics: true,
  baseline: true,
  find: true,
};
