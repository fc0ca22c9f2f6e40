import { describe, expect, it } from 'vitest';
import { type LogOptions, openLog } from '../../src/action/log.ts';

function opened(options: Partial<LogOptions> = {}) {
  let text = '';
  let now = 0;
  const log = openLog({ write: (line) => (text += line), now: () => now, ...options });
  return {
    log,
    pass: (milliseconds: number) => (now += milliseconds),
    lines: () => text.split('\n').filter((line) => line !== ''),
  };
}

describe('the log of a step', () => {
  it('tells a change at once, and what stays as it is once a minute', () => {
    const { log, pass, lines } = opened();
    for (let second = 0; second < 150; second += 15) {
      log.progress('r-7f3a', second < 90 ? 'canary 5%, baking' : 'beta 25%, baking');
      log.progress('r-80aa', 'queued');
      pass(15_000);
    }
    expect(lines()).toEqual([
      'canary 5%, baking',
      'queued',
      'canary 5%, baking',
      'queued',
      'beta 25%, baking',
      'queued',
    ]);
  });

  it('puts what belongs together into a group that is closed whatever happens', async () => {
    const { log, lines } = opened();
    await log.group('deploy\nweb', async () => log.line('one'));
    const failing = log.group('beta', () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(lines()).toEqual(['::group::deploy web', 'one', '::endgroup::', '::group::beta', '::endgroup::']);
  });

  it('is text: nothing that others wrote becomes a command of the runner', () => {
    const { log, lines } = opened();
    const hostile = [
      '::add-path::/tmp',
      '  ::error::x',
      'ok\n::set-env name=A::b',
      '##[add-path]/tmp',
      'x ##[error]y',
      '\r::stop-commands::t',
      '\u2028::error::z',
    ];
    for (const text of hostile) log.line(text);
    expect(lines()).toHaveLength(hostile.length);
    // What makes a command: `::` after any blanks at the begin of a line, or `##[` anywhere (actions/runner, ActionCommand.cs).
    expect(lines().filter((line) => /^\s*::/.test(line) || line.includes('##['))).toEqual([]);
  });

  it('hides secrets, those it learns of later too', () => {
    const { log, lines } = opened({ secrets: ['ghs_job'] });
    log.line('token ghs_job, key hunter22');
    log.secret('hunter22');
    log.line('token ghs_job, key hunter22');
    expect(lines()).toEqual(['token ***, key hunter22', 'token ***, key ***']);
  });
});
