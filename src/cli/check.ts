/** `sluice check`: the configuration, the state branch, secrets, with `--setup` this machine; nothing is changed. */
import { loadConfig } from '../compose.ts';
import { checkConfig } from '../core/config/overview.ts';
import { type Prerequisite, prerequisites } from '../core/config/prerequisites.ts';
import { missingSecrets } from '../core/config/secrets.ts';
import type { Block } from '../core/report/report.ts';
import { planSights, sightBlocks } from '../core/rollout/plan-sights.ts';
import { predeploy } from '../engine/predeploy.ts';
import { trafficOfAll } from '../engine/traffic.ts';
import { readMoving } from '../engine/tick.ts';
import { checkGithub } from './check-github.ts';
import { type Engine, openEngine } from './engine.ts';
import type { Running } from './running.ts';
import { repositoryRoot } from './session.ts';
import { setupFacts } from './setup-facts.ts';
import { showOutcome } from './terminal.ts';

export async function check(running: Running): Promise<number> {
  const { predeploy: service, setup } = running.command.options;
  if (service !== undefined) return checkService(running);
  const engine = await openEngine(running, { serves: false });
  try {
    const loaded = await loadConfig(await repositoryRoot(running.folder));
    if (!loaded.ok || !loaded.decoded.ok) throw new Error('the configuration changed while it was read: try again');
    const { warnings, secrets, config } = loaded.decoded;
    const missing = missingSecrets(secrets, (name) => (running.env[name] ?? '') !== '');
    const state = await readMoving(engine.wiring);
    const recorded = await trafficOfAll(engine.wiring);
    const sights = planSights(config, { options: running.command.options, recorded });
    const traffic = Object.fromEntries(sights.map(({ pair, traffic: { perSecond } }) => [pair, perSecond]));
    const more = sights.flatMap(({ pair, warnings: some }) => some.map((one) => `${pair}: ${one}`));
    const report = checkConfig(config, { file: loaded.path, warnings, missing, traffic, more });
    const branch: Block = {
      type: 'list',
      items: [
        state.revision === null
          ? `state branch ${config.state.branch}: made by the first change`
          : `state branch ${config.state.branch} at ${state.revision.slice(0, 10)}`,
        ...state.broken.map((file) => `${file.path} does not parse: ${file.problem}`),
      ],
    };
    const github =
      setup === true
        ? await checkGithub(running, { root: engine.root, config, secrets: secrets.map(({ name }) => name) })
        : { rows: [], faults: [] };
    const bad = state.broken.length > 0;
    const [fault] = bad ? [] : github.faults;
    const summary = `${loaded.path} is valid; ${warnings.length} warnings, ${missing.length} secrets empty here${bad ? `, ${state.broken.length} broken files on the state branch` : ''}`;
    const details = {
      warnings: warnings.length,
      secrets: missing.length,
      broken: state.broken.map((file) => file.path),
      ...(setup === true && { faults: github.faults }),
    };
    return showOutcome(running.terminal, {
      schemaVersion: 1,
      ok: !bad && fault === undefined,
      code: bad ? 'document-invalid' : fault === undefined ? 'done' : 'failed',
      summary:
        fault === undefined
          ? summary
          : `${fault}${github.faults.length > 1 ? ` (and ${github.faults.length - 1} more)` : ''}`,
      details,
      report: {
        blocks: [
          ...report.blocks,
          ...sightBlocks(sights),
          branch,
          ...(setup === true ? await setupBlocks(running, engine, github.rows) : []),
        ],
      },
    });
  } finally {
    await engine.close();
  }
}

/** The checks that come before a deploy of the service, run now. */
async function checkService(running: Running): Promise<number> {
  const engine = await openEngine(running, { serves: false });
  try {
    return showOutcome(running.terminal, (await predeploy(engine.wiring, running.command, running.signal)).outcome);
  } finally {
    await engine.close();
  }
}

/** What this machine has, and where each pair's traffic and numbers come from. */
async function setupBlocks(
  { env }: Running,
  { root, config, wiring }: Engine,
  github: readonly Prerequisite[],
): Promise<readonly Block[]> {
  const rows = prerequisites(await setupFacts(root, env)).filter(({ name }) => name !== 'configuration');
  const pairs = Object.entries(config.servicesByEnvironment).flatMap(([environment, services]) =>
    Object.values(services).map(({ name, platform }) => {
      const moved = wiring.platforms.has(`${name}/${environment}`);
      const detail = moved ? platform.type : `${platform.type} comes with a later version`;
      return [`${name} in ${environment}`, moved ? 'ok' : 'missing', detail, ''];
    }),
  );
  const sources = Object.values(config.sources).map(({ name, type }) =>
    type === 'router'
      ? [`source ${name}`, 'ok', 'asked by `sluice serve`', '']
      : [`source ${name}`, 'missing', `${type} comes with a later version`, ''],
  );
  const machine = [...rows, ...github].map(({ name, state, detail, remedy }) => [name, state, detail, remedy ?? '']);
  return [
    { type: 'heading', text: 'Set-up' },
    {
      type: 'table',
      columns: [{ title: 'what' }, { title: 'state', moods: true }, { title: 'seen' }, { title: 'what to do' }],
      rows: [...machine, ...pairs, ...sources],
    },
  ];
}
