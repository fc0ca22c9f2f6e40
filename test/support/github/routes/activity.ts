/** What was pushed when. https://docs.github.com/rest/repos/repos#list-repository-activities */
import { commitAt } from '../git/commit.ts';
import { ok, pageOf, type Reply, type Route, route, type RouteContext } from '../route.ts';
import { personOf } from '../shapes/person.ts';
import { type FakeState, nodeId, room } from '../state.ts';
import { iso, userShape } from './shapes.ts';

export interface PushRecord {
  readonly id: number;
  /** `refs/heads/main` */
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  readonly at: number;
  /** null: no account, such as a deploy key. */
  readonly login: string | null;
}

const pushesOf = room(() => ({ list: [] as PushRecord[] }));
const NOTHING = '0'.repeat(40);

/** Remembers a push, by GitHub's clock of this moment. */
export function recordPush(state: FakeState, push: Pick<PushRecord, 'ref' | 'after'> & Partial<PushRecord>): void {
  const record = { id: state.nextId(), before: NOTHING, at: state.now(), login: 'alice', ...push };
  pushesOf(state).list.push(record);
}

/** Newest first. A branch that nobody was seen to push stands there since its head was committed. */
async function activity(context: RouteContext): Promise<Reply> {
  const { state, query } = context;
  const ref = query.get('ref') ?? '';
  const known = pushesOf(state).list.filter((one) => ref === '' || one.ref === ref);
  const list = known.length > 0 ? known : await firstOf(state, ref);
  return ok(
    list
      .toReversed()
      .slice(0, pageOf(context).size)
      .map(({ id, before, after, at, login, ref: name }) => ({
        id,
        node_id: nodeId('RepositoryActivity', id),
        before,
        after,
        ref: name,
        timestamp: iso(at),
        activity_type: before === NOTHING ? 'branch_creation' : 'push',
        actor: login === null ? null : userShape(state, personOf(state, login)),
      })),
  );
}

async function firstOf(state: FakeState, ref: string): Promise<readonly PushRecord[]> {
  const head = ref === '' ? undefined : await commitAt(state.git, ref);
  if (head === undefined) return [];
  const at = head.committer.at * 1_000;
  return [{ id: state.nextId(), ref, before: NOTHING, after: head.oid, at, login: 'alice' }];
}

export const activityRoutes: readonly Route[] = [
  route('GET /repos/{owner}/{repo}/activity', { permission: 'contents:read' }, activity),
];
