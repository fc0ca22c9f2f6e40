/** Clone, fetch and push over HTTP: `git http-backend` behind the fake's tokens. */
import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { tokenIn } from './exchange.ts';
import { FRESH } from './git/process.ts';
import { permits } from './permission.ts';
import type { FakeState } from './state.ts';

/** Serves `/acme/shop.git/...`; a push needs `contents: write`, everything else `contents: read`. */
export async function serveGit(state: FakeState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/s);
  const token = state.tokens.get(tokenIn(request.headers.authorization) ?? '');
  if (token === undefined) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="GitHub"' }).end('Repository not found.');
    return;
  }
  const pushes = `${path}?${query}`.includes('git-receive-pack');
  if (!permits(token, pushes ? 'contents:write' : 'contents:read')) {
    const what = `Permission to ${state.owner}/${state.repo}.git denied to ${token.login}.`;
    response.writeHead(403, { 'content-type': 'text/plain' }).end(what);
    return;
  }
  const sent = Buffer.concat(chunks);
  const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
  const variables = {
    ...process.env,
    ...FRESH,
    GIT_PROJECT_ROOT: state.git.folder,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: path.slice(`/${state.owner}/${state.repo}.git`.length),
    QUERY_STRING: query,
    REQUEST_METHOD: request.method ?? 'GET',
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    CONTENT_LENGTH: String(body.length),
    REMOTE_USER: token.login,
    REMOTE_ADDR: '127.0.0.1',
    ...(request.headers['git-protocol'] === undefined ? {} : { GIT_PROTOCOL: String(request.headers['git-protocol']) }),
  };
  const { headers, content, status } = split(await backend(variables, body));
  response.writeHead(status, headers).end(content);
}

function backend(env: NodeJS.ProcessEnv, body: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['http-backend'], { env });
    const out: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => out.push(part));
    child.stdin.on('error', () => undefined).end(body);
    child.on('error', reject);
    child.on('close', () => resolve(Buffer.concat(out)));
  });
}

/** A CGI answer: header lines, an empty line, the content. */
function split(answer: Buffer): {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly content: Buffer;
} {
  const end = answer.indexOf('\r\n\r\n');
  const lines = answer.toString('latin1', 0, end).split('\r\n');
  const headers = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]));
  const status = Number.parseInt(headers['Status'] ?? '200', 10);
  delete headers['Status'];
  return { status, headers, content: answer.subarray(end + 4) };
}
