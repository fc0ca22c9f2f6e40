/** A pull request against the code: the configuration where it changes it, and what a deploy of its commit would go through. */
import type { Config } from '../../core/model/config.ts';
import { type Finding, TOP } from '../../core/review/finding.ts';
import { plansOf } from '../../core/review/plans.ts';
import { loosened } from '../../core/review/policy.ts';
import { decodeState } from '../documents.ts';
import { type ChangedFile, pathsOf, textOfFile } from './files.ts';
import type { Found, Reviewing, ReviewOptions } from './question.ts';
import { pastTheirDate } from './state.ts';

/** What is read of the state for it. */
export const CODE_NEEDS: readonly string[] = ['services/', 'environments/', 'rollouts/', 'flags/'];

export async function reviewCode(
  { store, config }: Reviewing,
  files: readonly ChangedFile[],
  options: ReviewOptions,
): Promise<Found> {
  const { pull, environment } = options;
  const snapshot = await store.read(CODE_NEEDS);
  const state = decodeState(snapshot, config);
  const proposal = proposed(files, options);
  const plans = plansOf({
    state,
    proposed: proposal.config,
    paths: pathsOf(files),
    sha: pull.sha,
    now: snapshot.now,
    ...(environment !== undefined && { environment }),
  });
  const unplanned = plans.flatMap(({ service, environment: where, planned }): readonly Finding[] =>
    planned.ok
      ? []
      : [
          {
            path: proposal.path ?? options.configFiles[0] ?? '',
            ...TOP,
            level: 'failure',
            code: planned.code,
            title: 'no plan',
            message: `${service} in ${where}: ${planned.summary}`,
          },
        ],
  );
  const looser = proposal.config ? loosened(config, proposal.config, plans) : [];
  const warned = looser.map((message): Finding => ({
    path: proposal.path ?? '',
    ...TOP,
    level: 'warning',
    title: 'looser',
    message,
  }));
  return {
    findings: [...proposal.findings, ...unplanned, ...warned],
    plans,
    ...(proposal.config && { config: proposal.config }),
    loosened: looser,
    changesPolicy: proposal.path !== undefined,
    expired: pastTheirDate(state, snapshot.now),
    remarks: state.broken.map(({ path, problem }) => `${path} on the state branch does not parse: ${problem}`),
  };
}

interface Proposal {
  /** The configuration's file, where the pull request touches it. */
  readonly path?: string;
  readonly config?: Config;
  readonly findings: readonly Finding[];
}

/** What the configuration would be: validated from its own text, and judging nothing. */
export function proposed(
  files: readonly ChangedFile[],
  { decode, configFiles }: Pick<ReviewOptions, 'decode' | 'configFiles'>,
): Proposal {
  const touched = configFiles.filter((one) => pathsOf(files).includes(one));
  const [first] = touched;
  if (first === undefined) return { findings: [] };
  // The first that exists counts.
  const file = files.find((one) => touched.includes(one.path) && one.status !== 'removed');
  if (!file) return { path: first, findings: [gone(first)] };
  const { path } = file;
  const read = textOfFile(file);
  if ('finding' in read) return { path, findings: [{ ...read.finding, code: 'config-invalid' }] };
  const decoded = decode(read.text);
  const warnings = decoded.warnings.map(({ line, column, message, hint }): Finding => ({
    path,
    line,
    column,
    level: 'warning',
    title: 'configuration',
    message: hinted(message, hint),
  }));
  if (decoded.ok) return { path, config: decoded.config, findings: warnings };
  const problems = decoded.problems.map(({ line, column, code, message, hint }): Finding => ({
    path,
    line,
    column,
    level: 'failure',
    code,
    title: 'configuration',
    message: hinted(message, hint),
  }));
  return { path, findings: [...problems, ...warnings] };
}

function gone(path: string): Finding {
  const message = 'the configuration is taken away: nothing can be decided without one';
  return { path, ...TOP, level: 'failure', code: 'config-missing', title: 'configuration', message };
}

function hinted(message: string, hint: string | undefined): string {
  return hint === undefined ? message : `${message}: ${hint}`;
}
