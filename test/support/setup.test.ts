import { connect, createServer, type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';

it('a test cannot leave this machine, by socket or by fetch', async () => {
  expect(() => connect(80, '192.0.2.1')).toThrow(/only loopback/);
  expect(() => connect({ port: 443, host: 'example.com' })).toThrow(/only loopback/);
  await expect(fetch('http://192.0.2.1/')).rejects.toMatchObject({
    cause: { message: expect.stringMatching(/only loopback/) },
  });
});

it('loopback stays reachable', async () => {
  const server = createServer((socket) => socket.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const greeting = await new Promise<string>((resolve, reject) => {
    connect(port, '127.0.0.1')
      .on('data', (data) => resolve(data.toString()))
      .on('error', reject);
  });
  expect(greeting).toBe('hello');
  server.close();
});

it('the environment of a workflow does not leak into tests', () => {
  expect(Object.keys(process.env).filter((name) => name.startsWith('GITHUB_'))).toEqual([]);
});
