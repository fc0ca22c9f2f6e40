/** Who asks at this machine: with a token of GitHub its user, whom GitHub vouches for; else whoever git says it is. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isRead } from '../core/command/rights.ts';
import { type GithubRemote, githubRemote, tokenIn } from '../core/config/github-remote.ts';
import type { Rights } from '../core/decision.ts';
import type { Actor } from '../core/model/actor.ts';
import type { Config } from '../core/model/config.ts';
import { rightsOf } from '../engine/rights.ts';
import type { Running } from './running.ts';
import { localActor } from './session.ts';
import { remark } from './terminal.ts';

export interface Identity {
  readonly actor: Actor;
  readonly rights: Rights;
}

/** The repository of GitHub that the clone's `origin` is; undefined: another place, or none. */
export async function originOf(root: string, env: Running['env']): Promise<GithubRemote | undefined> {
  const { stdout } = await promisify(execFile)('git', ['remote', 'get-url', 'origin'], { cwd: root }).catch(() => ({
    stdout: '',
  }));
  return githubRemote(stdout, env);
}

/**
 * The token's user with the role and teams that GitHub says, asked now; nobody is asked for what only looks. Without a token, or
 * where GitHub does not say who it is, git's name and mail, for which nobody vouches: refused wherever the policy names people.
 */
export async function identityOf(running: Running, root: string, config: Config): Promise<Identity> {
  const { env, command, terminal } = running;
  const token = tokenIn(env);
  if (token === undefined || isRead(command.name)) return unverified(root);
  const remote = await originOf(root, env);
  if (!remote) return unverified(root);
  // The client for GitHub is loaded by those who ask it: every other command starts without.
  const { remoteForge } = await import('../compose/github-remote.ts');
  const { forge, viewer } = remoteForge(remote, token);
  const log = (line: string): void => remark(terminal, line);
  try {
    const { id, login, isPerson } = await viewer();
    if (isPerson) {
      const actor: Actor = { kind: 'github', id, name: login, verified: true };
      return { actor, rights: await rightsOf(actor, { people: forge.people, config, log }) };
    }
    log(`the token is ${login}'s, which is no person: git says who asks, and nobody vouches for it`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    log(`GitHub does not say who asks, so git does, and nobody vouches for it: ${why}`);
  }
  return unverified(root);
}

async function unverified(root: string): Promise<Identity> {
  return { actor: await localActor(root), rights: { teams: [] } };
}
