/** `sluice init`: checks prerequisites, writes a commented configuration, seeds the starter flags, says what is next. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { promisify } from 'node:util';
import { CONFIG_FILES, decodeText, loadConfig } from '../compose.ts';
import { maySetUp, type Prerequisite, prerequisites } from '../core/config/prerequisites.ts';
import { isStarterName, starterConfig, type StarterAnswers } from '../core/config/starter.ts';
import { starterFlags } from '../core/flag/starter.ts';
import { paths } from '../core/model/state.ts';
import type { Block } from '../core/report/report.ts';
import { planSights, sightBlocks } from '../core/rollout/plan-sights.ts';
import { adviceBlocks, nextSteps } from '../core/workflow/advice.ts';
import { commitDecision } from '../engine/commit.ts';
import { settle } from '../engine/settle.ts';
import { openEngine } from './engine.ts';
import { originOf } from './identity.ts';
import { type GithubSetup, setUpGithub } from './init-workflows.ts';
import type { Running } from './running.ts';
import { setupFacts } from './setup-facts.ts';
import { CliError, localActor, newRequest, repositoryRoot } from './session.ts';
import { showOutcome, styleOf } from './terminal.ts';

export async function init(running: Running): Promise<number> {
  const root = await repositoryRoot(running.folder);
  const facts = await setupFacts(root, running.env);
  const rows = prerequisites(facts);
  if (!running.terminal.json) showRows(running, rows);
  const missing = rows.find((row) => row.state === 'missing');
  if (!maySetUp(rows)) throw new CliError('refused', `${missing?.name}: ${missing?.detail}; ${missing?.remedy ?? ''}`);
  const isDry = running.command.options['dry-run'] === true;
  const existing = await loadConfig(root);
  const text = existing.ok ? undefined : starterText(await answers(running, root, facts.repository));
  if (text !== undefined && !isDry) await writeConfig(root, text);
  const decoded = existing.ok ? existing.decoded : decodeText(text ?? '');
  const remote = await originOf(root, running.env);
  const github =
    remote && decoded.ok
      ? await setUpGithub({ running, root, remote, defaultBranch: await defaultBranch(root), ...decoded })
      : undefined;
  const seeded = isDry || !decoded.ok ? { flags: 0 } : await seed(running);
  const written = text === undefined ? [] : [PATH];
  return finish(running, written, { ...seeded, sights: await sightsOf(running, root), ...(github && { github }) });
}

const PATH = CONFIG_FILES[0] ?? '.github/sluice.yml';

/** As the clone knows it, else the branch that is checked out. */
async function defaultBranch(root: string): Promise<string> {
  const git = promisify(execFile);
  const asked = [
    ['symbolic-ref', '--short', 'refs/remotes/origin/HEAD'],
    ['symbolic-ref', '--short', 'HEAD'],
  ];
  for (const args of asked) {
    const { stdout } = await git('git', args, { cwd: root }).catch(() => ({ stdout: '' }));
    if (stdout.trim() !== '') return stdout.trim().replace(/^origin\//, '');
  }
  return 'main';
}

function showRows({ terminal }: Running, rows: readonly Prerequisite[]): void {
  const style = styleOf(terminal);
  const marks = { ok: style('good', 'ok'), warning: style('waiting', '! '), missing: style('bad', 'x ') };
  for (const { name, state, detail, remedy } of rows) {
    terminal.stdout.write(
      `  ${marks[state]}  ${name}: ${detail}${remedy === undefined ? '' : style('dim', `  (${remedy})`)}\n`,
    );
  }
}

/** What is asked on a terminal, and taken for granted with --yes or without one. */
async function answers(running: Running, root: string, repository?: string): Promise<StarterAnswers> {
  const service = serviceName(repository ?? root);
  const defaults: StarterAnswers = {
    service,
    platform: { type: 'command', deploy: './scripts/deploy.sh' },
    environments: ['development', 'staging', 'production'],
    strategy: 'canary-beta-production',
    approvals: [],
  };
  const { stdin, stdout } = running;
  if (running.command.options['yes'] === true || stdin.isTTY !== true) return defaults;
  const line = createInterface({ input: stdin, output: stdout });
  try {
    const ask = async (question: string, preset: string): Promise<string> => {
      const said = (await line.question(`? ${question} (${preset}) `, { signal: running.signal })).trim();
      return said === '' ? preset : said;
    };
    return await interview(ask, defaults, await startScript(root));
  } finally {
    line.close();
  }
}

type Ask = (question: string, preset: string) => Promise<string>;

async function interview(ask: Ask, defaults: StarterAnswers, start: string | undefined): Promise<StarterAnswers> {
  const named = await ask('Service', defaults.service);
  const service = isStarterName(named) ? named : defaults.service;
  const kind = await ask(
    'Deployed by: command, or local (child processes on this machine)',
    start === undefined ? 'command' : 'local',
  );
  if (kind === 'local') {
    const command = await ask('Command that starts one version on $PORT', start ?? 'node server.js');
    const port = Number(await ask('Port of the router', '8080'));
    return {
      ...defaults,
      service,
      platform: { type: 'local', run: command, port: Number.isInteger(port) ? port : 8080 },
      environments: ['production'],
    };
  }
  const deploy = await ask('Command that deploys', './scripts/deploy.sh');
  const url = await ask('URL of the live service, or none', 'none');
  const strategy = await ask('Strategy: canary-beta-production, canary, all-at-once', defaults.strategy);
  return { ...defaults, service, platform: { type: 'command', deploy }, strategy, ...(url === 'none' ? {} : { url }) };
}

/** Of the repository's name, or of its folder's. */
function serviceName(root: string): string {
  const name = basename(root)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return isStarterName(name) ? name : 'web';
}

async function startScript(root: string): Promise<string | undefined> {
  const text = await readFile(join(root, 'package.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const scripts = (JSON.parse(text) as { readonly scripts?: Readonly<Record<string, string>> }).scripts;
  return scripts?.['start'] === undefined ? undefined : 'npm start';
}

function starterText(answered: StarterAnswers): string {
  const text = starterConfig(answered);
  const decoded = decodeText(text);
  if (!decoded.ok)
    throw new CliError('internal', `the configuration written by init has an error: ${decoded.problems[0]?.message}`);
  return text;
}

async function writeConfig(root: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, PATH)), { recursive: true });
  await writeFile(join(root, PATH), text, { flag: 'wx' });
}

/** The starter flags (R-512), in the state branch's first commit; a branch that has flags keeps them as they are. */
async function seed(running: Running): Promise<{ readonly flags: number; readonly commit?: string }> {
  const engine = await openEngine(running, { serves: false });
  try {
    const { wiring } = engine;
    const actor = await localActor(engine.root);
    const now = wiring.clock.now();
    const made = await commitDecision({
      store: wiring.store,
      needs: ['flags/'],
      asking: {
        now,
        actor,
        rights: { teams: [] },
        request: newRequest(),
        dryRun: false,
        overrides: [],
        command: 'init',
      },
      clock: wiring.clock,
      random: wiring.random,
      settle: () => settle(wiring),
      decide: (snapshot) => {
        const flags = snapshot.files.size > 0 ? [] : starterFlags(Object.keys(engine.config.environments));
        const outcome = {
          schemaVersion: 1 as const,
          ok: true,
          code: 'done' as const,
          summary: `${flags.length} starter flags`,
          details: flags.length,
        };
        if (flags.length === 0) return { changes: [], outcome };
        const changes = flags.map((flag) => ({ path: paths.flag(flag.key), document: flag }));
        return {
          changes,
          outcome,
          message: { title: `init: ${flags.length} starter flags`, event: 'flag.seeded', subject: 'flags' },
        };
      },
    });
    return {
      flags: Number(made.decision.outcome.details),
      ...(made.commit === undefined ? {} : { commit: made.commit }),
    };
  } finally {
    await engine.close();
  }
}

/** What the configured stages can see at the traffic that was given; nothing where none was. */
async function sightsOf({ command }: Running, root: string): Promise<readonly Block[]> {
  const loaded = await loadConfig(root);
  if (!loaded.ok || !loaded.decoded.ok) return [];
  const { config } = loaded.decoded;
  const last = Object.keys(config.environments).at(-1);
  const sights = planSights(config, { options: command.options });
  const own = sights.filter(({ pair }) => pair.endsWith(`/${last}`));
  return sightBlocks(own.map((one) => ({ ...one, sentences: [...one.sentences, ...one.warnings] })));
}

interface Seeded {
  readonly flags: number;
  readonly commit?: string;
  readonly sights: readonly Block[];
  readonly github?: GithubSetup;
}

function finish({ terminal, command }: Running, configured: readonly string[], seeded: Seeded): number {
  const { flags, sights, github, commit } = seeded;
  const isDry = command.options['dry-run'] === true;
  const written = [...configured, ...(github?.written ?? [])];
  const left = github?.left ?? [];
  const kept = github ? 'nothing to write' : 'the configuration stays as it is';
  const wrote = written.length === 0 ? kept : `${isDry ? 'would write' : 'wrote'} ${written.join(', ')}`;
  const seeding = flags === 0 ? 'flags stay as they are' : `${flags} starter flags on the state branch`;
  const leaving: readonly Block[] =
    left.length === 0 ? [] : [{ type: 'text', text: `Left as they are: ${left.join(', ')}` }];
  const advice = github ? adviceBlocks(github.advised) : [];
  const next: Block = {
    type: 'list',
    items: github ? nextSteps(github.advised, configured.length > 0) : localSteps(configured),
  };
  return showOutcome(terminal, {
    schemaVersion: 1,
    ok: true,
    code: isDry ? 'planned' : 'done',
    summary: isDry ? wrote : `${wrote}; ${seeding}`,
    details: { written, left, flags },
    ...(commit === undefined ? {} : { commit }),
    report: { blocks: [...sights, ...leaving, ...advice, { type: 'text', text: 'Next:' }, next] },
  });
}

function localSteps(written: readonly string[]): readonly string[] {
  return [
    written.length === 0
      ? 'sluice check'
      : `read ${written[0] ?? ''}, put your own deploy command and URL in, then sluice check`,
    'commit it: it counts on the default branch',
    'sluice flag list; sluice deploy SERVICE@VERSION',
  ];
}
