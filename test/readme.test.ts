import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../src/adapters/config-yaml/load.ts';
import { parseCommand } from '../src/core/command/parse.ts';

interface Snippet {
  readonly language: string;
  readonly text: string;
}

function snippetsOf(page: string): readonly Snippet[] {
  return [...readFileSync(page, 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', text = '']) => ({ language, text }),
  );
}

const snippets = ['README.md', 'CONTRIBUTING.md'].flatMap(snippetsOf);
const lines = snippets.filter(({ language }) => language === 'sh').flatMap(({ text }) => text.split('\n'));

describe('what the README shows is true', () => {
  it.each(snippets.filter(({ language, text }) => language === 'yaml' && text.startsWith('version:')))(
    'the configuration is accepted: $text',
    ({ text }) => {
      expect(decodeText(text)).toMatchObject({ ok: true });
    },
  );

  it.each(
    lines
      .filter((line) => line.startsWith('sluice '))
      .map((line) => line.replace(/^sluice /, '').replace(/\s+#.*$/, '')),
  )('the command is one: %s', (command) => expect(parseCommand(command)).toMatchObject({ ok: true }));

  it.each(
    lines
      .flatMap((line) => line.replace(/#.*/, '').split('&&'))
      .flatMap((part) => /^\s*npm (?:run )?(\S+)/.exec(part)?.[1] ?? []),
  )('the script is there: npm %s', (script) => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    expect(['ci', 'link', ...Object.keys(scripts)]).toContain(script);
  });
});
