/**
 * A neutral document: what an outcome, a notice or an explanation shows, before a surface draws it.
 * Texts are plain; a renderer escapes them for its surface.
 */
export type Block =
  | { readonly type: 'heading'; readonly text: string; readonly mood?: Mood }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'list'; readonly items: readonly string[] }
  | { readonly type: 'table'; readonly columns: readonly Column[]; readonly rows: readonly (readonly string[])[] }
  | { readonly type: 'diff'; readonly before: string; readonly after: string; readonly label?: string }
  | { readonly type: 'code'; readonly text: string; readonly language?: string }
  | { readonly type: 'chart'; readonly title: string; readonly unit: string; readonly series: readonly Series[] }
  | { readonly type: 'buttons'; readonly buttons: readonly Button[] };

export type Mood = 'good' | 'bad' | 'waiting' | 'moving' | 'neutral';
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Cells begin with a word of `moodOf` (`passed`, `fail`, `baking`): a renderer may show its mood beside it. */
  readonly moods?: true;
}
export interface Series {
  readonly name: string;
  /** [moment in ms, value] in order of time. */
  readonly points: readonly (readonly [number, number])[];
}
/** What pressing it says, in the command language. */
export interface Button {
  readonly text: string;
  readonly command: string;
  readonly confirm?: string;
}
export interface Report {
  readonly blocks: readonly Block[];
}
