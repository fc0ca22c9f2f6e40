import { request } from 'node:http';

export interface ReadyQuestion {
  readonly port: number;
  readonly path: string;
  /** 200 to 399 only; else anything below 500. */
  readonly strict: boolean;
  /** In ms. */
  readonly timeout: number;
}

/** Asks once; never rejects. Says what was wrong, or undefined. */
export function askReady({ port, path, strict, timeout }: ReadyQuestion): Promise<string | undefined> {
  return new Promise((resolve) => {
    const outgoing = request({ host: '127.0.0.1', port, path, agent: false, timeout }, (answer) => {
      answer.resume();
      const status = answer.statusCode ?? 0;
      const good = strict ? status >= 200 && status < 400 : status < 500;
      resolve(good ? undefined : `${path} answers ${status}`);
      outgoing.destroy();
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${path} does not answer within ${timeout} ms`)));
    outgoing.on('error', (error) => resolve(error.message));
    outgoing.end();
  });
}
