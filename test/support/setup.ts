/** Before each test file: a plain environment, and no way out of this machine. */
import { isIP, Socket } from 'node:net';

for (const name of Object.keys(process.env)) {
  if (/^(GITHUB|INPUT|RUNNER|ACTIONS|SLUICE)_/.test(name)) delete process.env[name];
}

/** Whether a connection stays on this machine: loopback, `localhost`, or a socket file. */
export function staysHere(target: unknown): boolean {
  const host = typeof target === 'object' && target !== null && 'host' in target ? target.host : undefined;
  if (host === undefined || host === null || host === 'localhost') return true;
  if (typeof host !== 'string') return false;
  return host === '::1' || /^(::ffff:)?127\./i.test(host) ? isIP(host) !== 0 : false;
}

type Connect = (this: Socket, ...args: unknown[]) => Socket;
const marked = Symbol.for('sluice.loopback-only');
const prototype = Socket.prototype as unknown as { connect: Connect; [marked]?: true };
if (prototype[marked] === undefined) {
  const connect = prototype.connect;
  prototype[marked] = true;
  prototype.connect = function connectHere(...args) {
    // net.connect and fetch pass their arguments normalised into one array; a caller of the method passes (port, host) or options.
    const [first, second] = args;
    const target: unknown = Array.isArray(first)
      ? first[0]
      : typeof first === 'number'
        ? { host: typeof second === 'string' ? second : undefined }
        : first;
    if (!staysHere(target))
      throw new Error(
        `A test tried to reach ${JSON.stringify(target)}: only loopback is allowed (test/support/setup.ts).`,
      );
    return connect.apply(this, args);
  };
}
