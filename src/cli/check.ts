/** `sluice check`: the configuration, the state branch, secrets; nothing is changed. */
import { loadConfig } from '../compose.ts';
import { checkConfig } from '../core/config/overview.ts';
import { missingSecrets } from '../core/config/secrets.ts';
import type { Block } from '../core/report/report.ts';
import { readMoving } from '../engine/tick.ts';
import { openEngine } from './engine.ts';
import type { Running } from './running.ts';
import { repositoryRoot } from './session.ts';
import { showOutcome } from './terminal.ts';

export async function check(running: Running): Promise<number> {
  const engine = await openEngine(running, { serves: false });
  try {
    const loaded = await loadConfig(await repositoryRoot(running.folder));
    if (!loaded.ok || !loaded.decoded.ok) throw new Error('the configuration changed while it was read: try again');
    const { warnings, secrets, config } = loaded.decoded;
    const missing = missingSecrets(secrets, (name) => (running.env[name] ?? '') !== '');
    const state = await readMoving(engine.wiring);
    const report = checkConfig(config, { file: loaded.path, warnings, missing });
    const branch: Block = {
      type: 'list',
      items: [
        state.revision === null
          ? `state branch ${config.state.branch}: made by the first change`
          : `state branch ${config.state.branch} at ${state.revision.slice(0, 10)}`,
        ...state.broken.map((file) => `${file.path} does not parse: ${file.problem}`),
      ],
    };
    const bad = state.broken.length > 0;
    const summary = `${loaded.path} is valid; ${warnings.length} warnings, ${missing.length} secrets empty here${bad ? `, ${state.broken.length} broken files on the state branch` : ''}`;
    const details = {
      warnings: warnings.length,
      secrets: missing.length,
      broken: state.broken.map((file) => file.path),
    };
    return showOutcome(running.terminal, {
      schemaVersion: 1,
      ok: !bad,
      code: bad ? 'document-invalid' : 'done',
      summary,
      details,
      report: { blocks: [...report.blocks, branch] },
    });
  } finally {
    await engine.close();
  }
}
