/** One process that gives one command: node writer.ts API TOKEN COMMAND. */
import { githubClient } from '../../../../src/adapters/github/client/client.ts';
import { githubStore } from '../../../../src/adapters/github/store/store.ts';
import { systemClock } from '../../../../src/adapters/clock-system/clock.ts';
import { execute } from '../../../../src/engine/execute.ts';
import { commandOf, wired } from '../../../engine/wired.ts';

const [baseUrl = '', token = '', text = ''] = process.argv.slice(2);
const clock = systemClock();
const client = githubClient({ token, owner: 'acme', repo: 'shop', baseUrl, clock, log: () => undefined });
const store = githubStore({ client, clock });
const { code } = await execute(
  { ...wired().wiring, store, clock, random: Math.random },
  {
    command: commandOf(text),
    actor: { kind: 'github', id: '7', name: 'ann', verified: true },
    rights: { role: 'admin', teams: [] },
    id: `${process.pid}-${text}`,
  },
);
console.log(code);
