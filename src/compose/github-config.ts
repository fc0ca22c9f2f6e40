/** The configuration that counts for a job: the default branch's, whatever branch the run is of. */
import { CONFIG_FILES, decodeText } from '../adapters/config-yaml/load.ts';
import type { GithubOpened } from '../adapters/github/store/opening.ts';
import { printProblem, type Problem } from '../core/config/problem.ts';
import type { Code } from '../core/model/code.ts';
import type { Config } from '../core/model/config.ts';
import { ForgeError } from '../ports/forge.ts';
import type { GithubRun } from './github-run.ts';

/** A configuration with errors: the message is the first one's, `problems` are all. */
export class ConfigRefused extends ForgeError {
  /** Path in the repository. */
  readonly path: string;
  readonly problems: readonly Problem[];
  constructor(
    code: Code,
    message: string,
    { path, problems }: { readonly path: string; readonly problems: readonly Problem[] },
  ) {
    super(code, message);
    this.name = 'ConfigRefused';
    this.path = path;
    this.problems = problems;
  }
}

/** Throws a ForgeError with `config-missing`, or ConfigRefused. */
export function configOf({ config, defaultBranch }: GithubOpened, { repository }: GithubRun): Config {
  const where = `${repository.owner}/${repository.name}`;
  if (!config)
    throw new ForgeError(
      'config-missing',
      `no ${CONFIG_FILES[0]} on ${defaultBranch?.name ?? 'the default branch'} of ${where}: \`sluice init\` writes one; it counts when it is merged`,
    );
  const decoded = decodeText(config.text);
  if (decoded.ok) return decoded.config;
  const { problems } = decoded;
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  const said = first ? printProblem(first, config.path, config.text).split('\n')[0] : config.path;
  const code = first?.code ?? 'config-invalid';
  throw new ConfigRefused(code, `${(said ?? '').replace(`${code}  `, '')}${more}`, { path: config.path, problems });
}
