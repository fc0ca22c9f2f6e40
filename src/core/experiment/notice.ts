/** What channels are told of an experiment; what calls a person is an alert (`finding.ts`). */
import type { Experiment } from '../model/experiment.ts';
import type { NoticeCommit, ReportNotice } from '../report/notice.ts';

/** One notice when it was won and when it began or ended; none for anything else. */
export function experimentNotices(
  before: Experiment | undefined,
  after: Experiment | undefined,
  commit: NoticeCommit,
): readonly ReportNotice[] {
  if (!after) return [];
  const what = happened(before, after);
  if (what === undefined) return [];
  const { key, decision, hypothesis, environment } = after;
  const title = `experiment ${key}: ${what}`;
  const isWon = after.state === 'running' && decision?.verdict === 'won';
  const buttons = [{ text: 'Ship it', command: `experiment ship ${key} in ${environment}` }];
  return [
    {
      event: 'experiment',
      severity: 'low',
      subject: `experiment/${key}`,
      title,
      report: {
        blocks: [
          { type: 'heading', text: title, mood: isWon ? 'good' : 'neutral' },
          ...(hypothesis === undefined ? [] : [{ type: 'text', text: hypothesis } as const]),
          ...(decision === undefined ? [] : [{ type: 'text', text: decision.because } as const]),
          ...(isWon ? [{ type: 'buttons', buttons } as const] : []),
        ],
      },
      marker: `sluice experiment/${key}`,
      commit: commit.revision,
      at: commit.at,
    },
  ];
}

function happened(before: Experiment | undefined, { state, decision, environment }: Experiment): string | undefined {
  if (state !== before?.state && state !== 'draft') return state === 'running' ? `runs in ${environment}` : state;
  if (decision?.verdict !== 'won' || before?.decision?.verdict === 'won') return undefined;
  return `${decision.variant ?? 'a variant'} has won`;
}
