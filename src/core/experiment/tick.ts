/** What a tick records of a running experiment: a commit where the verdict's word changed, else nothing. */
import { type Decision, refuse } from '../decision.ts';
import type { ExperimentData, ExperimentDecision } from '../model/experiment.ts';
import type { State } from '../model/state.ts';
import { paths } from '../model/state.ts';
import type { Milliseconds } from '../model/time.ts';
import { printCount } from '../report/words.ts';
import { verdictTick } from './decision.ts';
import { dataProblem } from './sums.ts';

interface Seen {
  readonly data: ExperimentData;
  readonly now: Milliseconds;
}

export function decideExperimentTick(state: State, key: string, { data, now }: Seen): Decision {
  const experiment = state.experiments.get(key);
  if (experiment?.state !== 'running') return unchanged(`experiment ${key} does not run`);
  const problem = dataProblem(experiment, data);
  if (problem) return refuse(problem.code, problem.message);
  const decision = verdictTick(experiment, data, { now, config: state.config.experiments });
  if (!decision) return unchanged(`experiment ${key}: ${experiment.decision?.verdict ?? 'collecting'}`);
  const summary = `experiment ${key}: ${decision.verdict}: ${decision.because}`;
  const users = Object.entries(data.variants).map(([name, { users: count }]) => `${name} ${printCount(count)}`);
  return {
    changes: [{ path: paths.experiment(key), document: { ...experiment, decision } }],
    outcome: {
      schemaVersion: 1,
      ok: true,
      code: 'done',
      summary,
      details: { experiment: key, verdict: decision.verdict },
    },
    message: {
      title: `experiment ${key}: ${wordOf(experiment.decision)} -> ${wordOf(decision)}`,
      body: `${decision.because}\n\nUsers: ${users.join(', ')}; crossed: ${printCount(data.crossed)}; from ${data.from}, until ${data.until}`,
      event: 'experiment.decided',
      subject: `experiment/${key}`,
    },
  };
}

/** `collecting`, `collecting (b harmed)` */
function wordOf({ verdict = 'collecting', harmed = [] }: Partial<ExperimentDecision> = {}): string {
  return harmed.length === 0 || verdict === 'guardrail-lost' ? verdict : `${verdict} (${harmed.join(', ')} harmed)`;
}

function unchanged(summary: string): Decision {
  return { changes: [], outcome: { schemaVersion: 1, ok: true, code: 'unchanged', summary, details: null } };
}
