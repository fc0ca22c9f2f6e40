/**
 * `sluice`: the engine for a program that embeds it. Open one with `compose` (a git repository) or put a `Wiring` together
 * from the ports; give commands with `execute`; let time pass with `tick`. An application that only evaluates flags needs
 * nothing of this: it imports `sluice/flags`.
 *
 * ```ts
 * const loaded = await loadConfig('.');
 * if (!loaded.ok || !loaded.decoded.ok) throw new Error('no valid configuration');
 * const { wiring, close } = await compose({ folder: '.', config: loaded.decoded.config, env: {}, serves: false, log: console.log });
 * const parsed = parseCommand('flag enable new-dashboard 25% in production');
 * if (parsed.ok) await execute(wiring, { command: parsed.command, actor, rights: { teams: [] }, id: crypto.randomUUID() });
 * await close();
 * ```
 */

// The engine: from a configuration to something that carries commands out and ticks.
export { compose, type Composed, type ComposeOptions, decodeText, loadConfig } from './compose.ts';
export { execute, type Request } from './engine/execute.ts';
export { emptyMemory, type Memory } from './engine/step.ts';
export { tick, type Ticked, type Ticking } from './engine/tick.ts';
export type { Here, PlacedPlatform, Wiring } from './engine/wiring.ts';

// The command language: text to data and back. Neither ever throws.
export type { Command, Value } from './core/command/command.ts';
export { parseCommand, type Parsed, parseWords } from './core/command/parse.ts';
export { printCommand } from './core/command/print.ts';

// What commands answer: outcomes with a code of a closed list, and reports that a surface draws.
export type { Outcome, Rights } from './core/decision.ts';
export { type Code, CODES, exitOf } from './core/model/code.ts';
export { remedyOf } from './core/model/remedy.ts';
export type { Block, Report } from './core/report/report.ts';
export { renderMarkdown } from './render/markdown.ts';
export { renderTerminal } from './render/terminal.ts';

// What stands on the state branch. Each name is a type and the zod schema that reads it.
export { Actor, SLUICE } from './core/model/actor.ts';
export type { Config, ServiceConfig } from './core/model/config.ts';
export { printDocument } from './core/model/document.ts';
export { Flag, Segment } from './core/model/flag.ts';
export { Alert, EnvironmentState, Place } from './core/model/place.ts';
export { Release } from './core/model/release.ts';
export { Plan, Rollout } from './core/model/rollout.ts';
export { paths, type State } from './core/model/state.ts';

// The ports: what the engine needs from outside. Whoever implements one can put it into a `Wiring`.
export type { Channel, Notice } from './ports/channel.ts';
export type { Clock } from './ports/clock.ts';
export type { MetricLabels, MetricQuery, MetricSource } from './ports/metric-source.ts';
export type {
  Capabilities,
  DeployRequest,
  OperationStatus,
  PairName,
  Platform,
  RunningVersion,
} from './ports/platform.ts';
export type { Probe, ProbeContext, ProbeResult, VersionQuestion, VersionSeen } from './ports/probe.ts';
export {
  type CommitMessage,
  type Conflict,
  type FileChange,
  isConflict,
  type Needs,
  type Snapshot,
  type Store,
  type StoredCommit,
  type StoredFile,
  StoreError,
} from './ports/store.ts';

// Adapters that need nothing installed: state in memory (for tests), the machine's clock, notices to a URL.
export { memoryStore, systemClock, webhookChannel, type WebhookOptions } from './compose.ts';

// Judges of other systems as pure functions, for those who come from there: numbers in, a verdict out.
export { argoAnalysis, type ArgoAnalysis, argoProblems, type ArgoResult } from './core/judge/peers/argo-run.ts';
export {
  type ArgoMeasurement,
  argoMeasurementPhase,
  argoMetric,
  type ArgoMetric,
  type ArgoMetricResult,
} from './core/judge/peers/argo.ts';
export { kayentaJudge, kayentaRunPasses } from './core/judge/peers/kayenta-score.ts';
export type {
  KayentaInput,
  KayentaMetric,
  KayentaResult,
  KayentaThresholds,
} from './core/judge/peers/kayenta-score.ts';
export { kayentaClassify, type KayentaClassification, type KayentaRule } from './core/judge/peers/kayenta.ts';
