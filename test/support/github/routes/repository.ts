/** The repository itself, its branches, and what is left of the hour's budget. */
import { commitAt } from '../git/commit.ts';
import { rateOf } from '../exchange.ts';
import { notFound, ok, paged, type Route, route } from '../route.ts';
import { commitShape } from '../shapes/commit.ts';
import { fullRepository, repositoryUrl, webUrl } from '../shapes/repository.ts';

const PROTECTION = { enabled: false, required_status_checks: { enforcement_level: 'off', contexts: [] } };

export const repositoryRoutes: readonly Route[] = [
  route('GET /repos/{owner}/{repo}', { permission: 'metadata:read' }, ({ state }) => ok(fullRepository(state))),

  route('GET /repos/{owner}/{repo}/branches', { permission: 'contents:read' }, async (context) => {
    const heads = await context.state.git.refs('refs/heads/');
    return paged(
      context,
      heads.map(({ name, oid }) => ({
        name: name.slice('refs/heads/'.length),
        commit: { sha: oid, url: `${repositoryUrl(context.state)}/commits/${oid}` },
        protected: false,
      })),
    );
  }),

  route('GET /repos/{owner}/{repo}/branches/{branch}', { permission: 'contents:read' }, async ({ state, param }) => {
    const name = param('branch');
    const head = await commitAt(state.git, `refs/heads/${name}`);
    if (head === undefined) throw notFound();
    const url = `${repositoryUrl(state)}/branches/${encodeURIComponent(name)}`;
    return ok({
      name,
      commit: commitShape(state, head),
      _links: { self: url, html: `${webUrl(state)}/tree/${name}` },
      protected: false,
      protection: PROTECTION,
      protection_url: `${url}/protection`,
    });
  }),

  route('GET /rate_limit', { permission: 'none' }, ({ state }) => {
    const { limit, used, reset } = rateOf(state);
    const core = { limit, used, remaining: Math.max(0, limit - used), reset, resource: 'core' };
    return ok({
      resources: { core, search: { ...core, limit: 30, used: 0, remaining: 30 }, graphql: core },
      rate: core,
    });
  }),
];
