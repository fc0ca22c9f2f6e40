/** Which environment, which service a command means. Never guessed: an absent word has one answer or is refused with the list. */
import { suggest } from '../command/suggest.ts';
import type { Command } from '../command/command.ts';
import { type Decision, refuse } from '../decision.ts';
import { type Config, impliedEnvironment } from '../model/config.ts';

export type Resolved =
  | { readonly ok: true; readonly name: string }
  | { readonly ok: false; readonly refusal: Decision };

export function environmentOf(config: Config, command: Pick<Command, 'environment'>): Resolved {
  const names = Object.keys(config.environments);
  const wanted = command.environment ?? impliedEnvironment(config);
  if (wanted === undefined) {
    return no(
      refuse('environment-needed', `which environment? Say in ${names.join(', in ')}`, { environments: names }),
    );
  }
  return named({ wanted, names, what: 'environment' });
}

export function serviceOf(config: Config, wanted: string | undefined): Resolved {
  const names = Object.keys(config.services);
  if (wanted !== undefined) return named({ wanted, names, what: 'service' });
  const only = names.length === 1 ? names[0] : undefined;
  if (only !== undefined) return { ok: true, name: only };
  const summary =
    names.length === 0
      ? 'the configuration names no service: add one under services'
      : `which service? ${names.join(', ')}`;
  return no(refuse('service-needed', summary, { services: names }));
}

function named({
  wanted,
  names,
  what,
}: {
  wanted: string;
  names: readonly string[];
  what: 'environment' | 'service';
}): Resolved {
  if (names.includes(wanted)) return { ok: true, name: wanted };
  const near = suggest(wanted, names);
  const hint = near === undefined ? `it names ${names.join(', ') || 'none'}` : `did you mean ${near}?`;
  return no(refuse(`${what}-unknown`, `the configuration has no ${what} ${wanted}: ${hint}`));
}

function no(refusal: Decision): Resolved {
  return { ok: false, refusal };
}
