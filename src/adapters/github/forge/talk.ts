/** Comments and reactions. https://docs.github.com/rest/issues/comments, https://docs.github.com/graphql/reference/mutations#minimizecomment */
import { type ForgeComment, type ForgeTalk } from '../../../ports/forge.ts';
import type { Asker } from './ask.ts';
import { refused } from './refused.ts';
import { commentBody, hasMarker, sameText, withMarker } from './marker.ts';

/** What this process knows of its own comments: asking again for what it wrote itself costs a call a minute. */
interface Memory {
  readonly stuck: Map<string, { readonly comment: ForgeComment; readonly body: string }>;
  /** Numeric id of the token's account. */
  viewer: Promise<number> | undefined;
}

interface Comment {
  readonly id: number;
  readonly node: string;
  readonly url: string;
  readonly body: string;
}

export function forgeTalk(asker: Asker): ForgeTalk {
  const memory: Memory = { stuck: new Map(), viewer: undefined };
  return {
    say: (number, body, marker) =>
      say(asker, number, marker === undefined ? commentBody(body) : withMarker(body, marker)),
    stick: (number, { marker, body }) => stick({ asker, memory }, number, { marker, body: withMarker(body, marker) }),
    fold: (number, marker) => fold({ asker, memory }, number, marker),
    react: async (comment, content) => {
      const asking = {
        doing: `react to comment ${comment}`,
        route: 'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
      } as const;
      await asker.ask(asking, { comment_id: comment, content });
    },
    pullsOf: (sha) => pullsOf(asker, sha),
  };
}

interface Speaker {
  readonly asker: Asker;
  readonly memory: Memory;
}

async function say(asker: Asker, number: number, body: string): Promise<ForgeComment> {
  const asking = {
    doing: `comment on #${number}`,
    route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
  } as const;
  const { data } = await asker.ask(asking, { issue_number: number, body });
  return { id: Number(data.id), url: data.html_url };
}

interface Message {
  readonly marker: string;
  readonly body: string;
}

async function stick(speaker: Speaker, number: number, message: Message): Promise<ForgeComment> {
  const { asker, memory } = speaker;
  const key = `${number} ${message.marker}`;
  const known = memory.stuck.get(key) ?? (await written(speaker, number, message.marker));
  if (known && sameText(known.body, message.body)) return remember(memory, key, { ...known });
  const edited = known && (await edit(asker, known.comment, message.body));
  if (known && !edited) {
    memory.stuck.delete(key);
    const other = await written(speaker, number, message.marker);
    if (other) return (await edit(asker, other.comment, message.body)) ?? say(asker, number, message.body);
  }
  const comment = edited ?? (await say(asker, number, message.body));
  return remember(memory, key, { comment, body: message.body });
}

type Stuck = { readonly comment: ForgeComment; readonly body: string };

function remember(memory: Memory, key: string, stuck: Stuck): ForgeComment {
  memory.stuck.set(key, stuck);
  return stuck.comment;
}

async function written(speaker: Speaker, number: number, marker: string): Promise<Stuck | undefined> {
  const newest = (await ownWith(speaker, number, marker)).at(-1);
  return newest && { comment: { id: newest.id, url: newest.url }, body: newest.body };
}

/** undefined: somebody removed it meanwhile. */
async function edit(asker: Asker, { id }: ForgeComment, body: string): Promise<ForgeComment | undefined> {
  const asking = {
    doing: `edit comment ${id}`,
    route: 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
  } as const;
  const found = await asker.find(asking, { comment_id: id, body });
  return found && { id, url: found.data.html_url };
}

/** Comments of this account with the marker, oldest first: whoever else writes our marker speaks for himself. */
async function ownWith({ asker, memory }: Speaker, number: number, marker: string): Promise<readonly Comment[]> {
  const asking = {
    doing: `read the comments of #${number}`,
    route: 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
  } as const;
  const pages = await asker.pages(asking, { issue_number: number });
  const marked = pages.flat().filter(({ body }) => hasMarker(body ?? '', marker));
  if (marked.length === 0) return [];
  memory.viewer ??= viewer(asker);
  const self = await memory.viewer.catch((error: unknown) => {
    memory.viewer = undefined;
    throw error;
  });
  const own = marked.filter(({ user }) => user !== null && Number(user.id) === self);
  return own
    .map(({ id, node_id: node, html_url: url, body }) => ({ id: Number(id), node, url, body: body ?? '' }))
    .toSorted((one, other) => one.id - other.id);
}

interface Viewer {
  readonly viewer: { readonly databaseId: number | null };
}

/** By number: GraphQL writes an App's login without its `[bot]`. REST refuses to tell a workflow's token who it is. */
async function viewer(asker: Asker): Promise<number> {
  try {
    const found = await asker.client.graphql<Viewer>('query { viewer { databaseId } }');
    return found.viewer.databaseId ?? 0;
  } catch (error) {
    throw asker.failed(error, { doing: 'ask whose token it is', route: 'query viewer' });
  }
}

/** One call each. Only comments that are still open are folded. */
async function fold(speaker: Speaker, number: number, marker: string): Promise<void> {
  const earlier = (await ownWith(speaker, number, marker)).slice(0, -1);
  const open = await stillOpen(speaker.asker, earlier);
  for (const { node } of open) await minimize(speaker.asker, node);
}

const FOLDED = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on IssueComment { isMinimized } } }';

interface Folded {
  readonly nodes: readonly ({ readonly id: string; readonly isMinimized?: boolean } | null)[];
}

async function stillOpen(asker: Asker, comments: readonly Comment[]): Promise<readonly Comment[]> {
  if (comments.length === 0) return [];
  // A hundred ids a query are allowed; older ones were folded long ago.
  const asked = comments.slice(-100);
  try {
    const { nodes } = await asker.client.graphql<Folded>(FOLDED, { ids: asked.map(({ node }) => node) });
    const open = new Set(nodes.flatMap((node) => (node && node.isMinimized === false ? [node.id] : [])));
    return asked.filter(({ node }) => open.has(node));
  } catch (error) {
    throw asker.failed(error, { doing: 'ask which comments are folded', route: 'query nodes' });
  }
}

const MINIMIZE =
  'mutation ($id: ID!) { minimizeComment(input: { subjectId: $id, classifier: OUTDATED }) { minimizedComment { isMinimized } } }';

async function minimize(asker: Asker, id: string): Promise<void> {
  try {
    await asker.client.graphql(MINIMIZE, { id });
  } catch (error) {
    throw asker.failed(error, { doing: 'fold a comment', route: 'mutation minimizeComment' });
  }
}

/** https://docs.github.com/rest/commits/commits#list-pull-requests-associated-with-a-commit; 422: no such commit. */
async function pullsOf(asker: Asker, sha: string): Promise<readonly number[]> {
  if (!/^[0-9a-f]{40,64}$/.test(sha)) throw refused('value-invalid', 'find pull requests: not a full commit SHA');
  const asking = {
    doing: `find the pull requests of ${sha.slice(0, 12)}`,
    route: 'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls',
    empty: [404, 409, 422],
  } as const;
  const found = await asker.find(asking, { commit_sha: sha, per_page: 100 });
  const pulls = (found?.data ?? []).filter(
    ({ state, head, base, merged_at: merged }) =>
      (state === 'open' && head.sha === sha) || (merged !== null && base.ref === base.repo.default_branch),
  );
  return pulls.map(({ number }) => number);
}
