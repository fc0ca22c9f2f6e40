import type { ParseOptions } from './known.ts';

/** Why a word that stands for a version is none, and, where that can be guessed, what was meant. */
export interface Explained {
  readonly message: string;
  readonly suggestion?: string;
}

/** `deploy web`, `deploy staging`: the word names a service or an environment. Undefined where it may be a version. */
export function explainVersionExpected(word: string, known: ParseOptions): Explained | undefined {
  const before = { comment: '/', slack: '/sluice ', cli: '', action: '' }[known.surface ?? 'cli'];
  const named = whatItNames(word, known);
  if (named === 'service') {
    const suggestion = `${before}deploy ${word}@head`;
    const where = known.surface === 'comment' ? "This pull request's head" : 'Its newest commit';
    const message = `\`${word}\` is a service, not a version. ${where}: \`${suggestion}\` · a release: \`${before}deploy ${word}@1.4.0\``;
    return { message, suggestion };
  }
  if (named !== undefined) {
    const suggestion = `${before}deploy to ${word}`;
    return { message: `\`${word}\` is an environment, not a version: \`${suggestion}\``, suggestion };
  }
  return explainNamed(word.slice(word.indexOf('@') + 1), known);
}

/** The same where only a version can stand: `rollback --to web`, `deploy web@web`. */
export function explainNamed(version: string, known: ParseOptions): Explained | undefined {
  const named = whatItNames(version, known);
  if (named === undefined) return undefined;
  return {
    message: `\`${version}\` names ${named === 'service' ? 'a service' : 'an environment'}: a version belongs here`,
  };
}

function whatItNames(word: string, { knownServices, knownEnvironments }: ParseOptions): string | undefined {
  if (knownServices?.includes(word) === true) return 'service';
  return knownEnvironments?.includes(word) === true ? 'environment' : undefined;
}
