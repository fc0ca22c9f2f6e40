import { entriesOf, may, need, type Argument, type Entry, type Option } from '../grammar.ts';

const KEY: Argument = need('key', 'key');
const NAME: Argument = need('name', 'name');
const PERCENT: Argument = may('percent', 'percent');
const VARIANT: Option = { name: 'variant', kind: 'name', shown: 'NAME', default: 'on', means: 'the variant to serve' };
const TAKE_OVER: Option = {
  name: 'take-over',
  kind: 'switch',
  shown: '',
  means: 'although a rollout or an experiment has the flag: that ends',
};
const FORMAT: Option = { name: 'format', kind: 'choice', of: ['flagd'], shown: 'flagd', means: 'how it is written' };
const WHEN: Option = {
  name: 'when',
  kind: 'condition',
  shown: 'CONDITION',
  repeatable: 'each',
  means: 'who is meant, such as "country in DE,FR"; several must all hold',
};

/** Commands about flags and segments. */
export const FLAGS: readonly Omit<Entry, 'built'>[] = entriesOf('flags', [
  {
    name: 'flag list',
    options: [
      { name: 'tag', kind: 'name', shown: 'NAME', repeatable: 'comma', means: 'only flags with this tag' },
      { name: 'stale', kind: 'switch', shown: '', means: 'only unused, expired and fully rolled out ones' },
    ],
    example: 'flag list --stale',
    aliases: ['feature-flags:status', 'feature:status', 'get_all_flags'],
    answers: 'key, percent by environment, owner, age',
    who: 'R',
  },
  {
    name: 'flag show',
    args: [KEY],
    example: 'flag show new-dashboard',
    aliases: [
      { old: 'feature-flags:status KEY', now: 'flag show KEY' },
      { old: 'feature:status KEY', now: 'flag show KEY' },
    ],
    answers: 'rules, percents, history',
    who: 'R',
  },
  {
    name: 'flag create',
    args: [KEY, may('name', 'text'), may('description', 'text')],
    options: [
      {
        name: 'type',
        kind: 'choice',
        of: ['boolean', 'string', 'number', 'object'],
        shown: 'boolean|string|number|object',
        default: 'boolean',
        means: 'what its variants are',
      },
      { name: 'variant', kind: 'pair', shown: 'NAME=VALUE', repeatable: 'each', means: 'a variant and its value' },
      { name: 'tag', kind: 'name', shown: 'NAME', repeatable: 'comma', means: 'a tag' },
      { name: 'owner', kind: 'text', shown: 'WHO', means: 'who answers for it' },
      { name: 'expires', kind: 'duration', shown: 'DURATION', means: 'after which it is reported as stale' },
    ],
    example: 'flag create new-dashboard "New dashboard" "Better"',
    aliases: ['feature:create'],
    answers: 'created, off everywhere',
    who: 'W',
  },
  {
    name: 'flag enable',
    args: [KEY, PERCENT],
    options: [VARIANT, TAKE_OVER],
    example: 'flag enable new-dashboard 25% in production',
    aliases: ['feature:enable', 'enable_flag', 'set_rollout_percentage'],
    answers: '10% → 25% in production, at once',
    who: 'W',
  },
  {
    name: 'flag disable',
    args: [KEY],
    options: [TAKE_OVER],
    example: 'flag disable new-dashboard in production',
    aliases: ['feature:disable', 'disable_flag'],
    answers: 'off for everybody',
    who: 'W',
  },
  {
    name: 'flag rollout',
    args: [KEY, PERCENT],
    options: [{ name: 'strategy', kind: 'name', shown: 'NAME', means: 'the stages to take' }, VARIANT],
    example: 'flag rollout new-dashboard 100% --strategy gradual in production',
    answers: 'r-81bc: stages 5%, 15%, 30%, 50%, 75%, 100%',
    who: 'W',
  },
  {
    name: 'flag check',
    args: [KEY, need('user', 'text')],
    options: [
      { name: 'with', kind: 'pair', shown: 'NAME=VALUE', repeatable: 'each', means: 'an attribute of the user' },
      { name: 'at', kind: 'moment', shown: 'COMMIT|TIME', default: 'now', means: 'as it stood then' },
    ],
    example: 'flag check new-dashboard user123 --with country=DE',
    aliases: ['feature:check'],
    answers: 'on, by rule 2 (split 25%, bucket 1,211)',
    who: 'R',
  },
  {
    name: 'flag target',
    args: [KEY, need('variant', 'name')],
    options: [
      WHEN,
      { name: 'position', kind: 'number', shown: 'N', default: 'last', means: 'its place among the rules' },
    ],
    example: 'flag target new-dashboard on --when "country in DE,FR"',
    answers: 'rule 2 of 3 added',
    who: 'W',
  },
  {
    name: 'flag untarget',
    args: [KEY, need('number', 'number', { shown: 'N' })],
    example: 'flag untarget new-dashboard 2',
    answers: 'rule 2 removed',
    who: 'W',
  },
  {
    name: 'flag archive',
    args: [KEY],
    example: 'flag archive new-dashboard',
    answers: 'archived; refused while an environment serves it',
    who: 'M',
  },
  {
    name: 'flag export',
    args: [may('file', 'file')],
    options: [FORMAT],
    example: 'flag export in production',
    answers: 'the flags as JSON',
    who: 'R',
  },
  {
    name: 'flag import',
    args: [may('file', 'file')],
    options: [FORMAT, { name: 'from', kind: 'name', shown: 'NAME', means: 'the system they come from' }],
    example: 'flag import flags.json --format flagd',
    answers: '9 flags created, 2 left as they are',
    who: 'W',
  },
  {
    name: 'segment list',
    example: 'segment list',
    answers: 'name, conditions, used by how many flags',
    who: 'R',
  },
  {
    name: 'segment show',
    args: [NAME],
    example: 'segment show staff',
    answers: 'its conditions, and the flags that use it',
    who: 'R',
  },
  {
    name: 'segment set',
    args: [NAME],
    options: [WHEN],
    example: 'segment set staff --when "email ends-with @acme.com"',
    answers: 'used by 3 flags',
    who: 'W',
  },
  {
    name: 'segment delete',
    args: [NAME],
    example: 'segment delete staff',
    answers: 'deleted; refused while flags use it',
    who: 'W',
  },
]);
