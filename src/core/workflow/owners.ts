/** Who has to review changes of the policy and of the workflows: lines of CODEOWNERS. */
import type { Config } from '../model/config.ts';

/** Where GitHub looks for it, the first that exists counts. https://docs.github.com/articles/about-code-owners */
export const OWNERS_FILES: readonly string[] = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];

/** What decides who may deploy what. */
const WATCHED: readonly string[] = ['/.github/sluice.yml', '/.github/workflows/'];

/** `@acme/web-leads`, `@alice`: whom the policy names for approvals, of the last environment that names somebody. */
export function ownersIn({ environments }: Config, organisation: string): readonly string[] {
  const named = Object.values(environments).findLast(({ approvals }) => (approvals?.from.length ?? 0) > 0);
  return (named?.approvals?.from ?? []).flatMap((who) => {
    const [kind, name = ''] = who.split(':');
    if (kind === 'team') return [`@${name.includes('/') ? name : `${organisation}/${name}`}`];
    return kind === 'user' ? [`@${name}`] : [];
  });
}

export function ownersText(owners: readonly string[]): string {
  const lines = WATCHED.map((path) => `${path} ${owners.join(' ')}\n`);
  return `# Who may deploy what is decided by these files.\n${lines.join('')}`;
}

/** Which of the watched paths a text has no line for. Patterns are not followed: a line of one's own is clearer. */
export function unowned(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return WATCHED.filter(
    (path) => !lines.some((line) => line.startsWith(`${path} `) || line.startsWith(`${path.slice(1)} `)),
  );
}
