/** A ref's files as one archive. https://docs.github.com/rest/repos/contents#download-a-repository-archive-tar */
import { resolveCommit } from '../git/commit.ts';
import { notFound, type Reply, type Route, route, type RouteContext } from '../route.ts';
import type { FakeState } from '../state.ts';

type Kind = 'tarball' | 'zipball';

async function redirect({ state, param }: RouteContext, kind: Kind): Promise<Reply> {
  const commit = await resolveCommit(state.git, param('ref'));
  if (commit === undefined) throw notFound();
  const folder = kind === 'tarball' ? 'legacy.tar.gz' : 'legacy.zip';
  const location = `${state.serverUrl}/_codeload/${state.owner}/${state.repo}/${folder}/${commit.oid}`;
  return { status: 302, headers: { location } };
}

/** What stands where the redirect leads; undefined: nothing does. No token is asked: GitHub puts one into the address. */
export async function archiveAt(state: FakeState, path: string): Promise<Reply | undefined> {
  const [, format, oid = ''] = /^\/_codeload\/[^/]+\/[^/]+\/legacy\.(tar\.gz|zip)\/([0-9a-f]{40})$/.exec(path) ?? [];
  if (format === undefined) return undefined;
  const prefix = `--prefix=${state.owner}-${state.repo}-${oid.slice(0, 7)}/`;
  const body = await state.git.run(['archive', `--format=${format}`, prefix, oid]);
  return {
    status: 200,
    body,
    headers: { 'content-type': format === 'zip' ? 'application/zip' : 'application/x-gzip' },
  };
}

export const archiveRoutes: readonly Route[] = [
  route('GET /repos/{owner}/{repo}/tarball/{ref}', { permission: 'contents:read' }, (context) =>
    redirect(context, 'tarball'),
  ),
  route('GET /repos/{owner}/{repo}/zipball/{ref}', { permission: 'contents:read' }, (context) =>
    redirect(context, 'zipball'),
  ),
];
