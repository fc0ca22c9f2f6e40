/** What a check expects of an answer, as `expect` writes it. */
export type Expectation =
  | { readonly of: 'status'; readonly from: number; readonly to: number }
  | { readonly of: 'text'; readonly how: 'contains' | 'equals'; readonly text: string };

/**
 * Reads `expect`: `200`, `status 200`, `2xx` (of HTTP); `contains TEXT`; `equals TEXT`.
 * Any other text is contained in an HTTP body, and is all that a command prints (so that `0` is not met by `10`).
 */
export function readExpectation(expect: string, asked: 'http' | 'command'): Expectation {
  const status = /^(?:status\s+)?(?:(\d{3})|(\d)xx)$/.exec(expect.trim());
  if (status && asked === 'http') {
    const from = status[1] === undefined ? Number(status[2]) * 100 : Number(status[1]);
    return { of: 'status', from, to: status[1] === undefined ? from + 99 : from };
  }
  const explicit = /^(contains|equals)\s+([^]+)$/.exec(expect);
  if (explicit) return { of: 'text', how: explicit[1] as 'contains' | 'equals', text: explicit[2] ?? '' };
  return { of: 'text', how: asked === 'http' ? 'contains' : 'equals', text: expect };
}

/** Success without `expect`, as Kubernetes' httpGet probes have it: any status from 200 to 399. */
export const ANY_SUCCESS: Expectation = { of: 'status', from: 200, to: 399 };

/** What is wrong with an answer, or undefined. A text is asked of a successful answer only. */
export function mismatch(
  expected: Expectation,
  answer: { readonly status?: number; readonly text: string },
): string | undefined {
  const { status, text } = answer;
  if (expected.of === 'status') {
    if (status !== undefined && status >= expected.from && status <= expected.to) return undefined;
    return `${status}, expected ${expected.from === expected.to ? expected.from : `${expected.from} to ${expected.to}`}`;
  }
  if (status !== undefined && mismatch(ANY_SUCCESS, { status, text: '' }) !== undefined) return `${status}`;
  const found = text.trim();
  const met = expected.how === 'equals' ? found === expected.text.trim() : text.includes(expected.text);
  if (met) return undefined;
  return `answered ${quote(found)}, expected ${expected.how === 'equals' ? '' : 'it to contain '}${quote(expected.text)}`;
}

function quote(text: string): string {
  const line = text.split('\n').at(-1) ?? '';
  return JSON.stringify(line.length > 80 ? `${line.slice(0, 77)}...` : line);
}
