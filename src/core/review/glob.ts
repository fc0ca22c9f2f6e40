/** Globs of a service's `paths`: `apps/web/**`, `packages/*.ts`, `{a,b}`. Linear in the path, whatever the pattern. */

/** Whether any of the globs has the path; a pattern that ends in a slash has all below it, one with `!` before it takes out. */
export function matchesAny(globs: readonly string[], path: string): boolean {
  const steps = path.split('/');
  const has = (glob: string): boolean => expand(glob).some((one) => matchSteps(stepsOf(one), steps));
  const [out, into] = [globs.filter((glob) => glob.startsWith('!')), globs.filter((glob) => !glob.startsWith('!'))];
  return (into.length === 0 || into.some(has)) && !out.some((glob) => has(glob.slice(1)));
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
    const next = forms.flatMap(expandFirst);
    if (next.length > MOST_FORMS || next.every((form, index) => form === forms[index])) return forms;
    forms = next;
  }
}

function expandFirst(form: string): readonly string[] {
  const found = /\{([^{}]*)\}/.exec(form);
  if (!found) return [form];
  const [whole, inner = ''] = found;
  return inner.split(',').map((one) => form.slice(0, found.index) + one + form.slice(found.index + whole.length));
}

/** `**` stands for any number of steps: the last one seen is gone back to, which is enough and never exponential. */
function matchSteps(pattern: readonly string[], path: readonly string[]): boolean {
  return wildcard(pattern, path, { many: (one) => one === '**', same: matchSigns });
}

function matchSigns(pattern: string, text: string): boolean {
  const same = (one: string, other: string): boolean => one === '?' || one === other;
  return wildcard(pattern, text, { many: (one) => one === '*', same });
}

interface Wild {
  readonly many: (one: string) => boolean;
  readonly same: (one: string, other: string) => boolean;
}

function wildcard(pattern: ArrayLike<string>, text: ArrayLike<string>, { many, same }: Wild): boolean {
  let [at, star, from] = [0, -1, 0];
  for (let i = 0; i < text.length;) {
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
