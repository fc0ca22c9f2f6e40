/** The engine for one run of the CLI. */
import { compose, type Composed } from '../compose.ts';
import type { Config } from '../core/model/config.ts';
import { originRemark } from './config-origin.ts';
import type { Running } from './running.ts';
import { readConfig, repositoryRoot } from './session.ts';
import { remark } from './terminal.ts';

export interface Engine extends Composed {
  readonly root: string;
  readonly config: Config;
}

interface EngineOptions {
  readonly serves: boolean;
  readonly port?: number;
  readonly log?: (line: string) => void;
}

export async function openEngine(running: Running, options: EngineOptions): Promise<Engine> {
  const root = await repositoryRoot(running.folder);
  const config = await readConfig(root, running.terminal);
  const log = options.log ?? ((line: string) => remark(running.terminal, line));
  const origin = running.terminal.json ? undefined : await originRemark(root);
  if (origin !== undefined) remark(running.terminal, origin);
  const composed = await compose({
    folder: root,
    config,
    env: running.env,
    serves: options.serves,
    log,
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  return { ...composed, root, config };
}
