import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../folder.ts';
import { githubInTest } from './in-test.ts';
import { dispatchEvent } from './payload.ts';
import { type ActionEnd, type ActionStep, runAction } from './run-action.ts';
import { commandIn, hear, readValues } from './runner-words.ts';

const CORE = pathToFileURL(join(import.meta.dirname, '../../../node_modules/@actions/core/lib/core.js')).href;

/** A step whose program is this source, on GitHub's own toolkit. */
async function step(source: string, rest: Partial<ActionStep> = {}): Promise<ActionEnd> {
  const program = join(await temporaryFolder(), 'program.mjs');
  await writeFile(program, `import * as core from ${JSON.stringify(CORE)};\n${source}\n`);
  const fake = rest.fake ?? (await githubInTest());
  return runAction({ fake, event: await dispatchEvent(fake), program, ...rest });
}

it('hears what the toolkit says: outputs of several lines, summary, annotations, masks, groups', async () => {
  const text = 'one\n::error::no\n$(id) "two"\nEOF\n';
  const ended = await step(`
    core.setOutput('text', ${JSON.stringify(text)});
    core.setOutput('none', '');
    core.exportVariable('NAME', 'a=b<<c');
    core.setSecret('s3cret');
    core.startGroup('group, 1');
    core.info('the s3cret word');
    core.endGroup();
    core.error('wrong: 100%\\nagain', { title: 'a,b:c', file: '.github/sluice.yml', startLine: 3 });
    await core.summary.addRaw('# hello').write();
    core.setFailed('s3cret failed');
  `);
  expect(ended.outputs).toEqual({ text, none: '' });
  expect(ended.env).toEqual({ NAME: 'a=b<<c' });
  expect(ended.summary).toContain('# hello');
  expect(ended.annotations).toEqual([
    { level: 'error', message: 'wrong: 100%\nagain', title: 'a,b:c', file: '.github/sluice.yml', line: 3 },
    { level: 'error', message: '*** failed' },
  ]);
  expect(ended.groups).toEqual(['group, 1']);
  expect(ended.log).toContain('the *** word');
  expect(ended.exit).toBe(1);
});

it('gives a step the run, the event and the inputs with their defaults, as the runner does', async () => {
  const fake = await githubInTest();
  const event = await dispatchEvent(fake, { actor: 'alice', inputs: { stage: 'beta' } });
  const run = await fake.beginRun({ event: event.name });
  fake.endRun(run.id, 'failure');
  fake.rerun(run.id, 'bob');
  const source = `
    const { GITHUB_RUN_ATTEMPT, GITHUB_ACTOR, GITHUB_TRIGGERING_ACTOR, GITHUB_EVENT_PATH, INPUT_TOKEN } = process.env;
    const { readFile } = await import('node:fs/promises');
    const { inputs } = JSON.parse(await readFile(GITHUB_EVENT_PATH, 'utf8'));
    const reply = await fetch(process.env.GITHUB_API_URL + '/repos/' + process.env.GITHUB_REPOSITORY, {
      headers: { authorization: 'Bearer ' + INPUT_TOKEN },
    });
    core.setOutput('seen', JSON.stringify({ GITHUB_RUN_ATTEMPT, GITHUB_ACTOR, GITHUB_TRIGGERING_ACTOR, inputs }));
    core.setOutput('status', reply.status);
    core.setOutput('command', core.getInput('command'));
  `;
  const { outputs, stderr } = await step(source, { fake, event, run, inputs: { command: 'status "a b"' } });
  expect(stderr).toBe('');
  expect(JSON.parse(outputs['seen'] ?? '')).toEqual({
    GITHUB_RUN_ATTEMPT: '2',
    GITHUB_ACTOR: 'alice',
    GITHUB_TRIGGERING_ACTOR: 'bob',
    inputs: { stage: 'beta' },
  });
  expect(outputs).toMatchObject({ status: '200', command: 'status "a b"' });
  await expect(step('', { inputs: { commnad: 'x' } })).rejects.toThrow('no input commnad');
});

it('cancels a step as a runner does: SIGINT first, SIGTERM for who stays', async () => {
  const waits = `console.log('working'); setInterval(() => undefined, 1000);`;
  const polite = await step(`process.on('SIGINT', () => { console.log('bye'); process.exit(3); }); ${waits}`, {
    cancelAt: 'working',
  });
  expect(polite).toMatchObject({ exit: 3, log: expect.stringContaining('bye') as string });
  const deaf = await step(`process.on('SIGINT', () => undefined); ${waits}`, { cancelAt: 'working', grace: 50 });
  expect(deaf.exit).toBeNull();
});

it('reads files of values as the runner does, and fails where it would', () => {
  expect(readValues('a=1\nb<<X\none\ntwo\nX\nc=d<<e\n')).toEqual({ a: '1', b: 'one\ntwo', c: 'd<<e' });
  expect(() => readValues('b<<X\nnever ends\n')).toThrow('Matching delimiter not found');
  expect(() => readValues('no value\n')).toThrow('Invalid format');
});

it('hears commands only where the runner does', () => {
  expect(commandIn('  ::warning file=a%2Cb,line=2::x%0Ay')).toEqual({
    name: 'warning',
    properties: { file: 'a,b', line: '2' },
    message: 'x\ny',
  });
  expect(commandIn('say ::error::no')).toBeUndefined();
  const { annotations, log } = hear('::stop-commands::t\n::error::no\n::t::\n::error::yes\n');
  expect(annotations.map(({ message }) => message)).toEqual(['yes']);
  expect(log).toContain('::error::no');
});
