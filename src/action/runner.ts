/** What a GitHub runner understands of a step: outputs, masks, annotations, groups, the job summary, the path of later steps. */

/** Where on a file an annotation stands. Lines and columns count from 1. */
export interface AnnotationPlace {
  readonly title?: string;
  readonly file?: string;
  readonly startLine?: number;
  readonly endLine?: number;
  readonly startColumn?: number;
  readonly endColumn?: number;
}

export interface Runner {
  setOutput(name: string, value: string): void;
  /** Shown as `***` in every log from now on. */
  setSecret(secret: string): void;
  error(message: string, place: AnnotationPlace): void;
  warning(message: string, place: AnnotationPlace): void;
  notice(message: string, place: AnnotationPlace): void;
  /** One line of the log. */
  info(line: string): void;
  startGroup(title: string): void;
  endGroup(): void;
  addPath(folder: string): void;
  /** Markdown behind what the step has put into its summary so far. */
  appendSummary(markdown: string): Promise<void>;
}

/** The real runner, through its own toolkit: loaded here, since no mode needs it before its first call goes out. */
export async function openRunner(): Promise<Runner> {
  const core = await import('@actions/core');
  return {
    setOutput: core.setOutput,
    setSecret: core.setSecret,
    error: core.error,
    warning: core.warning,
    notice: core.notice,
    info: core.info,
    startGroup: core.startGroup,
    endGroup: core.endGroup,
    addPath: core.addPath,
    appendSummary: async (markdown) => {
      await core.summary.addRaw(markdown).write();
    },
  };
}
