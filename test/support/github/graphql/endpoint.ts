/** GraphQL: to come. */
import { refuse, type Reply } from '../route.ts';
import type { FakeState, FakeToken } from '../state.ts';

export function graphqlRoute(_body: unknown): string {
  return 'POST /graphql';
}

export function answerGraphql(_question: {
  readonly state: FakeState;
  readonly token: FakeToken;
  readonly body: unknown;
  readonly name: string;
}): Promise<Reply> {
  return Promise.reject(refuse(404, 'Not Found'));
}
