import { expect, it } from 'vitest';
import { foldAnswers } from '../../../src/core/judge/fold.ts';
import { judgeStage } from '../../../src/core/judge/stage.ts';
import { ruleWords } from '../../../src/core/report/verdicts.ts';
import { both, judge, look, requests } from './given.ts';

const spec = judge({ read: 'success', rule: { type: 'compare', with: 'stable', method: 'regression', ratio: 2 } });

it('R-121 says of a success rate what is allowed of its failures', () => {
  const answers = [both(requests(26, 1_000), requests(12, 3_000))];
  const evidence = foldAnswers(undefined, spec, { stage: 'canary', width: 10_000, answers });
  const { verdicts } = judgeStage({ look: look([spec]), evidence: [evidence] });
  expect(verdicts[0]).toMatchObject({
    verdict: 'fail',
    because: expect.stringMatching(
      /^success 97\.4% \(974 of 1,000\) against 99\.6% \(2,988 of 3,000\), allowed at most 2 times its failures/,
    ),
  });
  expect(ruleWords(spec, '1.3.2')).toBe('at most 2 times the failures of 1.3.2');
});
