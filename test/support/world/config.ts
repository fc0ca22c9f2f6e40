/** Configurations to play on, read by the real decoder. */
import { decodeText } from '../../../src/adapters/config-yaml/load.ts';
import type { Config } from '../../../src/core/model/config.ts';

const STAGES = [
  '{ name: canary, weight: 5%, bake: 5m }',
  '{ name: beta, weight: 25%, bake: 15m }',
  '{ name: all, weight: 100%, bake: 10m }',
];

export interface Given {
  readonly stages?: readonly string[];
  /** Further members of the service, environment, analysis, strategy; whole lines at their own depth. */
  readonly service?: string;
  /** The service's platform; absent: commands that deploy and set weights. */
  readonly platform?: string;
  /** Further services. */
  readonly services?: string;
  readonly environment?: string;
  readonly judges?: string;
  readonly strategy?: string;
  readonly keepOld?: string;
  readonly more?: string;
}

function textOf(given: Given = {}): string {
  const {
    stages = STAGES,
    service = '',
    platform = 'deploy: ./deploy\n    set-traffic: ./weights',
    services = '',
    environment = '',
    judges = '[{ metric: error-rate, below: 1%, min-samples: 10 }]',
    strategy = '',
    keepOld = '10m',
    more = '',
  } = given;
  return `version: 1
services:
  web:
    ${platform}
    strategy: steps
    ${service}
${services}
strategies:
  steps:
    keep-old: ${keepOld}
    ${strategy}
    stages:
${stages.map((stage) => `      - ${stage}`).join('\n')}
environments:
  production: {${environment}}
sources:
  prometheus: { type: prometheus, url: "https://prometheus.example.com" }
metrics:
  error-rate: { kind: proportion, source: prometheus, bad: 'e{v="{{version}}"}', total: 't{v="{{version}}"}' }
analysis:
  judges: ${judges}
${more}
`;
}

/** @throws Error with every problem of the text */
export function configOf(given: Given = {}): Config {
  const decoded = decodeText(textOf(given));
  if (decoded.ok) return decoded.config;
  throw new Error(decoded.problems.map(({ line, message }) => `${line}: ${message}`).join('\n'));
}
