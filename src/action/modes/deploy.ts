/** `actions/deploy`: begins a rollout and takes it through its stages while the job waits. */
import type { GithubComposed } from '../../compose/github.ts';
import type { Command } from '../../core/command/command.ts';
import { printCommand } from '../../core/command/print.ts';
import { readRelease } from '../../core/command/target.ts';
import { environmentOf, serviceOf } from '../../core/environment/resolve.ts';
import { type Config, serviceIn } from '../../core/model/config.ts';
import { ActionError } from '../failure.ts';
import { follow, rolloutIn } from '../follow.ts';
import { textOf } from '../inputs.ts';
import type { Answer } from '../proceed.ts';
import { carryOutCommand, granted, OPEN, openEngine, type Step } from '../step.ts';
import { sealedAnswer } from './sealed.ts';

export async function deploy(step: Step): Promise<Answer> {
  const { command } = step.inputs;
  if (!command) throw new ActionError('version-expected', 'which version? set the input `version`');
  const endpoint = textOf(step.inputs, 'endpoint');
  if (endpoint !== undefined) return sealedAnswer(step, { endpoint, command });
  const opened = await openEngine(step);
  const engine = granted(opened, jobsOf(opened.config, command));
  try {
    const until = untilOf(engine.config, command);
    const asked = until === 'by-itself' ? withoutUntil(command) : command;
    await sameCheckout(engine, command);
    step.log(`${OPEN} ${printCommand(asked)}`);
    const outcome = await carryOutCommand(step, engine, { command: asked });
    const id = rolloutIn(outcome);
    if (!outcome.ok || id === undefined || command.options['dry-run'] === true) return { outcome, proceed: false };
    const stage = typeof command.options['until'] === 'string' ? command.options['until'] : undefined;
    const begun = outcome.commit !== undefined;
    const rest = {
      ...(stage === undefined ? {} : { until: stage }),
      ...(outcome.commit && { commit: outcome.commit }),
    };
    const whenOpen = command.options['when-green'] === true;
    return await follow(step, engine, { id, begun, whenOpen, ...rest });
  } finally {
    await engine.close();
  }
}

interface Named {
  readonly service: string;
  readonly environment: string;
  readonly version: string;
}

/** The pairs that the command names; none where it is not clear, which the engine then says itself. */
function pairsOf(config: Config, command: Command): readonly Named[] {
  const texts = Array.isArray(command.args['releases']) ? (command.args['releases'] as readonly string[]) : [];
  const environment = environmentOf(config, command);
  if (!environment.ok) return [];
  return texts.flatMap((text) => {
    const { service: named, version } = readRelease(text);
    const service = serviceOf(config, named);
    return service.ok ? [{ service: service.name, environment: environment.name, version }] : [];
  });
}

/** The steps behind this one deploy these pairs. */
function jobsOf(config: Config, command: Command): readonly string[] {
  return pairsOf(config, command).map(({ service, environment }) => `job:${service}/${environment}`);
}

/**
 * Whether the stage is left by a job, which is where the rollout waits anyway: `until` would make a person's word of what the next
 * job says.
 */
function untilOf(config: Config, command: Command): 'by-itself' | 'asked' {
  const { until, strategy } = command.options;
  const [pair] = pairsOf(config, command);
  const service = pair && serviceIn(config, pair.service, pair.environment);
  const name = strategy ?? (pair && config.environments[pair.environment]?.strategy) ?? service?.strategy;
  const stage = config.strategies[String(name)]?.stages.find((one) => one.name === until);
  return stage?.promote === 'job' ? 'by-itself' : 'asked';
}

function withoutUntil(command: Command): Command {
  const { until: _, ...options } = command.options;
  return { ...command, options };
}

/** What deploys by files of the repository does so from the release's own commit, or not at all. */
async function sameCheckout({ config, wiring, checkout }: GithubComposed, command: Command): Promise<void> {
  for (const { service, environment, version } of pairsOf(config, command)) {
    const placed = wiring.platforms.get(`${service}/${environment}`);
    if (!placed || !(placed.deployNeeds ?? placed.needs).includes('checkout')) continue;
    const release = await wiring.resolve(version, service);
    if (!release || checkout === release.commit) continue;
    const found = checkout === undefined ? 'no checkout' : `the commit ${checkout.slice(0, 12)}`;
    throw new ActionError(
      checkout === undefined ? 'repository-missing' : 'sha-moved',
      `the workspace holds ${found}, and ${service} ${version} is ${release.commit.slice(0, 12)}: put actions/checkout with \`ref: ${release.commit}\` before this step. Nothing was begun`,
    );
  }
}
