import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { platformError } from '../../../ports/platform.ts';

export interface Listening {
  readonly port: number;
  /** Takes nothing new, lets what is under way end for `grace` ms, then cuts it. Twice is as good as once. */
  close(grace?: number): Promise<void>;
}

/** Begins to listen on loopback; rejects with `port-in-use`. Port 0: a free one. */
export async function listen(server: Server, port: number): Promise<Listening> {
  const sockets = new Set<Socket>(); // node forgets those that were upgraded
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const bound = await listenOnce(server, port);
  let closed: Promise<void> | undefined;
  return {
    port: bound,
    close(grace = 2_000) {
      closed ??= new Promise((resolve) => {
        const cut = setTimeout(() => sockets.forEach((socket) => socket.destroy()), grace);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        server.closeIdleConnections();
      });
      return closed;
    },
  };
}

function listenOnce(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      const message = `port ${port}: another program listens there; stop it or choose another port`;
      reject(error.code === 'EADDRINUSE' ? platformError('port-in-use', message) : error);
    };
    server.once('error', onError);
    server.listen({ port, host: '127.0.0.1' }, () => {
      server.off('error', onError);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
