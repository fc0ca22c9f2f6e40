/** The part of `init` that is for repositories on GitHub: workflows from the packaged examples, and lines of CODEOWNERS. */
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type GithubRemote, tokenIn } from '../core/config/github-remote.ts';
import type { SecretUse } from '../core/config/secrets.ts';
import type { Config } from '../core/model/config.ts';
import type { Advised } from '../core/workflow/advice.ts';
import { EXAMPLES, type Examples, type FillOptions, workflowFiles } from '../core/workflow/fill.ts';
import { OWNERS_FILES, ownersIn, ownersText, unowned } from '../core/workflow/owners.ts';
import { workflowPlan } from '../core/workflow/plan.ts';
import { version } from './plain.ts';
import type { Running } from './running.ts';
import { CliError } from './session.ts';

export interface GithubSetup {
  readonly written: readonly string[];
  /** What was there already, with what it lacks where that is known. */
  readonly left: readonly string[];
  readonly advised: Advised;
}

interface Place {
  readonly running: Running;
  readonly root: string;
  readonly remote: GithubRemote;
  readonly defaultBranch: string;
  readonly config: Config;
  readonly secrets: readonly SecretUse[];
}

/** Writes what is not there yet; with `--dry-run` only says it. Existing files stay as they are. */
export async function setUpGithub(place: Place): Promise<GithubSetup> {
  const { remote, config, defaultBranch, root, running } = place;
  const plan = workflowPlan(config);
  const secrets = secretNames(place);
  const pin = await released(running, remote);
  const options: FillOptions = {
    defaultBranch,
    stateBranch: config.state.branch,
    secrets,
    ...(pin === undefined ? {} : { pin }),
  };
  const files = workflowFiles(plan, await examples(), options);
  const owners = await ownersFile(place);
  const written: string[] = [];
  const left: string[] = owners.left;
  for (const { path, text } of [...files, ...owners.files]) {
    const made = await make(join(root, path), text, running.command.options['dry-run'] === true);
    (made ? written : left).push(path);
  }
  const repository = `${remote.owner}/${remote.name}`;
  const pinned = pin === undefined ? {} : { pinned: pin.version };
  return { written, left, advised: { repository, defaultBranch, plan, secrets, ...pinned } };
}

/** False: it is there already. */
async function make(path: string, text: string, isDry: boolean): Promise<boolean> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (exists || isDry) return !exists;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { flag: 'wx' });
  return true;
}

/** What the configuration names, and what its commands may see; GitHub keeps `GITHUB_` for itself. */
function secretNames({ secrets, config }: Place): readonly string[] {
  const seen = Object.values(config.services).flatMap(({ env }) => env);
  const names = new Set([...secrets.map(({ name }) => name), ...seen]);
  return [...names].filter((name) => /^[A-Za-z_]\w*$/.test(name) && !/^GITHUB_/i.test(name));
}

/** Beside the bundle's folder in the package and in the action; one folder further up from the source. */
const FOLDERS = ['../examples/workflows/', '../../examples/workflows/'] as const;

async function examples(): Promise<Examples> {
  for (const folder of FOLDERS) {
    const read = EXAMPLES.map(async (name) => {
      const text = await readFile(fileURLToPath(new URL(folder + name, import.meta.url)), 'utf8');
      return [name, text] as const;
    });
    const found = await Promise.all(read).catch(() => undefined);
    if (found) return Object.fromEntries(found);
  }
  throw new CliError('internal', 'the example workflows are not beside the program: install the package anew');
}

/** The commit behind this version's tag, where GitHub can be asked for it. */
async function released({ env }: Running, remote: GithubRemote): Promise<FillOptions['pin']> {
  const token = tokenIn(env);
  if (token === undefined) return undefined;
  const { remoteForge } = await import('../compose/github-remote.ts');
  const { forge } = remoteForge({ ...remote, owner: 'sluice-dev', name: 'sluice' }, token);
  const tag = `v${version()}`;
  const commit = await forge.code.resolve(`refs/tags/${tag}`).catch(() => undefined);
  return commit && { sha: commit.sha, version: tag };
}

interface Owners {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly left: string[];
}

async function ownersFile({ root, config, remote }: Place): Promise<Owners> {
  const owners = ownersIn(config, remote.owner);
  for (const path of OWNERS_FILES) {
    const text = await readFile(join(root, path), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const missing = unowned(text);
    return { files: [], left: missing.length === 0 ? [path] : [`${path} (no line for ${missing.join(', ')})`] };
  }
  if (owners.length === 0) return { files: [], left: [] };
  return { files: [{ path: OWNERS_FILES[0] ?? '', text: ownersText(owners) }], left: [] };
}
