/** Modes by the name of their action; each is loaded when it is needed, so that none pays for the others. */
import type { ActionName } from './registry.ts';
import type { Answer } from './proceed.ts';
import type { Step } from './step.ts';

/** Does what the action is for. Rejects with an error that carries one of our codes. */
export type Mode = (step: Step) => Promise<Answer>;

const MODES: Readonly<Record<ActionName, () => Promise<Mode>>> = {
  root: async () => (await import('./modes/command.ts')).runCommand,
  flag: async () => (await import('./modes/command.ts')).runCommand,
  experiment: async () => (await import('./modes/command.ts')).runCommand,
  monitor: async () => (await import('./modes/monitor.ts')).monitor,
  deploy: async () => (await import('./modes/deploy.ts')).deploy,
  promote: async () => (await import('./modes/promote.ts')).promote,
  rollback: async () => (await import('./modes/command.ts')).runCommand,
  report: async () => (await import('./modes/report.ts')).report,
  reconcile: async () => (await import('./modes/reconcile.ts')).reconcile,
  comment: async () => (await import('./modes/comment.ts')).comment,
  check: async () => (await import('./modes/check.ts')).check,
  setup: async () => (await import('./modes/setup.ts')).setup,
};

export function modeOf(name: ActionName): Promise<Mode> {
  return MODES[name]();
}
