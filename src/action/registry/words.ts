/** The words in which the table of actions is written. */

export const ACTION_NAMES = [
  'root',
  'deploy',
  'report',
  'promote',
  'rollback',
  'reconcile',
  'flag',
  'experiment',
  'monitor',
  'comment',
  'check',
  'setup',
] as const;

/** The root action, or the folder of a composite one under actions/. Also the name of its mode (`SLUICE_ACTION`). */
export type ActionName = (typeof ACTION_NAMES)[number];

/** What an input may be. `duration` carries its unit, a `list` stands one a line or between commas, a `version` is a tag, SHA, head or latest. */
export type InputKind = 'text' | 'percent' | 'duration' | 'boolean' | 'choice' | 'list' | 'version';

export interface ActionInput {
  readonly name: string;
  /** One sentence or two: what it is, its unit, an example. */
  readonly description: string;
  readonly kind: InputKind;
  readonly required?: true;
  /** As action.yml gives it; may be an expression of the `github` context. */
  readonly default?: string;
  /** The words a `choice` may be. */
  readonly of?: readonly string[];
  /** Goes into the command of the action, by the grammar's table. The others are the action's own. */
  readonly command?: true;
}

export type OutputName =
  | 'ok'
  | 'code'
  | 'result'
  | 'rollout'
  | 'stage'
  | 'weight'
  | 'verdict'
  | 'commit'
  | 'url'
  | 'proceed'
  | 'operation'
  | 'version'
  | 'sha'
  | 'continue';

export interface ActionOutput {
  readonly name: OutputName;
  readonly description: string;
}

/** Permissions of the job's token, each with what it is for. */
export type Permissions = Readonly<Record<string, { readonly level: 'read' | 'write'; readonly because: string }>>;

export interface Action {
  readonly name: ActionName;
  readonly title: string;
  /** One sentence, as the Marketplace shows it: at most 125 characters. */
  readonly description: string;
  /** What it does and when to take it, as its README begins: Markdown. */
  readonly text: string;
  readonly inputs: readonly ActionInput[];
  readonly outputs: readonly ActionOutput[];
  readonly permissions: Permissions;
  /** Steps of a job that uses it, as YAML; `USES` stands for its reference. */
  readonly example: string;
}
