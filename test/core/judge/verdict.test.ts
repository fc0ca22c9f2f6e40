import { describe, expect, it } from 'vitest';
import { foldAnswers } from '../../../src/core/judge/fold.ts';
import type { Answer } from '../../../src/core/judge/rule.ts';
import { type StageAnswers, judgeStage, stageVerdict } from '../../../src/core/judge/stage.ts';
import type { JudgeSpec, Verdict } from '../../../src/core/model/metric.ts';
import { WHOLE } from '../../../src/core/model/weight.ts';
import { both, errorsBelow, judge, look, only, requests, times, T0 } from './given.ts';

const spec = errorsBelow(0.01);
const answered = (answers: readonly Answer[], one: JudgeSpec = spec): StageAnswers => new Map([[one.id, { answers }]]);
const good = only(requests(0, 100));

describe('a verdict', () => {
  it('passes at the end of the bake when it did not fail and min-samples is reached', () => {
    const judged = judgeStage({ look: look([spec]), evidence: [], answers: answered(times(10, good)) });
    expect(judged.verdicts[0]).toMatchObject({
      verdict: 'pass',
      samples: 1_000,
      seen: 0,
      until: '2026-11-21T10:01:40.000Z',
    });
    expect(judged).toMatchObject({ ended: true, stage: { result: 'pass' } });
  });

  it('is undecided before the end, however good it looks', () => {
    const early = look([spec], { now: T0 + 99_000 });
    const judged = judgeStage({ look: early, evidence: [], answers: answered(times(3, good)) });
    expect(judged.verdicts[0]).toMatchObject({
      verdict: 'undecided',
      because: 'errors 0% (0 of 300), allowed below 1%',
    });
    expect(judged).toMatchObject({ ended: false, stage: { result: 'undecided' } });
  });

  it('is undecided until the last window is closed, though the bake is over', () => {
    const over = look([spec], { now: T0 + 100_000 + 59_999 });
    const judged = judgeStage({ look: over, evidence: [], answers: answered(times(9, good)) });
    expect(judged).toMatchObject({ ended: false, verdicts: [{ verdict: 'undecided' }] });
  });

  it('is undecided at the end when too few samples were seen', () => {
    const few = answered(times(10, only(requests(0, 10))));
    const { verdicts, stage, ended } = judgeStage({ look: look([spec]), evidence: [], answers: few });
    expect(verdicts[0]?.because).toBe(
      'errors 0% (0 of 100), allowed below 1%; 100 samples, 500 are needed: about 7 min more at this pace',
    );
    expect({ result: stage.result, ended }).toEqual({ result: 'undecided', ended: true });
  });

  it('is undecided at the end when fewer than nine windows in ten were judged', () => {
    const gaps = [good, only(null), good, only(null), ...times(6, good)];
    expect(judgeStage({ look: look([spec]), evidence: [], answers: answered(gaps) }).verdicts[0]).toMatchObject({
      verdict: 'undecided',
      because: 'errors 0% (0 of 800), allowed below 1%; only 8 of 10 windows were judged',
    });
    const one = [good, only(null), ...times(8, good)];
    expect(judgeStage({ look: look([spec]), evidence: [], answers: answered(one) }).verdicts[0]?.verdict).toBe('pass');
  });

  it('fails as soon as it fails, before the end', () => {
    const early = look([spec], { now: T0 + 71_000 });
    const { verdicts, stage } = judgeStage({ look: early, evidence: [], answers: answered([only(requests(99, 900))]) });
    expect(verdicts[0]?.verdict).toBe('fail');
    expect(stage).toMatchObject({ result: 'fail', then: 'rollback', worst: { judge: 'error-rate' } });
  });

  it('has no data when a source that should answer gave nothing for the delay and three windows', () => {
    const at = (windows: number) => look([spec], { now: T0 + windows * 10_000 + 60_000 });
    const silent = (windows: number) =>
      judgeStage({ look: at(windows), evidence: [], answers: answered(times(windows, only(null))) }).verdicts[0];
    expect(silent(2)?.verdict).toBe('undecided');
    expect(silent(3)).toMatchObject({ verdict: 'no-data', because: 'prometheus says nothing about errors' });
    const back = judgeStage({ look: at(4), evidence: [], answers: answered([...times(3, only(null)), good]) });
    expect(back.verdicts[0]?.verdict).toBe('undecided');
  });

  it('has no data when the source could not be asked about three closed windows, none waits for a first failure', () => {
    const before = [foldAnswers(undefined, spec, { stage: 'canary', width: 10_000, answers: [good] })];
    const at = look([spec], { now: T0 + 40_000 + 60_000 });
    expect(judgeStage({ look: at, evidence: before }).verdicts[0]?.verdict).toBe('no-data');
    const answers: StageAnswers = new Map([[spec.id, 'unasked' as const]]);
    expect(judgeStage({ look: at, evidence: before, answers }).verdicts[0]?.verdict).toBe('undecided');
  });

  it('never passes nor extends a stage whose last windows nobody could ask for', () => {
    const before = [foldAnswers(undefined, spec, { stage: 'canary', width: 10_000, answers: times(9, good) })];
    expect(judgeStage({ look: look([spec]), evidence: before }).stage.result).toBe('no-data');
  });

  it('goes on folding where one look was cut short: what waits is not silence', () => {
    const late = look([spec], { now: T0 + 100_000 });
    expect(judgeStage({ look: late, evidence: [], answers: answered(times(1, good)) }).verdicts[0]?.verdict).toBe(
      'undecided',
    );
  });

  it('ignores evidence of another stage', () => {
    const old = [foldAnswers(undefined, spec, { stage: 'before', width: 10_000, answers: [only(requests(900, 900))] })];
    const judged = judgeStage({ look: look([spec], { now: T0 }), evidence: old });
    expect(judged.verdicts[0]).toMatchObject({ verdict: 'undecided', samples: 0, seen: null });
  });
});

describe('whether a judge applies', () => {
  const compare = (method: 'sequential' | 'regression' | 'mann-whitney', more: Partial<JudgeSpec> = {}): JudgeSpec =>
    judge({ rule: { type: 'compare', with: 'stable', method }, ...more });
  const only1 = (one: JudgeSpec, more: Parameters<typeof look>[1]): Verdict =>
    judgeStage({ look: look([one], more), evidence: [] }).verdicts[0]!;

  it('threshold needs candidate traffic', () => {
    expect(only1(spec, { weight: 0 })).toMatchObject({
      verdict: 'not-applicable',
      because: 'the candidate has no traffic yet',
    });
  });

  it('compare needs a stable version and metrics that tell the two apart', () => {
    expect(only1(compare('regression'), { hasStable: false }).because).toBe(
      'there is no stable version to compare with',
    );
    expect(only1(compare('regression', { perVersion: false }), {}).verdict).toBe('not-applicable');
    expect(only1(compare('regression'), { perVersion: false }).verdict).toBe('not-applicable');
  });

  it('compare with all the traffic needs windows kept from before', () => {
    expect(only1(compare('regression'), { weight: WHOLE }).verdict).toBe('not-applicable');
    const before = foldAnswers(undefined, compare('sequential'), {
      stage: 'half',
      width: 10_000,
      answers: times(10, both(requests(0, 100), requests(1, 100))),
    });
    const answers = answered(times(10, good), compare('sequential'));
    const full = look([compare('sequential')], { stage: 'full', weight: WHOLE });
    expect(judgeStage({ look: full, evidence: [before], answers }).verdicts[0]).toMatchObject({
      verdict: 'pass',
      because:
        'errors 0% (0 of 1,000) against 1% (10 of 1,000), allowed at most 2 times it: no worse: evidence below 1, rollback at 20',
    });
  });

  it('a reading that a kind does not have is not applicable, never no-data', () => {
    expect(only1(errorsBelow(0.01, { read: 'p95' }), {}).because).toBe('a proportion cannot be read as p95');
  });
});

describe('a stage', () => {
  const of = (verdict: Verdict['verdict'], more: Partial<Verdict> = {}): Verdict => ({
    judge: verdict,
    verdict,
    then: 'rollback',
    dryRun: false,
    because: '',
    samples: 0,
    seen: null,
    baseline: null,
    until: '2026-11-21T10:00:00.000Z',
    ...more,
  });

  it('takes the worst of its judges: fail, no-data, undecided, pass', () => {
    expect(stageVerdict([of('pass'), of('undecided'), of('no-data'), of('fail')]).result).toBe('fail');
    expect(stageVerdict([of('pass'), of('undecided'), of('no-data')]).result).toBe('no-data');
    expect(stageVerdict([of('pass'), of('undecided')]).result).toBe('undecided');
    expect(stageVerdict([of('pass')]).result).toBe('pass');
  });

  it('R-308 acts by the hardest action of those that failed', () => {
    const verdicts = [of('fail', { then: 'pause' }), of('fail', { judge: 'b', then: 'reduce' })];
    expect(stageVerdict(verdicts)).toMatchObject({ then: 'reduce', worst: { judge: 'b' } });
  });

  it('shows dry runs and judges that do not apply, and does not count them', () => {
    expect(stageVerdict([of('fail', { dryRun: true }), of('not-applicable'), of('pass')])).toEqual({
      result: 'pass',
      failed: [],
    });
  });

  it('is held up by no judge that only notifies, and still tells of it', () => {
    const notify = of('fail', { then: 'notify' });
    expect(stageVerdict([notify, of('no-data', { then: 'notify' }), of('pass')])).toEqual({
      result: 'pass',
      failed: [notify],
    });
  });

  it('without judges passes when its bake is over, not before', () => {
    expect(judgeStage({ look: look([]), evidence: [] }).stage.result).toBe('pass');
    expect(judgeStage({ look: look([], { now: T0 }), evidence: [] }).stage.result).toBe('undecided');
  });
});
