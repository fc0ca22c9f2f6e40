/** The words of `allow`: one list for what the configuration accepts and what policy asks. */

/**
 * By command or right, the words it is asked under: its own first, then the one that speaks for it where its own is not written.
 * A command of two words is asked under its noun.
 */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  deploy: ['deploy'],
  promote: ['promote', 'deploy'],
  resume: ['resume', 'deploy'],
  cancel: ['cancel', 'deploy'],
  retry: ['retry', 'deploy'],
  resolve: ['resolve', 'deploy'],
  adopt: ['adopt', 'deploy'],
  traffic: ['traffic', 'deploy'],
  rollback: ['rollback'],
  pause: ['pause', 'rollback'],
  reduce: ['reduce', 'rollback'],
  approve: ['approve'],
  reject: ['reject', 'approve'],
  undo: ['undo'],
  lock: ['lock'],
  unlock: ['unlock', 'lock'],
  steal: ['steal', 'lock'],
  freeze: ['freeze'],
  unfreeze: ['unfreeze', 'freeze'],
  auto: ['auto'],
  flag: ['flag'],
  segment: ['segment', 'flag'],
  experiment: ['experiment', 'flag'],
  alert: ['alert'],
  backup: ['backup'],
  migration: ['migration'],
  'skip-bake': ['skip-bake'],
  override: ['override'],
  // It passes over every gate: who may not pass over one may not pass over all.
  emergency: ['emergency', 'override'],
};

/** What may stand under `allow`: every word that some command or right is asked under. */
export const ALLOW_WORDS: readonly string[] = [...new Set(Object.values(WORDS).flat())];

/** The words for a command (`flag enable`) or a right (`skip-bake`), nearest first. */
export function wordsOf(name: string): readonly string[] {
  const noun = name.split(' ')[0] ?? name;
  return WORDS[name] ?? WORDS[noun] ?? [noun];
}
