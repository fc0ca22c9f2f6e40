/** Commands decided on documents, between two environments of which production is the stricter. */
import { parseCommand } from '../../src/core/command/parse.ts';
import { decide } from '../../src/core/decide.ts';
import type { Asking, Decision } from '../../src/core/decision.ts';
import type { Facts } from '../../src/core/facts.ts';
import type { Config } from '../../src/core/model/config.ts';
import type { Flag } from '../../src/core/model/flag.ts';
import { emptyPlace, type Place } from '../../src/core/model/place.ts';
import type { Release } from '../../src/core/model/release.ts';
import type { State } from '../../src/core/model/state.ts';
import { configOf } from '../engine/wired.ts';
import { alice, ms } from '../support/rollout.ts';
import { stateOf } from '../support/state.ts';

export const NOW: number = ms('10:40:00');

/** `production` is the inside of its braces: allow, approvals, freezes. */
export function twoPlaces(production: string, service = ''): Config {
  return configOf(`
version: 1
services:
  web:
    deploy: ./deploy
    set-traffic: ./weights
    health: https://shop.example.com/healthz
    strategy: steps
    ${service}
strategies:
  steps:
    stages:
      - { name: half, weight: 50%, bake: 5m, analysis: none }
      - { name: all, weight: 100%, bake: 5m, analysis: none }
environments:
  staging: {}
  production: { ${production} }
`);
}

export function releaseOf(label: string): Release {
  return { label, commit: label.replaceAll(/[^0-9a-f]/g, '').padEnd(40, '0') };
}

export function factsOf(now: number = NOW): Facts {
  const labels = ['1.1.0', '1.2.0', '1.3.0', 'head'];
  return {
    now,
    performer: { id: 'here', has: ['checkout'], claimFor: 60_000 },
    platforms: {},
    releases: Object.fromEntries(
      labels.flatMap((label) => [
        [label, releaseOf(label === 'head' ? '1.3.0' : label)],
        [`web@${label}`, releaseOf(label === 'head' ? '1.3.0' : label)],
      ]),
    ),
    automaticOff: false,
    clockOff: false,
  };
}

export function decided(state: State, text: string, asking: Partial<Asking> = {}): Decision {
  const parsed = parseCommand(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error.message}`);
  const { command } = parsed;
  const { reason, override } = command.options;
  return decide({
    state,
    command,
    facts: factsOf(asking.now ?? NOW),
    asking: {
      now: NOW,
      actor: alice,
      rights: { role: 'write', teams: [] },
      request: 'request-1',
      dryRun: false,
      overrides: Array.isArray(override) ? (override as readonly string[]) : [],
      command: text,
      ...(typeof reason === 'string' ? { reason } : {}),
      ...asking,
    },
  });
}

export function placesOf(...places: readonly Place[]): State['places'] {
  return new Map(places.map((place) => [`${place.service}/${place.environment}`, place]));
}

export function emptyIn(environment: string): Place {
  return emptyPlace('web', environment);
}

/** Serves `on` to everybody in the environments named, nothing elsewhere. */
export function flagOn(key: string, ...environments: readonly string[]): Flag {
  return {
    schemaVersion: 1,
    key,
    kind: 'release',
    tags: [],
    services: [],
    variants: { on: true, off: false },
    off: 'off',
    requires: [],
    environments: Object.fromEntries(
      environments.map((name) => [name, { enabled: true, targets: [], rules: [], serve: 'on' }]),
    ),
  };
}

export function withFlags(config: Config, ...flags: readonly Flag[]): State {
  return stateOf({ config, flags: new Map(flags.map((flag) => [flag.key, flag])) });
}
