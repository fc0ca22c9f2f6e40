// Users of a shop that does not exist: `sluice flag export --environment production | node users.js > users.csv`.
// Options: --users 6000, --lift 0.8 (how much better the treatment converts), --lost 0 (share of treated users whose row gets lost),
// --harm 0 (how many more errors the treatment makes), --seed 1.
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { createFlags } from 'sluice/flags';

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '6000' },
    lift: { type: 'string', default: '0.8' },
    lost: { type: 'string', default: '0' },
    harm: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    flag: { type: 'string', default: 'checkout' },
  },
});
const [users, lift, lost, harm] = [values.users, values.lift, values.lost, values.harm].map(Number);

/** From 0 to below 1, the same for the same seed (mulberry32). */
let state = Number(values.seed);
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
}

const flags = createFlags(await text(process.stdin));
const rows = ['user,variant,conversion,revenue,revenue.before,errors'];
for (let index = 0; index < users; index++) {
  const user = `user-${index}`;
  // The application asks the flag, as it always does; nothing else decides who gets what.
  const { variant } = flags.evaluate(values.flag, { targetingKey: user });
  const treated = variant !== 'control';
  const [spends, buys, fails, loses] = [random(), random(), random(), random()];
  if (treated && loses < lost) continue;
  const before = spends < 0.3 ? 100 * spends : 0;
  const conversion = buys < 0.1 * (treated ? 1 + lift : 1) ? 1 : 0;
  const revenue = conversion * (30 + before);
  const errors = fails < 0.2 * (treated ? 1 + harm : 1) ? 1 : 0;
  rows.push([user, variant, conversion, revenue.toFixed(2), before.toFixed(2), errors].join(','));
}
process.stdout.write(`${rows.join('\n')}\n`);
