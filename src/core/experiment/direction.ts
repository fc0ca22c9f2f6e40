/** Which way a metric is good, where its name leaves no doubt. */

const FALLS: ReadonlySet<string> = new Set([
  'error',
  'errors',
  'exception',
  'exceptions',
  'failure',
  'failures',
  'crash',
  'crashes',
  'timeout',
  'timeouts',
  'latency',
  'duration',
  'refund',
  'refunds',
  'complaint',
  'complaints',
  'churn',
  'bounce',
  'bounces',
]);

const DENIES: ReadonlySet<string> = new Set(['not', 'no', 'non', 'without', 'free']);

/** `errors`, `error-rate`, `checkout.latency` shall fall; `crash-free`, `not-errors` do not say so. Undefined: the name says nothing. */
export function directionOf(name: string): 'lower' | undefined {
  const words = name.toLowerCase().split(/[._+-]/);
  return !words.some((word) => DENIES.has(word)) && words.some((word) => FALLS.has(word)) ? 'lower' : undefined;
}
