import type { Capabilities, Platform } from '../../ports/platform.ts';
import { LOCAL_CAPABILITIES } from './capabilities.ts';

/** The local platform of a process that does not run it: enough to plan with; whoever serves performs. */
export function localElsewhere(): Platform {
  const nobody = (): Promise<never> => Promise.reject(new Error('versions run in the process of `sluice serve`'));
  const capabilities = (): Capabilities => LOCAL_CAPABILITIES;
  return {
    type: 'local',
    capabilities,
    deploy: nobody,
    weights: nobody,
    remove: nobody,
    find: nobody,
    observe: () => Promise.resolve(undefined),
  };
}
