import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A small service as a release of it would be: names its version in each answer. Paths: `/` the version, `/status/N`,
 * `/slow/MS`, `/stream` (chunks until the client leaves), `/break` (ends in the middle), `/echo` (method, headers, body), `/env`, `/die`,
 * `/sick/FILE` (503 where the file names the version).
 * `BAD=label` in its environment makes that version answer 500, `CRASH=label` lets it end at once. Upgrades get an echo.
 */
const SERVER = String.raw`
import { createServer } from 'node:http';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
const version = process.env.SLUICE_VERSION;
if (process.env.CRASH === version) { console.error('cannot find module paddle'); process.exit(3); }
const note = (line) => process.env.NOTES && appendFileSync(process.env.NOTES, line + '\n');
note('start ' + version + ' ' + process.pid);
const server = createServer(async (request, response) => {
  const [, what, value] = request.url.split('?')[0].split('/');
  response.setHeader('x-deployment-version', version);
  if (what === 'status') { response.statusCode = Number(value); return response.end(version); }
  if (what === 'slow') return setTimeout(() => response.end(version), Number(value));
  if (what === 'break') { response.writeHead(200, { 'content-length': '1000' }); response.write('half'); return setTimeout(() => request.socket.destroy(), 20); }
  if (what === 'sick') { const file = request.url.slice(5); response.statusCode = existsSync(file) && readFileSync(file, 'utf8').split(' ').includes(version) ? 503 : 200; return response.end(); }
  if (what === 'die') { response.end('bye'); return setTimeout(() => process.exit(1), 10); }
  if (what === 'env') return response.end(JSON.stringify(process.env));
  if (what === 'stream') {
    let n = 0;
    const timer = setInterval(() => response.write('chunk ' + n++ + '\n'), 5);
    return response.on('close', () => { clearInterval(timer); note('left ' + version); });
  }
  if (what === 'echo') {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    return response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, raw: request.rawHeaders, size: Buffer.concat(chunks).length }));
  }
  response.statusCode = process.env.BAD === version ? 500 : 200;
  response.end(version);
});
server.on('upgrade', (request, socket, head) => {
  socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: ' + request.headers.upgrade + '\r\nconnection: Upgrade\r\nx-deployment-version: ' + version + '\r\n\r\n');
  socket.write(head);
  socket.pipe(socket);
  socket.on('error', () => {});
});
server.listen(Number(process.env.PORT), '127.0.0.1');
`;

/** Writes the server into a folder; returns the argv that starts it. */
export async function versionServer(folder: string): Promise<readonly string[]> {
  const path = join(folder, 'server.mjs');
  await writeFile(path, SERVER);
  return [process.execPath, path];
}
