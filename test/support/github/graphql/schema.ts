/** GitHub's own GraphQL schema (as far as `trim-graphql.ts` keeps it), and documents held against it. Loaded with the first request that needs it. */
import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';

let schema: GraphQLSchema | undefined;

export function githubSchema(): GraphQLSchema {
  const path = new URL('../../../fixtures/github/schema.graphql', import.meta.url);
  schema ??= buildSchema(readFileSync(path, 'utf8'), { noLocation: true });
  return schema;
}

export interface Document {
  readonly document?: DocumentNode;
  /** `repository rateLimit` */
  readonly fields: string;
  readonly problems: readonly string[];
}

const known = new Map<string, Document>();
const LIMIT = 500;

/** A query's text as a document, with what GitHub's schema has against it. */
export function documentOf(query: string): Document {
  const there = known.get(query);
  if (there !== undefined) return there;
  if (known.size > LIMIT) known.clear();
  const made = read(query);
  known.set(query, made);
  return made;
}

function read(query: string): Document {
  try {
    const document = parse(query, { noLocation: false });
    const operation = document.definitions.find(
      (one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION,
    );
    const names =
      operation?.selectionSet.selections.map((one) => (one.kind === Kind.FIELD ? one.name.value : '...')) ?? [];
    const problems = validate(githubSchema(), document).map(({ message }) => message);
    return { document, fields: names.join(' '), problems };
  } catch (error) {
    return { fields: '', problems: [(error as Error).message] };
  }
}
