import * as z from 'zod';
import { Verdict } from './metric.ts';
import { Instant } from './time.ts';

/** The workflow run whose job began a stage. */
export interface StageRun {
  /** The repository's numeric id. */
  readonly repository?: string;
  readonly id: string;
  readonly attempt: number;
}
const StageRun: z.ZodType<StageRun> = z.strictObject({
  repository: z.string().exactOptional(),
  id: z.string(),
  attempt: z.int().min(1),
});

/** How one stage went; written when it is left. */
export interface StageRecord {
  readonly stage: string;
  readonly began: Instant;
  /** Begun by a job in the stage's GitHub environment. */
  readonly run?: StageRun;
  readonly exposed?: Instant;
  readonly ended?: Instant;
  readonly how?: 'passed' | 'promoted' | 'skipped' | 'rolled-back' | 'reduced' | 'repeated';
  readonly verdicts: readonly Verdict[];
}
export const StageRecord: z.ZodType<StageRecord> = z.strictObject({
  stage: z.string(),
  began: Instant,
  run: StageRun.exactOptional(),
  exposed: Instant.exactOptional(),
  ended: Instant.exactOptional(),
  how: z.enum(['passed', 'promoted', 'skipped', 'rolled-back', 'reduced', 'repeated']).exactOptional(),
  verdicts: z.array(Verdict),
});
