/** Decodes a text as the adapter does, and shows its problems as `line:column message`. */
import { decodeText } from '../../../src/adapters/config-yaml/load.ts';
import type { Decoded, DecodeOptions } from '../../../src/core/config/decode.ts';
import type { Config } from '../../../src/core/model/config.ts';

export function decode(text: string, options?: DecodeOptions): Decoded {
  return decodeText(text, options);
}

/** The configuration of a text that must be right. */
export function good(text: string, options?: DecodeOptions): Config {
  const decoded = decode(text, options);
  if (!decoded.ok)
    throw new Error(decoded.problems.map(({ line, column, message }) => `${line}:${column} ${message}`).join('\n'));
  return decoded.config;
}

/** The problems of a text that must be wrong. */
export function problems(text: string, options?: DecodeOptions): readonly string[] {
  const decoded = decode(text, options);
  if (decoded.ok) throw new Error('nothing is wrong with it');
  return decoded.problems.map(
    ({ line, column, message, hint }) => `${line}:${column} ${message}${hint === undefined ? '' : ` ${hint}`}`,
  );
}

export function warnings(text: string, options?: DecodeOptions): readonly string[] {
  const decoded = decode(text, options);
  if (!decoded.ok) throw new Error(problems(text, options).join('\n'));
  return decoded.warnings.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

/** A service that can take weights, with a source and two metrics, to hang other things on; 14 lines. */
export const BASE = `version: 1
services:
  web:
    deploy: ./deploy
    set-traffic: ./weights
    health: https://shop.example.com/healthz
sources:
  prometheus: { type: prometheus, url: "https://prometheus.example.com" }
metrics:
  error-rate: { kind: proportion, bad: 'e{v="{{version}}"}', total: 't{v="{{version}}"}' }
  latency: { kind: histogram, unit: s, buckets: 'b{v="{{version}}"}' }
  queue: { kind: value, value: q }
  cpu: { kind: value, unit: "%", value: c }
  pool: { kind: value, unit: ratio, value: p }
`;
