/** A pull request against the code: the configuration where it changes it, and what a deploy of its commit would go through. */
import type { Decoded } from '../../core/config/decode.ts';
import type { Problem, Warning } from '../../core/config/problem.ts';
import type { Config } from '../../core/model/config.ts';
import { type Finding, TOP } from '../../core/review/finding.ts';
import { plansOf } from '../../core/review/plans.ts';
import { loosened } from '../../core/review/policy.ts';
import { decodeState } from '../documents.ts';
import type { Forge } from '../../ports/forge.ts';
import { type ChangedFile, pathsOf, textOfFile } from './files.ts';
import type { Found, Reviewing, ReviewOptions } from './question.ts';
import { pastTheirDate } from './state.ts';

/** What is read of the state for it. */
export const CODE_NEEDS: readonly string[] = ['services/', 'environments/', 'rollouts/', 'flags/'];

export async function reviewCode(
  { store, config, forge }: Reviewing,
  files: readonly ChangedFile[],
  options: ReviewOptions,
): Promise<Found> {
  const { pull, environment } = options;
  const snapshot = await store.read(CODE_NEEDS);
  const state = decodeState(snapshot, config);
  const proposal = await proposed(forge, files, options);
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
  /** The configuration's file that counts, where the pull request touches any. */
  readonly path?: string;
  readonly config?: Config;
  readonly findings: readonly Finding[];
}

/**
 * What the configuration would be: validated from its own text, and judging nothing. Every place where one may lie is looked at,
 * touched or not: the first that stands there counts once it is merged. Rejects with a ForgeError.
 */
export async function proposed(
  { code }: Pick<Forge, 'code'>,
  files: readonly ChangedFile[],
  { decode, configFiles }: Pick<ReviewOptions, 'decode' | 'configFiles'>,
): Promise<Proposal> {
  const touched = configFiles.filter((one) => pathsOf(files).includes(one));
  const [first] = touched;
  if (first === undefined) return { findings: [] };
  // What the pull request does not touch stays as it is where it is merged into.
  const others = configFiles.filter((one) => !touched.includes(one));
  const kept = others.length === 0 ? new Map<string, never>() : await code.files(others, 'HEAD');
  const standing = configFiles.flatMap((path): readonly ChangedFile[] => {
    const own = files.find((one) => one.path === path && one.status !== 'removed');
    const file = kept.get(path);
    return own ? [own] : file ? [{ path, status: 'modified', file }] : [];
  });
  const [file, ...shadowed] = standing;
  if (!file) return { path: first, findings: [gone(first)] };
  const { path } = file;
  const twice = shadowed.map((one) => second(path, one.path, touched.includes(one.path)));
  const read = textOfFile(file);
  if ('finding' in read) return { path, findings: [{ ...read.finding, code: 'config-invalid' }, ...twice] };
  const { config, findings } = decodedAt(path, decode(read.text));
  return { path, findings: [...findings, ...twice], ...(config && { config }) };
}

/** One that is never read misleads whoever reviews it. */
function second(counts: string, path: string, isTouched: boolean): Finding {
  const message = `there are two configurations: ${counts} counts, and ${path} is never read. Keep one`;
  const level = isTouched ? 'failure' : 'warning';
  return { path, ...TOP, level, code: 'config-invalid', title: 'two configurations', message };
}

/** More are counted. */
const MOST = 100;

function decodedAt(path: string, decoded: Decoded): Pick<Proposal, 'config' | 'findings'> {
  const told = (all: readonly (Problem | Warning)[], level: Finding['level']): readonly Finding[] => {
    const title = 'configuration';
    const shown = all.slice(0, MOST).map((one): Finding => ({
      path,
      line: one.line,
      column: one.column,
      level,
      ...('code' in one && { code: one.code }),
      title,
      message: hinted(one.message, one.hint).slice(0, SENTENCE),
    }));
    const more = { path, ...TOP, level, title, message: `and ${all.length - MOST} more` };
    return all.length > MOST ? [...shown, more] : shown;
  };
  const warnings = told(decoded.warnings, 'warning');
  if (decoded.ok) return { config: decoded.config, findings: warnings };
  return { findings: [...told(decoded.problems, 'failure'), ...warnings] };
}

/** Characters of a message. */
const SENTENCE = 1_000;

function gone(path: string): Finding {
  const message = 'the configuration is taken away: nothing can be decided without one';
  return { path, ...TOP, level: 'failure', code: 'config-missing', title: 'configuration', message };
}

function hinted(message: string, hint: string | undefined): string {
  return hint === undefined ? message : `${message}: ${hint}`;
}
