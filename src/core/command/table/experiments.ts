import { experimentWords } from '../old-values.ts';
import { entriesOf, may, need, type Argument, type Entry, type Option } from '../grammar.ts';

const KEY: Argument = need('key', 'key');
const METRIC: Omit<Option, 'name' | 'means'> = { kind: 'name', shown: 'METRIC', repeatable: 'comma' };

/** Commands about experiments. */
export const EXPERIMENTS: readonly Omit<Entry, 'built'>[] = entriesOf('experiments', [
  {
    name: 'experiment list',
    example: 'experiment list',
    answers: 'key, state, users so far, leading variant',
    who: 'R',
  },
  {
    name: 'experiment show',
    args: [may('key', 'key')],
    example: 'experiment show checkout',
    aliases: ['ab:status'],
    answers: 'hypothesis, variants, goals, state',
    who: 'R',
  },
  {
    name: 'experiment create',
    args: [KEY, may('name', 'text'), may('description', 'text')],
    options: [
      { name: 'flag', kind: 'key', shown: 'KEY', default: 'same key', means: 'the flag whose variants are compared' },
      { name: 'variant', kind: 'name', shown: 'NAME', repeatable: 'comma', means: 'a variant that takes part' },
      { name: 'split', kind: 'percent', shown: 'PERCENT', repeatable: 'comma', means: 'their shares, in that order' },
      { name: 'goal', ...METRIC, means: 'a metric that shall get better' },
      { name: 'guardrail', ...METRIC, means: 'a metric that must not get worse' },
      { name: 'hypothesis', kind: 'text', shown: 'TEXT', means: 'what is expected, and why' },
    ],
    example: 'experiment create checkout "Checkout redesign" --goal conversion',
    aliases: [
      { old: 'ab:create NAME DESCRIPTION', now: 'experiment create KEY NAME DESCRIPTION', rewrite: experimentWords },
    ],
    answers: 'draft; needs 31,234 users a variant for +10%',
    who: 'W',
  },
  {
    name: 'experiment start',
    args: [KEY],
    example: 'experiment start checkout',
    aliases: ['ab:start'],
    answers: 'runs since 10:31',
    who: 'W',
  },
  {
    name: 'experiment stop',
    args: [KEY],
    example: 'experiment stop checkout',
    aliases: ['ab:stop'],
    answers: 'stopped; its numbers are kept',
    who: 'W',
  },
  {
    name: 'experiment analyze',
    args: [may('key', 'key')],
    example: 'experiment analyze checkout',
    aliases: ['ab:analyze', 'get_experiment_results'],
    answers: 'per variant: n, effect, interval, p, verdict',
    who: 'R',
  },
  {
    name: 'experiment ship',
    args: [KEY],
    options: [
      {
        name: 'variant',
        kind: 'name',
        shown: 'NAME',
        default: 'winner',
        means: 'the variant to ship; a loser needs a reason',
      },
      { name: 'strategy', kind: 'name', shown: 'NAME', means: 'the stages to take' },
    ],
    example: 'experiment ship checkout in production',
    answers: 'r-92cd; refused until 1000 a variant, 24 h, significant',
    who: 'W',
  },
]);
