/** GitHub's schemas of its webhooks as the referee of events. */
import { referee } from './ajv.ts';

const webhooks = referee<{ readonly events: Readonly<Record<string, unknown>> }>('webhooks.json');

/** What GitHub's schema has against an event's payload. A `schedule` has no schema: webhooks carry none. */
export function checkPayload(name: string, payload: unknown): readonly string[] {
  if (name === 'schedule') return [];
  const { action } = payload as { readonly action?: string };
  const event = [name.replace(/_target$/, ''), ...(action === undefined ? [] : [action])]
    .join('-')
    .replaceAll('_', '-');
  const { document, problems } = webhooks();
  if (!(event in document.events)) return [`${name}: no schema of ${event} in test/fixtures/github/webhooks.json`];
  return problems(['events', event], payload).map((problem) => `${name}: ${problem}`);
}
