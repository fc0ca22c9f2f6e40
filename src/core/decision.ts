/** The shape of a decision: pure data, refusals included. */
import type { Actor, Role } from './model/actor.ts';
import type { Code } from './model/code.ts';
import type { Json } from './model/document.ts';
import type { Basis } from './replay/basis.ts';
import type { Report } from './report/report.ts';

/** One document as it shall be; `null` removes it. Documents are written by `printDocument`. */
export interface Change {
  readonly path: string;
  readonly document: object | null;
}

/** What a command returns, on every surface. `details` is JSON; its shape belongs to the command. */
export interface Outcome {
  readonly schemaVersion: 1;
  readonly ok: boolean;
  readonly code: Code;
  /** One line a person reads. Of a refusal: what, where, and what to do. */
  readonly summary: string;
  readonly details: Json;
  /** The commit that carries the change, filled in by the engine. */
  readonly commit?: string;
  /** What a surface shows below the summary. */
  readonly report?: Report;
}

/** What becomes the commit's message: subject line, body with numbers, machine-read trailers. */
export interface Message {
  /** `flag new-dashboard: 10% -> 25% in production` */
  readonly title: string;
  readonly body?: string;
  /** `flag.rollout.changed` */
  readonly event: string;
  /** `flag/new-dashboard`, `web/production`, `r-7f3a` */
  readonly subject: string;
}

export interface Decision {
  readonly changes: readonly Change[];
  readonly outcome: Outcome;
  /** Present exactly when there are changes. */
  readonly message?: Message;
  /** What it was made on beside the state, filled in by the engine: kept in the commit, so that it can be made again. */
  readonly basis?: Basis;
}

/** What the forge says the actor is here; without a forge nobody has a role. */
export interface Rights {
  readonly role?: Role;
  readonly teams: readonly string[];
}

/** Who asks, when, and what was seen: gathered before a decision, the same for every room. */
export interface Asking {
  readonly now: number;
  readonly actor: Actor;
  readonly rights: Rights;
  /** Unique to this request; the same request never acts twice. */
  readonly request: string;
  readonly source?: string;
  readonly reason?: string;
  readonly dryRun: boolean;
  /** Gates to pass over, as `--override` named them. */
  readonly overrides: readonly string[];
  /** The command in its canonical print. */
  readonly command: string;
}

/** A refusal: nothing changes. */
export function refuse(code: Code, summary: string, details: Json = null): Decision {
  return { changes: [], outcome: { schemaVersion: 1, ok: false, code, summary, details } };
}

/** An answer that changes nothing. */
export function answer(summary: string, details: Json, report?: Report): Decision {
  const outcome: Outcome = { schemaVersion: 1, ok: true, code: 'done', summary, details };
  return { changes: [], outcome: report ? { ...outcome, report } : outcome };
}
