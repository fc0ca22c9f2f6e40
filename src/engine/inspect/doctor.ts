/** `doctor`: the state, the platforms that can be asked from here, and the branch's head, examined. */
import { answer, type Decision } from '../../core/decision.ts';
import { MINUTE, SECOND } from '../../core/model/time.ts';
import { doctorDetails, doctorReport, doctorSummary, examine } from '../../core/report/doctor.ts';
import { solePairs } from '../facts.ts';
import { readMoving } from '../moving.ts';
import { observeTraffic } from '../observe-platform.ts';
import type { Wiring } from '../wiring.ts';

/** As `serve` and `reconcile --watch` tick, unless the configuration looks more seldom. */
const PERIOD = 15 * SECOND;

export async function doctor(wiring: Wiring): Promise<Decision> {
  const { store, config, platforms, clock } = wiring;
  const [state, seen, [head], { now }] = await Promise.all([
    readMoving(wiring),
    observeTraffic(wiring),
    store.history({ limit: 1, lean: true }),
    store.read([]),
  ]);
  const findings = examine({
    state,
    now,
    seen,
    sole: solePairs(wiring),
    period: Math.max(PERIOD, config.analysis.interval),
    unmoved: Object.entries(config.servicesByEnvironment).flatMap(([environment, services]) =>
      Object.keys(services).flatMap((service) => {
        const pair = `${service}/${environment}`;
        return platforms.has(pair) ? [] : [pair];
      }),
    ),
    clockOff: Math.abs(clock.now() - now) > MINUTE,
    ...(head && !head.sealed ? { foreign: head.revision } : {}),
  });
  if (findings.length === 0) return answer(doctorSummary(findings), []);
  const decision = answer(doctorSummary(findings), doctorDetails(findings), doctorReport(findings));
  if (findings.every(({ weight }) => weight === 'note')) return decision;
  return { ...decision, outcome: { ...decision.outcome, ok: false, code: 'failed' } };
}
