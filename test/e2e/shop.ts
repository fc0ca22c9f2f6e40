/** Configurations the end-to-end tests start from. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { given, type Scene, type Situation } from './given.ts';

/** A service that answers 200 until it is told to be sick. */
export async function healthServer(): Promise<{ readonly url: string; sick: (isSick: boolean) => void }> {
  let isSick = false;
  const server = createServer((_, response) => response.writeHead(isSick ? 503 : 200).end('shop'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections()));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, sick: (so) => (isSick = so) };
}

/** Notes each call; `fail-VERSION` beside it makes that version's deploy fail, `hang-VERSION` last for a minute, `wait-VERSION` last until there is `go`. */
const DEPLOY = `#!/bin/sh
echo "deploy $SLUICE_VERSION in $SLUICE_ENVIRONMENT" >> calls
if [ -e "fail-$SLUICE_VERSION" ]; then echo "cannot reach the host" >&2; exit 7; fi
if [ -e "hang-$SLUICE_VERSION" ]; then sleep 77; fi
if [ -e "wait-$SLUICE_VERSION" ]; then for i in $(seq 100); do [ -e go ] && exit 0; sleep 0.1; done; fi
`;

const TRAFFIC = `#!/bin/sh
echo "traffic $SLUICE_WEIGHTS" >> calls
`;

interface Options extends Situation {
  /** The service's health; absent: nothing judges. */
  readonly health?: string;
  /** Lines for the service, and whole keys beside it. */
  readonly service?: string;
  readonly more?: string;
  readonly stages?: string;
}

/** The smallest configuration on the command platform, with bakes of seconds. */
export function commandConfig({
  health,
  service = '',
  more = '',
  stages,
}: Omit<Options, keyof Situation> = {}): string {
  return `version: 1
services:
  web:
${service.includes('deploy:') ? '' : '    deploy: ./scripts/deploy.sh\n'}${health === undefined ? '' : `    health: ${health}\n`}${service}    strategy: quick
strategies:
  quick:
    keep-old: 0s
    stages:
${stages ?? `      - { name: all, weight: 100%, bake: ${health === undefined ? '1m' : '2s'} }`}
environments:
  production: {}
${health === undefined ? 'analysis: none' : 'analysis: { interval: 1s }'}
${more}`;
}

/** Versions 1.0.0, 1.1.0 and 1.2.0 deployed by a script that notes its calls in the file `calls`. */
export function commandShop(options: Options = {}): Promise<Scene> {
  const { files = {}, versions = ['1.0.0', '1.1.0', '1.2.0'], env } = options;
  return given({
    config: options.config ?? commandConfig(options),
    files: {
      '.gitignore': 'calls\ngo\nfail-*\nhang-*\nwait-*\n',
      'scripts/deploy.sh': DEPLOY,
      'scripts/traffic.sh': TRAFFIC,
      ...files,
    },
    versions,
    ...(env === undefined ? {} : { env }),
  });
}

/** Three stages on a command platform that can move traffic. */
export const CANARY = {
  service: '    platform: { type: command, deploy: ./scripts/deploy.sh, set-traffic: ./scripts/traffic.sh }\n',
} as const;
