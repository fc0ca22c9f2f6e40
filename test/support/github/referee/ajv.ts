/** Ajv, set up for GitHub's documents. */
import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

export interface Referee<T> {
  readonly document: T;
  /** What is wrong with a value by the schema at a JSON pointer; nothing: it fits. */
  readonly problems: (pointer: readonly string[], value: unknown) => readonly string[];
}

/** A document of `test/fixtures/github`, read with the first question; each schema is compiled with its own first question. */
export function referee<T>(name: string): () => Referee<T> {
  let made: Referee<T> | undefined;
  return () => (made ??= open<T>(name));
}

function open<T>(name: string): Referee<T> {
  const document = JSON.parse(readFileSync(new URL(`../../../fixtures/github/${name}`, import.meta.url), 'utf8')) as T &
    object;
  const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false, inlineRefs: false, logger: false });
  formats.default(ajv);
  // Where an address is unset GitHub writes an empty text (its own examples do).
  const uri = ajv.formats['uri'] as ((text: string) => boolean) | RegExp;
  ajv.addFormat('uri', (text: string) => text === '' || (uri instanceof RegExp ? uri.test(text) : uri(text)));
  // GitHub's own names of formats; they say nothing that is checked elsewhere.
  for (const format of ['timestamp', 'repo.nwo', 'ssh-key', 'ssh-key fingerprint']) ajv.addFormat(format, true);
  ajv.addSchema(document, 'github');
  const compiled = new Map<string, ValidateFunction>();
  return {
    document,
    problems: (pointer, value) => {
      const ref = `github#/${pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
      const validate = compiled.get(ref) ?? ajv.compile({ $ref: ref });
      compiled.set(ref, validate);
      // What a reply leaves out is not sent: it is held against the schema as it is written.
      const written = value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
      return validate(written) ? [] : (validate.errors ?? []).slice(0, 5).map(printedError);
    },
  };
}

function printedError({ instancePath, message = '', params }: ErrorObject): string {
  const more = Object.values(params as Readonly<Record<string, unknown>>)
    .join(', ')
    .slice(0, 120);
  return `${instancePath || '/'} ${message} (${more})`;
}
