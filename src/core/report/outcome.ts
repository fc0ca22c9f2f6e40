/** An outcome as every surface returns it to machines: without the report. */
import type { Outcome } from '../decision.ts';
import { type Json, printDocument } from '../model/document.ts';

/** `schemaVersion, ok, code, summary, details, commit` and nothing else. */
export function outcomeJson({ schemaVersion, ok, code, summary, details, commit }: Outcome): Json {
  return { schemaVersion, ok, code, summary, details, ...(commit === undefined ? {} : { commit }) };
}

/** The same as text: keys sorted, so that equal outcomes are equal texts. */
export function printOutcome(outcome: Outcome): string {
  return printDocument(outcomeJson(outcome));
}
