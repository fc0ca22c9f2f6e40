/** GitHub's refusals in our words: one line with what, where, which permission, what to do; never the token. */
import type { Code } from '../../../core/model/code.ts';
import { type Answer, graphqlErrors, type GraphqlFault, waitOf } from './limits.ts';

export interface GithubProblem {
  readonly code: Code;
  readonly message: string;
  /** HTTP status, where there was an answer. */
  readonly status?: number;
  /** Whether GitHub may have done all the same what it was asked. */
  readonly uncertain: boolean;
}

/**
 * Why a request failed. `doing`: in the words of who asked, with the place (`reading acme/shop`). `permission`: what the
 * request needs as a workflow writes it (`contents: write`), for where GitHub's answer does not name it.
 */
export function problemOf(error: unknown, doing: string, permission?: string): GithubProblem {
  const answer = answerOf(error);
  if (!answer) return noAnswer(error, doing);
  const { status } = answer;
  const wait = waitOf(answer, dateOf(answer));
  if (wait !== undefined) return limited(doing, { status, until: dateOf(answer) + wait });
  const fault = graphqlErrors(answer.data)[0];
  if (fault) return ofGraphql(fault, { doing, permission, status });
  const said = saidBy(answer.data) ?? clean(error instanceof Error ? error.message : '');
  return { ...ofStatus(status, { said, doing, needed: accepted(answer) ?? permission }), status };
}

/** The answer that an error of octokit carries; undefined: there was none. */
export function answerOf(error: unknown): Answer | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  // GraphqlResponseError has headers, errors and data beside each other, and always came with status 200.
  if ('headers' in error && 'errors' in error) {
    return { status: 200, headers: error.headers as Answer['headers'], data: { errors: error.errors } };
  }
  if (!('response' in error) || typeof error.response !== 'object' || error.response === null) return undefined;
  return error.response as Answer;
}

/** HTTP status of an error's answer; undefined: there was none. */
export function statusOf(error: unknown): number | undefined {
  return answerOf(error)?.status;
}

interface Words {
  readonly said: string;
  readonly doing: string;
  readonly needed: string | undefined;
}

function ofStatus(status: number, { said, doing, needed }: Words): Omit<GithubProblem, 'status'> {
  const quote = said === '' ? '' : ` (${said})`;
  if (status === 401) {
    return sure('token-missing', `${doing}: GitHub does not know the token${quote}: give a valid one as \`token\``);
  }
  if (/rule violation|protected branch|protected ref/i.test(said)) return ruled(doing, said);
  if (status === 403) return lacking(doing, { needed, quote });
  if (status === 404) {
    const hint = needed === undefined ? '' : ` (it needs ${needed})`;
    return sure(
      'token-lacks-permission',
      `${doing}: there is no such thing, or the token may not see it${hint}: check the name and the job's permissions`,
    );
  }
  if (status >= 500)
    return { ...sure('unreachable', `${doing}: GitHub answered ${status}: try again`), uncertain: true };
  if (status === 409) return sure('busy', `${doing}: others write at the same time${quote}: try again`);
  return sure('failed', `${doing}: GitHub answered ${status}${quote}`);
}

function ofGraphql(
  { type, message }: GraphqlFault,
  {
    doing,
    permission,
    status,
  }: { readonly doing: string; readonly permission: string | undefined; readonly status: number },
): GithubProblem {
  const said = clean(message);
  if (/rule violation|protected branch|protected ref/i.test(said)) return { ...ruled(doing, said), status };
  if (type === 'FORBIDDEN' || type === 'INSUFFICIENT_SCOPES' || /not accessible by/i.test(said)) {
    return { ...lacking(doing, { needed: permission, quote: ` (${said})` }), status: 403 };
  }
  if (type === 'NOT_FOUND') return { ...ofStatus(404, { said, doing, needed: permission }), status: 404 };
  const isFault = type === undefined || /INTERNAL|SERVICE_UNAVAILABLE|LOADING|TIMEOUT/.test(type);
  if (isFault && /something went wrong|timed? ?out|couldn't respond/i.test(said)) {
    return {
      ...sure('unreachable', `${doing}: GitHub could not answer (${said}): try again`),
      status,
      uncertain: true,
    };
  }
  return { ...sure('failed', `${doing}: GitHub says: ${said}`), status };
}

function lacking(doing: string, { needed, quote }: { readonly needed: string | undefined; readonly quote: string }) {
  const which = needed === undefined ? 'a permission is missing' : `the permission \`${needed}\` is missing`;
  return sure(
    'token-lacks-permission',
    `${doing}: ${which}${quote}: add it to the job's \`permissions\`, or to the App's`,
  );
}

function ruled(doing: string, said: string): Omit<GithubProblem, 'status'> {
  return sure('not-permitted', `${doing}: a rule of the repository forbids it (${said}): see its branch rules`);
}

function limited(doing: string, { status, until }: { readonly status: number; readonly until: number }): GithubProblem {
  const time = new Date(until).toISOString().slice(11, 19);
  return { ...sure('rate-limited', `${doing}: GitHub asks to wait until ${time} UTC: try again then`), status };
}

function noAnswer(error: unknown, doing: string): GithubProblem {
  const said = clean(error instanceof Error ? error.message : String(error));
  const isOurs = error instanceof TypeError || error instanceof SyntaxError || error instanceof RangeError;
  if (isOurs) return sure('internal', `${doing}: ${said}`);
  return { ...sure('unreachable', `${doing}: no answer from GitHub (${said}): try again`), uncertain: true };
}

function sure(code: Code, text: string): Omit<GithubProblem, 'status'> {
  return { code, message: `${code}: ${text}`, uncertain: false };
}

/** `contents=write` of `X-Accepted-GitHub-Permissions` as a workflow writes it; several alternatives are apart by `;`. */
function accepted({ headers }: Answer): string | undefined {
  const said = headers['x-accepted-github-permissions'];
  if (typeof said !== 'string' || said === '') return undefined;
  return said
    .split(';')
    .map((one) => one.trim().replaceAll('=', ': ').replaceAll('_', '-'))
    .join(' or ')
    .slice(0, 200);
}

function saidBy(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null || !('message' in data)) return undefined;
  const errors = 'errors' in data && Array.isArray(data.errors) ? data.errors.map(wordsOf).filter(Boolean) : [];
  return clean([String(data.message), ...errors].join(': '));
}

function wordsOf(error: unknown): string {
  if (typeof error === 'string') return error;
  if (typeof error !== 'object' || error === null) return '';
  return 'message' in error ? String(error.message) : 'code' in error ? String(error.code) : '';
}

/** One line, not too long. */
function clean(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 300);
}

function dateOf({ headers }: Answer): number {
  const said = Date.parse(String(headers['date'] ?? ''));
  return Number.isNaN(said) ? 0 : said;
}
