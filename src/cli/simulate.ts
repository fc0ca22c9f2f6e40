/** `sluice simulate`: a policy tried on a recorded series. It needs files alone, no repository and no state. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { decodeText } from '../compose.ts';
import type { Outcome } from '../core/decision.ts';
import { printProblem } from '../core/config/problem.ts';
import { environmentOf, serviceOf } from '../core/environment/resolve.ts';
import type { Config } from '../core/model/config.ts';
import type { Json } from '../core/model/document.ts';
import { toInstant, toMilliseconds } from '../core/model/time.ts';
import { simulationReport, simulationSummary } from '../core/report/simulation.ts';
import { printFault } from '../core/simulate/records.ts';
import { type Series, readSeries } from '../core/simulate/series.ts';
import { type SimulationOptions, type SimulationResult, simulate as run } from '../core/simulate/simulate.ts';
import { type SweepRow, sweep } from '../core/simulate/sweep.ts';
import { seriesSight } from '../core/simulate/sight.ts';
import type { Running } from './running.ts';
import { CliError, readConfig, repositoryRoot } from './session.ts';
import { showOutcome } from './terminal.ts';

export async function simulate(running: Running): Promise<number> {
  const { command, terminal } = running;
  const file = command.options['series'];
  if (typeof file !== 'string')
    throw new CliError('data-missing', 'which numbers? sluice simulate --series FILE (CSV with time,metric,arm,...)');
  const config = await configOf(running);
  const series = await seriesOf(running, config, file);
  const options = optionsOf(running, config);
  const simulated = run(config, series, options);
  if (!simulated.ok) throw new CliError(simulated.code, `${file}: ${simulated.summary}`);
  const { result } = simulated;
  const swept = command.options['sweep'] === true ? sweep(config, series, options) : [];
  const name = `${options.service} in ${options.environment}`;
  const outcome: Outcome = {
    schemaVersion: 1,
    ok: true,
    code: 'done',
    summary: simulationSummary(result),
    details: detailsOf(result, swept),
    report: simulationReport({ result, config, series, name, sweep: swept, sight: seriesSight(result.plan, series) }),
  };
  return showOutcome(terminal, outcome);
}

/** The file that was named, else the repository's. */
async function configOf({ command, folder, terminal }: Running): Promise<Config> {
  const file = command.options['config'];
  if (typeof file !== 'string') return readConfig(await repositoryRoot(folder), terminal);
  const text = await read(folder, file);
  const decoded = decodeText(text);
  if (decoded.ok) return decoded.config;
  const [first] = decoded.problems;
  const code = first?.code ?? 'config-invalid';
  const printed = decoded.problems.map((problem) => printProblem(problem, file, text)).join('\n');
  throw new CliError(code, printed.replace(`${code}  `, ''));
}

async function read(folder: string, file: string): Promise<string> {
  return readFile(resolve(folder, file), 'utf8').catch((error: unknown) => {
    throw new CliError('file-unreadable', `${file}: ${error instanceof Error ? error.message : String(error)}`);
  });
}

async function seriesOf({ command, folder }: Running, { metrics }: Config, file: string): Promise<Series> {
  const { candidate, stable } = command.options;
  const labels = {
    ...(typeof candidate === 'string' && { candidate }),
    ...(typeof stable === 'string' && { stable }),
  };
  const found = readSeries(await read(folder, file), { metrics, labels });
  if (found.ok) return found.series;
  throw new CliError('data-invalid', printFault(found.fault, file));
}

function optionsOf({ command }: Running, config: Config): SimulationOptions {
  const { service: wanted, strategy, from, every } = command.options;
  const service = serviceOf(config, typeof wanted === 'string' ? wanted : undefined);
  if (!service.ok) throw new CliError(service.refusal.outcome.code, `${service.refusal.outcome.summary} (--service)`);
  const environment = environmentOf(config, command);
  if (!environment.ok) throw new CliError(environment.refusal.outcome.code, environment.refusal.outcome.summary);
  return {
    service: service.name,
    environment: environment.name,
    ...(typeof strategy === 'string' && { strategy }),
    ...(typeof from === 'string' && { from: toMilliseconds(from) }),
    ...(typeof every === 'number' && { every }),
  };
}

function detailsOf(result: SimulationResult, swept: readonly SweepRow[]): Json {
  const { outcome, at, cause, because, stage, began, samples, stages, happenings, remarks, plan } = result;
  const told = happenings.map(({ at: when, ...rest }) => ({ at: toInstant(when), ...rest }));
  const rows = swept.map(({ at: when, ...rest }) => ({ at: toInstant(when), ...rest }));
  const details = {
    outcome,
    at: toInstant(at),
    cause: cause ?? null,
    because: because ?? null,
    stage,
    samples,
    began: toInstant(began),
    strategy: plan.strategy,
    stages,
    happenings: told,
    remarks,
    ...(swept.length > 0 && { sweep: rows }),
  };
  return details as unknown as Json;
}
