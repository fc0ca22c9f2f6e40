import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isOwn } from '../src/cli/main.ts';
import { decodeText } from '../src/compose.ts';
import { parseCommand } from '../src/core/command/parse.ts';
import { wired } from './engine/wired.ts';

interface Snippet {
  readonly page: string;
  readonly language: string;
  readonly text: string;
}

const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync('docs').flatMap((name) => manualPage(name))];

/** Pages written by people; `requirements.md` is generated, and shows no commands to be typed. */
function manualPage(name: string): readonly string[] {
  return name.endsWith('.md') && name !== 'requirements.md' ? [`docs/${name}`] : [];
}

function snippetsOf(page: string): readonly Snippet[] {
  return [...readFileSync(page, 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', text = '']) => ({ page, language, text }),
  );
}

const snippets = pages.flatMap(snippetsOf);
const lines = snippets.filter(({ language }) => language === 'sh').flatMap(({ text }) => text.split('\n'));

/** Commands in fences, and in the running text where more than a name stands: `sluice rollback web`. */
const commands = [
  ...new Set([
    ...lines.filter((line) => line.startsWith('sluice ')).map((line) => line.replace(/\s+#.*$/, '')),
    ...pages.flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/`(sluice (?![-/])[^`\n]+)`/g)].map(([, text = '']) => text),
    ),
  ]),
].map((line) => line.replace(/^sluice /, ''));

describe('what the README and the manual show is true', () => {
  it('they show commands and configurations at all', () => {
    expect(commands.length).toBeGreaterThan(60);
    expect(pages).toEqual(expect.arrayContaining(['docs/getting-started.md', 'docs/operations.md']));
  });

  it.each(snippets.filter(({ language, text }) => language === 'yaml' && text.startsWith('version:')))(
    'the configuration is accepted: $text',
    ({ text }) => {
      expect(decodeText(text)).toMatchObject({ ok: true });
    },
  );

  it.each(commands)('the command is one, and is built: sluice %s', async (command) => {
    const parsed = parseCommand(command, { surface: 'cli' });
    expect(parsed.ok ? undefined : parsed.error.message).toBeUndefined();
    if (!parsed.ok || isOwn(parsed.command.name)) return;
    const { code, summary } = await wired().run(command);
    expect(['not-yet', 'command-unknown', 'command-invalid', 'internal'], summary).not.toContain(code);
  });

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
