/** `POST /graphql`: documents are held against GitHub's schema, then run on the repository. */
import { execute, type ExecutionResult, type GraphQLError, type GraphQLFieldResolver } from 'graphql';
import type { Reply } from '../route.ts';
import type { FakeState, FakeToken } from '../state.ts';
import { MUTATIONS, QUERIES } from './index.ts';
import type { GraphqlContext } from './resolver.ts';
import { documentOf, githubSchema } from './schema.ts';

interface Question {
  readonly query?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

/** `POST /graphql repository rateLimit` */
export function graphqlRoute(body: unknown): string {
  const { query } = (body ?? {}) as Question;
  return `POST /graphql ${typeof query === 'string' ? documentOf(query).fields : ''}`.trim();
}

interface Asking {
  readonly state: FakeState;
  readonly token: FakeToken;
  readonly body: unknown;
}

export async function answerGraphql({ state, token, body }: Asking): Promise<Reply> {
  const { query = '', variables, operationName } = (body ?? {}) as Question;
  const { document, problems } = documentOf(query);
  if (document === undefined || problems.length > 0) {
    state.violations.push(...problems.map((problem) => `POST /graphql: ${problem}`));
    return { status: 200, body: { errors: problems.map((message) => ({ message })) } };
  }
  const context: GraphqlContext = { state, token };
  const result = await execute({
    schema: githubSchema(),
    document,
    rootValue: { ...QUERIES, ...MUTATIONS },
    contextValue: context,
    fieldResolver: resolveField,
    ...(variables === undefined ? {} : { variableValues: variables }),
    ...(operationName === undefined ? {} : { operationName }),
  });
  return { status: 200, body: printed(state, result) };
}

/** A field that GitHub has and the fake does not is no silent null: it is a violation. */
const resolveField: GraphQLFieldResolver<Record<string, unknown>, GraphqlContext> = (source, ...rest) => {
  const [args, context, { fieldName, parentType }] = rest;
  if (!(fieldName in source)) {
    context.state.violations.push(`GraphQL: the fake does not serve ${parentType.name}.${fieldName}`);
    throw new Error(`the fake does not serve ${parentType.name}.${fieldName}`);
  }
  const value = source[fieldName];
  return typeof value === 'function' ? (value as (a: unknown, c: GraphqlContext) => unknown)(args, context) : value;
};

function printed(state: FakeState, { data, errors }: ExecutionResult): Record<string, unknown> {
  return { data, ...(errors === undefined ? {} : { errors: errors.map((error) => printedError(state, error)) }) };
}

function printedError({ violations }: FakeState, error: GraphQLError): Record<string, unknown> {
  const { message, path, locations, extensions, originalError } = error;
  const type = extensions['type'];
  // An error without a type is none of GitHub's: variables that do not fit, or the fake's own fault.
  if (type === undefined) violations.push(`GraphQL: ${originalError?.stack ?? message}`);
  return {
    ...(type === undefined ? {} : { type }),
    ...(path === undefined ? {} : { path }),
    ...(locations === undefined ? {} : { locations }),
    message,
  };
}
