/** Comments in GraphQL: REST cannot fold them. https://docs.github.com/graphql/reference/mutations#minimizecomment */
import { commentByNode } from '../routes/comments.ts';
import type { CommentRecord } from '../routes/records.ts';
import { personOf } from '../shapes/person.ts';
import { webUrl } from '../shapes/repository.ts';
import { type FakeState, nodeId } from '../state.ts';
import { actorObject } from './people.ts';
import { type Arguments, demand, type GraphqlContext, inputOf, refuseField, type RootFields } from './resolver.ts';

const MAY_READ = 'issues:read | pull-requests:read';
const MAY_WRITE = 'issues:write | pull-requests:write';

/** `IssueComment` */
export function commentObject(state: FakeState, record: CommentRecord): Record<string, unknown> {
  const { id, number, body, user, minimized } = record;
  return {
    __typename: 'IssueComment',
    id: nodeId('IssueComment', id),
    databaseId: id,
    body,
    url: `${webUrl(state)}/issues/${String(number)}#issuecomment-${String(id)}`,
    author: actorObject(state, personOf(state, user.login)),
    viewerDidAuthor: (_args: Arguments, { token }: GraphqlContext) => user.login === token.login,
    viewerCanMinimize: true,
    isMinimized: (_args: Arguments, context: GraphqlContext) => {
      demand(context, MAY_READ);
      return minimized !== null;
    },
    minimizedReason: minimized,
  };
}

function found(state: FakeState, id: string): CommentRecord {
  const record = commentByNode(state, id);
  if (record === undefined) throw refuseField('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
  return record;
}

interface Input {
  readonly subjectId: string;
  readonly classifier?: string;
  readonly clientMutationId?: string | null;
}

const folding =
  (folded: boolean) =>
  (args: Arguments, context: GraphqlContext): Record<string, unknown> => {
    demand(context, MAY_WRITE);
    const { subjectId, classifier = '', clientMutationId = null } = inputOf<Input>(args);
    const record = found(context.state, subjectId);
    record.minimized = folded ? classifier.toLowerCase().replaceAll('_', '-') : null;
    const comment = commentObject(context.state, record);
    return folded ? { clientMutationId, minimizedComment: comment } : { clientMutationId, unminimizedComment: comment };
  };

export const commentMutations: RootFields = { minimizeComment: folding(true), unminimizeComment: folding(false) };
