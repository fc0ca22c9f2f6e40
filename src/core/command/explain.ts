import type { ParseOptions } from './known.ts';

/** Why a word that stands for a version is none, and what was probably meant. */
export interface Explained {
  readonly message: string;
  readonly suggestion: string;
}

/** `deploy web`, `deploy staging`: the word names a service or an environment. Undefined where it may be a version. */
export function explainVersionExpected(word: string, known: ParseOptions): Explained | undefined {
  const before = { comment: '/', slack: '/sluice ', cli: '', action: '' }[known.surface ?? 'cli'];
  const head = `${before}deploy ${word}@head`;
  if (known.knownServices?.includes(word) === true) {
    const where = known.surface === 'comment' ? "This pull request's head" : 'Its newest commit';
    const message = `\`${word}\` is a service, not a version. ${where}: \`${head}\` · a release: \`${before}deploy ${word}@1.4.0\``;
    return { message, suggestion: head };
  }
  if (known.knownEnvironments?.includes(word) !== true) return undefined;
  const suggestion = `${before}deploy to ${word}`;
  return { message: `\`${word}\` is an environment, not a version: \`${suggestion}\``, suggestion };
}
