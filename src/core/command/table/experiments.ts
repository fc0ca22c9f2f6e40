import { experimentWords } from '../old-values.ts';
import { entriesOf, may, need, type Argument, type Entry, type Option } from '../grammar.ts';

const KEY: Argument = need('key', 'key');
const METRIC: Omit<Option, 'name' | 'means'> = { kind: 'metric', shown: 'METRIC[:lower|higher]', repeatable: 'comma' };
const DATA: Option = {
  name: 'data',
  kind: 'file',
  shown: 'FILE',
  default: 'its source',
  means: 'the numbers by variant, as CSV or JSON',
};
const EFFECT: Option = {
  name: 'effect',
  kind: 'percent',
  shown: 'PERCENT',
  default: "the metric's, else 10%",
  means: 'the smallest effect worth seeing, relative to the control',
};

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
    options: [DATA],
    example: 'experiment show checkout',
    aliases: ['ab:status'],
    answers: 'hypothesis, variants, goals, state, and what the numbers say',
    who: 'R',
  },
  {
    name: 'experiment create',
    args: [KEY, may('name', 'text'), may('description', 'text')],
    options: [
      { name: 'flag', kind: 'key', shown: 'KEY', default: 'same key', means: 'the flag whose variants are compared' },
      {
        name: 'variant',
        kind: 'name',
        shown: 'NAME',
        repeatable: 'comma',
        default: 'control, treatment',
        means: 'a variant that takes part; the first is the control',
      },
      { name: 'split', kind: 'percent', shown: 'PERCENT', repeatable: 'comma', means: 'their shares, in that order' },
      { name: 'goal', ...METRIC, means: 'a metric that shall get better' },
      { name: 'guardrail', ...METRIC, means: 'a metric that must not get worse; its better direction must be known' },
      { name: 'secondary', ...METRIC, means: 'a metric that is shown and decides nothing' },
      { name: 'hypothesis', kind: 'text', shown: 'TEXT', means: 'what is expected, and why' },
      { name: 'owner', kind: 'text', shown: 'WHO', means: 'who answers for it' },
      {
        name: 'by',
        kind: 'name',
        shown: 'ATTRIBUTE',
        default: 'the user',
        means: 'the attribute whose values are assigned',
      },
      { name: 'layer', kind: 'name', shown: 'NAME', means: 'shares no user with others of this layer' },
      { name: 'slots', kind: 'number', shown: 'N', default: '1', means: 'how many slots of the layer it takes' },
      { name: 'holdout', kind: 'name', shown: 'NAME', repeatable: 'comma', means: 'a holdout whose users stay out' },
      EFFECT,
    ],
    example: 'experiment create checkout "Checkout redesign" --goal conversion',
    aliases: [
      { old: 'ab:create NAME DESCRIPTION', now: 'experiment create KEY NAME DESCRIPTION', rewrite: experimentWords },
    ],
    answers: 'draft; how many users a variant decide it',
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
    options: [DATA],
    example: 'experiment stop checkout',
    aliases: ['ab:stop'],
    answers: 'stopped; its numbers are kept',
    who: 'W',
  },
  {
    name: 'experiment analyze',
    args: [may('key', 'key')],
    options: [
      DATA,
      {
        name: 'format',
        kind: 'choice',
        of: ['markdown', 'json'],
        shown: 'markdown|json',
        default: 'as the terminal draws it',
        means: 'how it is written',
      },
    ],
    example: 'experiment analyze checkout',
    aliases: ['ab:analyze', 'get_experiment_results'],
    answers: 'per variant: n, effect, interval, p, verdict',
    who: 'R',
  },
  {
    name: 'experiment power',
    args: [may('key', 'key')],
    options: [
      {
        name: 'usual',
        kind: 'text',
        shown: 'VALUE',
        default: "the metric's",
        means: 'the usual value: `5%`, or a number with `--variance`',
      },
      { name: 'variance', kind: 'text', shown: 'NUMBER', means: 'its variance between users, where it is a mean' },
      EFFECT,
      { name: 'variants', kind: 'number', shown: 'N', default: '2', means: 'how many variants, the control included' },
      { name: 'users', kind: 'number', shown: 'N', means: 'how many users a day, to say how long it takes' },
    ],
    example: 'experiment power --usual 5% --effect 10%',
    answers: 'how many users a variant, and what they can show',
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
        means: 'the variant to ship; any but the winner needs a reason',
      },
      { name: 'strategy', kind: 'name', shown: 'NAME', means: 'the stages to take' },
      DATA,
    ],
    example: 'experiment ship checkout in production',
    answers: 'r-92cd; refused until 1000 a variant, 24 h, significant',
    who: 'W',
  },
]);
