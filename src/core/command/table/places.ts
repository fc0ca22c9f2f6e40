import { canaryWeights, shiftWords, splitWeights } from '../old-values.ts';
import { entriesOf, may, need, type Argument, type Entry, type Option } from '../grammar.ts';

const SERVICE: Argument = may('service', 'name');
function lasting(means: string, otherwise?: string): Option {
  const option: Option = { name: 'for', kind: 'duration', shown: 'DURATION', means };
  return otherwise === undefined ? option : { ...option, default: otherwise };
}

/** Commands about a service in an environment: locks, freezes, automatic moves, traffic. */
export const PLACES: readonly Omit<Entry, 'built'>[] = entriesOf('places', [
  {
    name: 'lock',
    args: [SERVICE],
    options: [
      lasting('how long it is yours', '2h'),
      { name: 'steal', kind: 'switch', shown: '', means: 'take it from who has it; he is told; needs a reason' },
    ],
    example: 'lock web in production --for 1h',
    answers: 'yours until 12:40; you are reminded at 12:25',
    reason: ['steal'],
    who: 'W',
  },
  {
    name: 'unlock',
    args: [SERVICE],
    example: 'unlock web in production',
    answers: 'free; who waits next is told',
    who: 'owner',
  },
  {
    name: 'freeze',
    options: [
      lasting('how long nothing moves forward'),
      { name: 'until', kind: 'time', shown: 'TIME', means: 'when it ends' },
    ],
    exactlyOne: ['for', 'until'],
    example: 'freeze in production --until 2026-12-27T08:00Z -m "year end"',
    answers: 'nothing moves forward; rollback still works',
    reason: 'always',
    who: 'M',
  },
  {
    name: 'unfreeze',
    example: 'unfreeze in production',
    answers: 'open',
    who: 'M',
  },
  {
    name: 'auto on',
    args: [SERVICE],
    example: 'auto on web in production',
    answers: 'automatic promote and rollback are on again',
    who: 'M',
  },
  {
    name: 'auto off',
    args: [SERVICE],
    options: [lasting('how long people decide alone', '4h')],
    example: 'auto off web in production --for 1h -m "load test"',
    answers: 'automatic promote and rollback are off until 12:00',
    reason: 'always',
    who: 'M',
  },
  {
    name: 'traffic show',
    args: [need('service', 'name')],
    example: 'traffic show web in production',
    answers: 'weights wanted, weights measured',
    who: 'R',
  },
  {
    name: 'traffic set',
    args: [need('service', 'name'), need('weights', 'weights', { shown: 'VERSION=PERCENT', repeatable: true })],
    options: [
      { name: 'over', kind: 'duration', shown: 'DURATION', default: 'at once', means: 'shift gradually, in this time' },
    ],
    example: 'traffic set web 1.3.2=80% 1.4.0=20%',
    aliases: [
      { old: 'traffic:setup D JSON', now: 'traffic set D VERSION=PERCENT', rewrite: splitWeights },
      { old: 'traffic:update D JSON', now: 'traffic set D VERSION=PERCENT', rewrite: splitWeights },
      { old: 'traffic:shift D V MS', now: 'traffic set D V=100% --over MS', rewrite: shiftWords },
      { old: 'traffic:canary D JSON P', now: 'traffic set D VERSION=P stable=REST', rewrite: canaryWeights },
    ],
    answers: '80/20; refused while a rollout runs',
    who: 'W',
  },
]);
