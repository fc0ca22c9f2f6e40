/** Accounts as GitHub shows them, as ours. */
import type { ForgeAccount } from '../../../ports/forge.ts';

/** What every user object of the API has; null: the account was deleted. */
export interface UserObject {
  /** JSON has no big integers, and GitHub's ids fit; its types allow for them. */
  readonly id: number | bigint;
  readonly login: string;
  readonly type?: string;
}

/** Nobody: what is left of a deleted account has no rights and no vote. */
export const GHOST: ForgeAccount = { id: '10137', login: 'ghost', type: 'User' };

/** Whatever is neither a person nor an organisation (mannequins of an import, Apps) is treated as a bot: it has no rights. */
export function accountOf(user: UserObject): ForgeAccount {
  const type = user.type === 'User' || user.type === 'Organization' ? user.type : 'Bot';
  return { id: String(user.id), login: user.login, type };
}

/** GitHub's own committer of merges and web edits. */
export function isWebFlow({ login }: { readonly login: string }): boolean {
  return login === 'web-flow';
}

/** What GitHub lets an account be called (`_` in managed ones, `[bot]` behind an App's). */
export function isLogin(text: string): boolean {
  return /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})(?:\[bot\])?$/.test(text);
}
