/** Configurations with one error each. */
import { BASE } from './decoding.ts';

export const stages = (...list: readonly string[]): string =>
  `${BASE}strategies:\n  mine:\n    stages:\n${list.map((stage) => `      - ${stage}\n`).join('')}`;
export const environment = (text: string): string => `${BASE}environments:\n  production: ${text}\n`;
const judge = (text: string): string => `${BASE}analysis: { judges: [${text}] }\n`;
export const trigger = (text: string): string => `${BASE}triggers: { it: ${text} }\n`;

/** [what, text, place and part of the message] */
export const CASES: readonly (readonly [string, string, RegExp])[] = [
  [
    'an unknown key of a stage',
    stages('{ name: tenth, weight: 10%, bake-time: 10m }', '{ name: all, weight: 100% }'),
    /^18:37 `bake-time` is not a key of a stage: did you mean `bake`\?/,
  ],
  [
    'an unknown key of the document',
    `${BASE}strategy: {}\n`,
    /^15:1 `strategy` is not a key of the configuration: did you mean `strategies`\?/,
  ],
  ['a double key', BASE.replace('    deploy:', '    deploy: ./other\n    deploy:'), /^5:5 this key stands here twice/],
  [
    'a weight without %',
    stages('{ name: a, weight: 10 }', '{ name: all, weight: 100% }'),
    /^18:28 `weight` is `10`: expected a share in percent.*`10%`/,
  ],
  ['a fraction as a rate', judge('{ metric: error-rate, below: 0.01 }'), /^15:51 `below` is `0.01`.*did you mean `1%`/],
  [
    'a time without unit',
    `${BASE}strategies: { mine: { base: canary, keep-old: 30 } }\n`,
    /^15:47 `keep-old` is `30`: expected a length of time.*`30m`/,
  ],
  [
    'stages that do not ascend',
    stages('{ name: a, weight: 50% }', '{ name: b, weight: 25% }', '{ name: c, weight: 100% }'),
    /^19:28 stage `b` has 25% after 50%: stages ascend/,
  ],
  [
    'stages that end below 100%',
    stages('{ name: a, weight: 50% }'),
    /^18:28 the last stage of `mine` has 50%: it must have 100%/,
  ],
  [
    'two stages of one name',
    stages('{ name: a, weight: 50% }', '{ name: a, weight: 100% }'),
    /^19:17 two stages are called `a`/,
  ],
  [
    'weights on a command without set-traffic',
    BASE.replace('    set-traffic: ./weights\n', '    strategy: canary\n'),
    /^5:15 `canary` gives 5% to stage `canary`, and the platform command of `web` has no `set-traffic`/,
  ],
  [
    'a comparison with a copy on a platform that runs none',
    BASE.replace('    set-traffic: ./weights\n', '    set-traffic: ./weights\n    strategy: canary\n').concat(
      'analysis: { judges: [{ metric: error-rate, compare: baseline }] }\n',
    ),
    /stage `canary` of `canary` compares with a fresh copy .*error-rate compare baseline.*platform command of `web` cannot/,
  ],
  [
    'a comparison that cannot tell versions apart',
    judge('{ metric: queue, compare: stable }'),
    /^15:48 `queue` cannot be compared with stable/,
  ],
  [
    'a bound in the wrong unit',
    judge('{ metric: latency.p95, below: 5% }'),
    /^15:52 `below` is `5%`, and `latency` is not counted in that: expected a length of time/,
  ],
  ['a time as a rate', judge('{ metric: error-rate, below: 2s }'), /not counted in that: expected a share in percent/],
  [
    'a tolerance in the wrong unit',
    judge('{ metric: error-rate, compare: stable, tolerance: 50ms }'),
    /`tolerance` is `50ms`/,
  ],
  [
    'a ratio that a good version would exceed',
    judge('{ metric: error-rate, compare: stable, ratio: 0.8 }'),
    /^15:68 `ratio` is `0.8`: less of `error-rate` is better, and a version that is as good as the stable one would fail: expected at least `1`.*did you mean `1.25`/,
  ],
  ['a ratio of nothing', judge('{ metric: error-rate, compare: stable, ratio: 0 }'), /`ratio` is `0`.*at least `1`/],
  [
    'a ratio that a good version would fall below, where more is better',
    `${BASE}  orders: { kind: count, better: higher, count: 'o{v="{{version}}"}' }\n${judge('{ metric: orders, compare: stable, ratio: 1.2 }').slice(BASE.length)}`,
    /`ratio` is `1.2`: more of `orders` is better.*expected more than `0` and at most `1`.*did you mean `0.833`/,
  ],
  [
    'a ratio that nothing could fall below',
    `${BASE}  orders: { kind: count, better: higher, count: 'o{v="{{version}}"}' }\n${judge('{ metric: orders, compare: stable, ratio: 0 }').slice(BASE.length)}`,
    /`ratio` is `0`: it could never fail/,
  ],
  [
    'a tolerance below nothing',
    judge('{ metric: error-rate, compare: stable, tolerance: "-0.5%" }'),
    /`tolerance` is `-0.5%`: a version that is as good as the stable one would fail: expected .* such as `0.5%`/,
  ],
  [
    'a tolerance that no rate could exceed',
    judge('{ metric: error-rate, compare: stable, tolerance: 100% }'),
    /`tolerance` is `100%`: no rate can be worse by that much.*less than `100%`/,
  ],
  [
    'no budget for false rollbacks at all',
    `${BASE}analysis: { false-rollbacks: 0% }\n`,
    /^15:\d+ `false-rollbacks` is `0%`: no comparison could ever be sure enough to fail: expected more than `0%` and less than `50%`/,
  ],
  [
    'a budget that says nothing',
    `${BASE}analysis: { false-rollbacks: 60% }\n`,
    /`false-rollbacks` is `60%`: every other good rollout would go back/,
  ],
  [
    'a literal where a secret belongs',
    BASE.replace('com" }', 'com", token: abc123 }'),
    /^8:\d+ `token` is written out: expected the name of a secret/,
  ],
  [
    'a credential in a header',
    BASE.replace('com" }', 'com", headers: { Authorization: Bearer abc123 } }'),
    /`Authorization` is written out/,
  ],
  [
    'a secret in an address',
    BASE.replace('https://prometheus', 'https://$HOST'),
    /`url` is `https:\/\/\$HOST.example.com`: expected an address: a secret is never part of one/,
  ],
  [
    'an empty value',
    `${BASE}notify: [{ channel: slack, token: $TOKEN, to: #deploys\n  }]\n`,
    /`to` has no value: a `#` after a space begins a comment/,
  ],
  [
    'more approvals than people',
    environment('{ approvals: { count: 3, from: [user:alice, user:bob] } }'),
    /^16:37 `count` asks for 3 approvals, and `from` lists 2 people/,
  ],
  ['a freeze without end', environment('{ freezes: [{ name: x, from: fri 16:00 }] }'), /^16:27 `until` is missing/],
  [
    'a freeze that ends before it begins',
    environment('{ freezes: [{ name: x, from: 2026-12-19, until: 2026-12-18 }] }'),
    /`until` is `2026-12-18`: expected a time after `from`/,
  ],
  [
    'a freeze on a day that does not exist',
    environment('{ freezes: [{ name: x, from: 2026-02-30, until: 2026-03-02 }] }'),
    /`from` is `2026-02-30`/,
  ],
  [
    'a time zone that does not exist',
    environment('{ freezes: [{ name: x, from: fri 16:00, until: mon 08:00, time-zone: Berlin }] }'),
    /`time-zone` is `Berlin`/,
  ],
  [
    'environments equal but for case',
    `${BASE}environments: { Prod: {}, prod: {} }\n`,
    /^15:27 `prod` and `Prod` differ only by case/,
  ],
  [
    'a bake shorter than two looks',
    stages('{ name: a, weight: 100%, bake: 20s }'),
    /^18:40 `bake` is `20s`, shorter than two looks: expected at least `30s`/,
  ],
  ['a bake of nothing', stages('{ name: a, weight: 100%, bake: 0s }'), /nobody would ever look at the stage/],
  [
    'a trigger quicker than two looks',
    trigger('{ metric: error-rate, above: 5%, for: 20s, then: rollback }'),
    /^15:55 `for` is `20s`, shorter than two looks/,
  ],
  [
    'an unknown strategy',
    BASE.replace('    set-', '    strategy: cannary\n    set-'),
    /^5:15 `strategy` names the strategy `cannary`, which does not exist: did you mean `canary`\?/,
  ],
  [
    'an unknown metric',
    judge('{ metric: error-rat, below: 1% }'),
    /names the metric `error-rat`, which does not exist: did you mean `error-rate`/,
  ],
  [
    'an unknown reading',
    judge('{ metric: latency.p9x, below: 1s }'),
    /`latency` is a histogram and cannot be read as `p9x`/,
  ],
  [
    'an unknown source',
    BASE.replace('{ kind: value, value: q }', '{ source: prom, kind: value, value: q }'),
    /names the source `prom`/,
  ],
  [
    'an unknown environment in order',
    environment('{ order: [stagin] }'),
    /^16:25 `order` names the environment `stagin`/,
  ],
  [
    'a circle in order',
    `${BASE}environments: { a: { order: [b] }, b: { order: [a] } }\n`,
    /`order` leads back to where it began: a -> b -> a/,
  ],
  [
    'an unknown service in depends-on',
    BASE.replace('    set-', '    depends-on: { api: ^1.0.0 }\n    set-'),
    /^5:19 there is no service `api`/,
  ],
  [
    'a circle in depends-on',
    BASE.replace(
      'sources:',
      '    depends-on: { api: "*" }\n  api: { deploy: ./x, depends-on: { web: "*" } }\nsources:',
    ),
    /services depend on each other in a circle: web -> api -> web/,
  ],
  [
    'a range that is none',
    BASE.replace('    set-', '    depends-on: { web: newest }\n    set-'),
    /expected a range of versions/,
  ],
  [
    'an unknown stage in approvals',
    environment('{ strategy: canary, approvals: { before: [prodution], from: [team:sre] } }'),
    /names the stage `prodution`, which does not exist/,
  ],
  [
    'a judge without rule',
    judge('{ metric: queue }'),
    /has none of them: expected exactly one of `below`, `above`, `compare`/,
  ],
  ['a judge with two rules', judge('{ metric: queue, below: 1, above: 2 }'), /has below and above/],
  [
    'a trigger of two kinds',
    trigger('{ metric: queue, health: any, above: 1 }'),
    /has metric and health: expected exactly one/,
  ],
  [
    'a key of another kind of trigger',
    trigger('{ health: any, above: 5% }'),
    /`above` does not belong to a health trigger/,
  ],
  [
    'flags to disable without saying which',
    trigger('{ health: any, then: disable-flags }'),
    /`disable-flags` needs `tags`/,
  ],
  [
    'an action that the platform cannot do',
    `version: 1\nservices: { web: { platform: { type: vercel, project: a, token: $T }, health: "https://a.example" } }\ntriggers: { it: { health: any, then: reduce } }\n`,
    /^3:38 `reduce` lowers a share, and the platform vercel of `web` cannot/,
  ],
  [
    'a key of another platform',
    'version: 1\nservices: { web: { platform: { type: local, run: a, workload: b } } }\n',
    /`workload` is not a key of the platform local/,
  ],
  [
    'a platform without what it needs',
    'version: 1\nservices: { web: { platform: { type: vercel, project: a } } }\n',
    /is missing `token`/,
  ],
  [
    'a service that is not deployed',
    'version: 1\nservices: { web: {} }\n',
    /^2:13 `web` does not say how it is deployed/,
  ],
  [
    'a service that is deployed twice',
    'version: 1\nservices: { web: { deploy: a, platform: { type: local, run: b } } }\n',
    /`deploy` is short for a key of `platform`/,
  ],
  ['no service', 'version: 1\n', /`services` names no service/],
  ['a missing version', 'services: { web: { deploy: a } }\n', /`version` is missing/],
  ['another version', 'version: 2\nservices: { web: { deploy: a } }\n', /^1:10 `version` is `2`: expected one of `1`/],
  ['a reserved name', 'version: 1\nservices: { head: { deploy: a } }\n', /`head` is a word of the command language/],
  ['a name that is none', 'version: 1\nservices: { "web/../x": { deploy: a } }\n', /cannot be a name here/],
  [
    'a word for a truth',
    `${BASE}rollback: { automatic: yes }\n`,
    /`automatic` is `yes`: expected `true` or `false` did you mean `true`\?/,
  ],
  [
    'somebody without a kind',
    environment('{ allow: { deploy: [alice] } }'),
    /expected `role:write`.*did you mean `user:alice`/,
  ],
  [
    'a verb that nobody may',
    environment('{ allow: { depoy: [role:write] } }'),
    /`depoy` is nothing that can be allowed/,
  ],
  [
    'a variable that no query has',
    BASE.replace('value: q', 'value: "q{{versoin}}"'),
    /`{{versoin}}` means nothing in a query: did you mean `version`\?/,
  ],
  [
    'stages longer than the deadline',
    `${BASE}strategies: { slow: { deadline: 1h, base: canary-beta-production, stages: [{ name: a, weight: 100%, bake: 2h }] } }\n`,
    /the stages of `slow` take 2h, longer than its deadline of 1h/,
  ],
  [
    'strategies in a circle',
    `${BASE}strategies: { a: { base: b }, b: { base: a } }\n`,
    /based on each other in a circle/,
  ],
  [
    'parameters that make no stages',
    `${BASE}strategies: { a: { canary: { initial: 5%, increment: 5%, interval: 10m, max-duration: 1h } } }\n`,
    /no stages can be made/,
  ],
  [
    'a channel without address',
    `${BASE}notify: [{ channel: pagerduty }]\n`,
    /the channel pagerduty is missing `routing-key`/,
  ],
  ['a pattern that is none', `${BASE}flags: { names: '(' }\n`, /expected a regular expression/],
  ['a branch that is none', `${BASE}state: { branch: 'a..b' }\n`, /expected the name of a branch/],
  ['a list where a map belongs', `${BASE}state: [a]\n`, /`state` is a list: expected a map of keys/],
  ['a configuration that is no map', '- a\n', /the configuration is not a map of keys/],
];
