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

/** `errors`, `error-rate`, `checkout.latency` shall fall; `crash-free` does not say so. Undefined: the name says nothing. */
export function directionOf(name: string): 'lower' | undefined {
  const words = name.toLowerCase().split(/[._+-]/);
  return !words.includes('free') && words.some((word) => FALLS.has(word)) ? 'lower' : undefined;
}
