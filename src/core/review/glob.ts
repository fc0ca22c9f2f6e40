/** Globs of a service's `paths`: `apps/web/**`, `packages/*.ts`, `{a,b}`. Read once, asked for every path, and never for long. */

/** Signs that may still be compared; shared by all globs of one question, since whoever opens a pull request writes both sides. */
export interface Work {
  left: number;
}

/** About half a second. A monorepo of 300 services and 3,000 changed paths takes a tenth of it. */
export const GLOB_WORK = 50_000_000;

/**
 * Whether any of the globs has a path; a pattern that ends in a slash has all below it, one with `!` before it takes out. Where the
 * work is used up the answer is yes: a plan too many is shown, and none is missing.
 */
export function globMatcher(globs: readonly string[], work: Work = { left: GLOB_WORK }): (path: string) => boolean {
  const read = (some: readonly string[]): readonly (readonly string[])[] => some.flatMap(expand).map(stepsOf);
  const out = read(globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1)));
  const written = globs.filter((glob) => !glob.startsWith('!'));
  const into = read(written);
  return (path) => {
    const steps = path.split('/');
    const has = (pattern: readonly string[]): boolean => matchSteps(pattern, steps, work);
    const isIn = (written.length === 0 || into.some(has)) && !out.some(has);
    return work.left <= 0 || isIn;
  };
}

export function matchesAny(globs: readonly string[], path: string): boolean {
  return globMatcher(globs)(path);
}

function stepsOf(glob: string): readonly string[] {
  const plain = glob.replace(/^\.?\//, '');
  return (plain.endsWith('/') ? `${plain}**` : plain).split('/');
}

/** More than any configuration writes; beyond it braces are taken as they stand. */
const MOST_FORMS = 64;

function expand(glob: string): readonly string[] {
  let forms: readonly string[] = [glob];
  for (;;) {
    const next: string[] = [];
    for (const form of forms) {
      next.push(...expandFirst(form));
      if (next.length > MOST_FORMS) return forms;
    }
    if (next.every((form, index) => form === forms[index])) return forms;
    forms = next;
  }
}

function expandFirst(form: string): readonly string[] {
  const found = /\{([^{}]*)\}/.exec(form);
  if (!found) return [form];
  const [whole, inner = ''] = found;
  const choices = inner.split(',', MOST_FORMS + 1);
  return choices.map((one) => form.slice(0, found.index) + one + form.slice(found.index + whole.length));
}

/** `**` stands for any number of steps: the last one seen is gone back to, which is enough and never exponential. */
function matchSteps(pattern: readonly string[], path: readonly string[], work: Work): boolean {
  const same = (one: string, other: string): boolean => matchSigns(one, other, work);
  return wildcard(pattern, path, { many: (one) => one === '**', same, work });
}

function matchSigns(pattern: string, text: string, work: Work): boolean {
  if (pattern === text) return true;
  const same = (one: string, other: string): boolean => one === '?' || one === other;
  return wildcard(pattern, text, { many: (one) => one === '*', same, work });
}

interface Wild {
  readonly many: (one: string) => boolean;
  readonly same: (one: string, other: string) => boolean;
  readonly work: Work;
}

function wildcard(pattern: ArrayLike<string>, text: ArrayLike<string>, { many, same, work }: Wild): boolean {
  let [at, star, from] = [0, -1, 0];
  for (let i = 0; i < text.length;) {
    work.left -= 1;
    if (work.left <= 0) return false;
    const one = pattern[at];
    if (one !== undefined && many(one)) {
      star = at;
      from = i;
      at += 1;
    } else if (one !== undefined && same(one, text[i] ?? '')) {
      at += 1;
      i += 1;
    } else if (star >= 0) {
      at = star + 1;
      from += 1;
      i = from;
    } else return false;
  }
  while (at < pattern.length && many(pattern[at] ?? '')) at += 1;
  return at === pattern.length;
}
