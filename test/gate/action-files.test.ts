import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { validate } from '@actions/languageservice';
import { describe, expect, it } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';

let documents = 0;

/** What GitHub's own parser says of an action. Its answers are kept by address, so that each text needs one of its own. */
async function problems(text: string): Promise<readonly string[]> {
  const uri = `file:///${String((documents += 1))}/action.yml`;
  return (await validate(TextDocument.create(uri, 'yaml', 1, text))).map(({ message }) => JSON.stringify(message));
}

const FOLDERS = ['.', ...readdirSync('actions').map((name) => `actions/${name}`)];
const FILES = FOLDERS.map((folder) => `${folder}/action.yml`).filter((file) => existsSync(file));

describe.each(FILES)('%s', (file) => {
  it("is an action by GitHub's own parser", async () => {
    expect(await problems(readFileSync(file, 'utf8'))).toEqual([]);
  });
});

it.each([
  ['a step without a shell', 'shell: bash', 'id: other'],
  ['an unknown key', 'using: composite', 'using: composite\n  surprise: yes'],
  ['an unknown function', '${{ inputs.token }}', '${{ nope(inputs.token) }}'],
  ['a runtime that does not exist', 'using: composite', 'using: composted'],
])("GitHub's own parser would see %s", async (_name, from, to) => {
  const text = readFileSync('actions/deploy/action.yml', 'utf8');
  expect(text).toContain(from);
  expect(await problems(text.replace(from, () => to))).not.toEqual([]);
});
