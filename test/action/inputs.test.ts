import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inputsRefused, isOn, listOf, numberOf, readInputs, textOf } from '../../src/action/inputs.ts';
import type { ActionName } from '../../src/action/registry.ts';
import { parseCommand } from '../../src/core/command/parse.ts';
import { printCommand } from '../../src/core/command/print.ts';

/** Variables as a composite action gives them. */
const variables = (given: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(given).map(([name, text]) => [`INPUT_${name.toUpperCase().replaceAll('-', '_')}`, text] as const),
  );
const read = (action: ActionName, given: Readonly<Record<string, string>>) => readInputs(variables(given), action);
const inputs = (action: ActionName, given: Readonly<Record<string, string>>) => {
  const result = read(action, given);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.inputs;
};
const command = (action: ActionName, given: Readonly<Record<string, string>>) => inputs(action, given).command;
const problems = (action: ActionName, given: Readonly<Record<string, string>>) => {
  const result = read(action, given);
  return result.ok ? [] : result.problems;
};
/** What the same words would be as a line. */
const line = (text: string) => {
  const parsed = parseCommand(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.command;
};

describe('how an input is read', () => {
  it('under the name the runner gives it, and under the one that bash can hold', () => {
    const hyphen = readInputs({ INPUT_COMMAND: 'status', 'INPUT_DRY-RUN': 'true' }, 'root');
    const underscore = readInputs({ INPUT_COMMAND: 'status', INPUT_DRY_RUN: 'true' }, 'root');
    expect(hyphen).toEqual(underscore);
    expect(hyphen).toMatchObject({ ok: true, inputs: { given: { 'dry-run': true } } });
  });

  it('as absent when it is empty or blank, so that forms may pass everything on', () => {
    expect(inputs('rollback', { service: 'web', to: '', reason: '  \n ' }).given).toEqual(
      inputs('rollback', { service: 'web' }).given,
    );
  });

  it('with the default of the registry, but for expressions, which the runner evaluates', () => {
    const { given } = inputs('promote', {});
    expect(given).toMatchObject({ timeout: 600_000, 'dry-run': false, store: 'api', 'working-directory': '.' });
    expect(given).not.toHaveProperty('token');
  });

  it('by its kind: time in milliseconds, switches as booleans, lists as lists', () => {
    const all = inputs('deploy', { version: 'v1', timeout: '90s', 'when-green': 'TRUE', override: 'lock, checks' });
    expect(numberOf(all, 'timeout')).toBe(90_000);
    expect(isOn(all, 'when-green')).toBe(true);
    expect(isOn(all, 'replace')).toBe(false);
    expect(all.given['override']).toEqual(['lock', 'checks']);
    expect(textOf(all, 'version')).toBe('v1');
    expect([textOf(all, 'timeout'), numberOf(all, 'version'), textOf(all, 'nothing')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('a list has a member a line where there are several, so that commas can be part of them', () => {
    expect(listOf('a, b,,c ')).toEqual(['a', 'b', 'c']);
    expect(listOf('country in DE,FR\r\n\n plan = pro \n')).toEqual(['country in DE,FR', 'plan = pro']);
  });

  it.each([
    ['timeout', '25', 'has no unit: 25s, 25m, 25h or 25d'],
    ['timeout', 'soon', 'no length of time such as 90s, 5m, 2h, 7d'],
    ['dry-run', 'yes', '`yes` is neither true nor false'],
    ['dry-run', 'true\n::error::x', '`true ::error::x` is neither true nor false'],
    ['store', 'ftp', '`ftp` is none of api, git'],
    ['version', '$(id)', 'is no version: a tag, a SHA, head or latest'],
    ['version', '-n', 'is no version'],
    ['override', 'everything', '`everything` is none of approval, lock'],
    ['environment', 'a b', '`a b` is no name'],
    ['environment', '--override', 'is no name'],
    ['until', 'canary\nin production', 'a value is one line, without control characters'],
    ['reason', 'first\nsecond', 'a value is one line, without control characters'],
  ])('a wrong %s (%j) is named, with what is expected', (input, text, message) => {
    const [problem, ...more] = problems('deploy', { version: 'v1', [input]: text });
    expect(more).toEqual([]);
    expect(problem?.input).toBe(input);
    expect(problem?.message).toContain(message);
    expect(inputsRefused([problem!])).toMatchObject({
      ok: false,
      code: problem?.code,
      summary: `input \`${input}\`: ${problem?.message}`,
    });
  });

  it('everything wrong is told at once', () => {
    const all = problems('deploy', { timeout: '5', 'dry-run': 'no' });
    expect(all.map(({ input }) => input)).toEqual(['version', 'timeout', 'dry-run']);
    const outcome = inputsRefused(all);
    expect(outcome).toMatchObject({ ok: false, code: 'value-invalid', schemaVersion: 1 });
    expect(outcome.details).toHaveLength(3);
    expect(outcome.summary).toContain('input `version`: it is required. What to deploy');
  });
});

describe('the command of an action', () => {
  it.each<[ActionName, Readonly<Record<string, string>>, string]>([
    ['deploy', { version: '1.4.0' }, 'deploy 1.4.0'],
    [
      'deploy',
      { version: 'v1.4.0', service: 'web', environment: 'production', until: 'canary', reason: 'it is time' },
      'deploy web@v1.4.0 in production --until canary -m "it is time"',
    ],
    ['deploy', { version: 'head', emergency: 'true', replace: 'true' }, 'deploy head --replace --emergency'],
    ['deploy', { version: 'v1', override: 'lock,checks' }, 'deploy v1 --override lock,checks'],
    ['promote', { rollout: 'r-7f3a', to: 'beta' }, 'promote r-7f3a --to beta'],
    ['promote', { service: 'web', environment: 'staging', full: 'true' }, 'promote web in staging --full'],
    ['rollback', { service: 'web', to: '1.3.2', gradual: 'true' }, 'rollback web --to 1.3.2 --gradual'],
    ['rollback', { flag: 'new-dashboard' }, 'rollback flag/new-dashboard'],
    ['reconcile', { watch: 'true' }, 'reconcile --watch'],
    [
      'flag',
      { action: 'enable', flag: 'new', percent: '25%', environment: 'production' },
      'flag enable new 25% in production',
    ],
    ['flag', { action: 'enable', flag: 'new', percent: '0.001%' }, 'flag enable new 0.001%'],
    [
      'flag',
      { action: 'rollout', flag: 'new', percent: '100', strategy: 'gradual' },
      'flag rollout new 100% --strategy gradual',
    ],
    [
      'flag',
      { action: 'check', flag: 'new', user: 'user 1', with: 'country=DE\nplan=a,b' },
      'flag check new "user 1" --with country=DE --with plan=a,b',
    ],
    [
      'flag',
      { action: 'create', flag: 'new', variant: 'on=true, off=false' },
      'flag create new --variant on=true --variant off=false',
    ],
    ['flag', { action: 'list', environment: 'dev' }, 'flag list in dev'],
    ['experiment', { action: 'analyze', experiment: 'checkout' }, 'experiment analyze checkout'],
    [
      'experiment',
      { action: 'ship', experiment: 'checkout', variant: 'treatment' },
      'experiment ship checkout --variant treatment',
    ],
    ['monitor', {}, 'status'],
    [
      'monitor',
      { action: 'metrics', service: 'web', window: '15m', metric: 'errors' },
      'metrics web --window 15m --metric errors',
    ],
    ['monitor', { action: 'alerts', environment: 'production' }, 'alert list in production'],
  ])('of %s %j is `%s`', (action, given, text) => {
    expect(command(action, given)).toEqual(line(text));
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['get_all_flags', {}, 'flag list'],
    ['enable_flag', { flag: 'new' }, 'flag enable new'],
    ['disable_flag', { flag: 'new', environment: 'prod' }, 'flag disable new in prod'],
    ['set_rollout_percentage', { flag: 'new', percent: '25' }, 'flag enable new 25%'],
    ['advance_canary_stage', { flag: 'new' }, 'promote flag/new'],
    ['rollback_canary_stage', { flag: 'new' }, 'rollback flag/new'],
    ['get_health_status', { environment: 'staging' }, 'status in staging'],
    ['get_metrics', { service: 'web' }, 'metrics web'],
    ['get_experiment_results', { experiment: 'checkout' }, 'experiment analyze checkout'],
    ['Flag  Enable', { flag: 'new' }, 'flag enable new'],
    ['deploy', { service: 'web', version: 'v2', stage: 'canary' }, 'deploy web@v2 --until canary'],
    ['promote', { rollout: 'r-7f3a', stage: 'beta' }, 'promote r-7f3a --to beta'],
    ['approve', { rollout: 'r-7f3a', stage: 'production' }, 'approve r-7f3a/production'],
    ['reject', { service: 'web', reason: 'odd' }, 'reject web -m odd'],
    ['rollback', { service: 'web', version: '1.3.2' }, 'rollback web --to 1.3.2'],
    ['lock', { service: 'web', for: '90m' }, 'lock web --for 90m'],
    ['history', { service: 'web', since: '30d' }, 'history web --since 30d'],
    ['release show', { service: 'web', version: '1.4.0' }, 'release show web 1.4.0'],
    [
      'experiment ship',
      { experiment: 'checkout', variant: 'treatment', 'dry-run': 'true' },
      'experiment ship checkout --variant treatment -n',
    ],
  ])('R-701 an action of the root, `%s` with %j, is `%s`', (action, given, text) => {
    expect(command('root', { action, ...given })).toEqual(line(text));
  });

  it('is the line that the root was given, which may be an old one, with reason and dry run beside it', () => {
    expect(command('root', { command: '/sluice feature:enable new 25' })).toEqual(line('flag enable new 25%'));
    expect(command('root', { command: 'rollback web', reason: 'it is "late"', 'dry-run': 'true' })).toEqual(
      line(String.raw`rollback web -n -m "it is \"late\""`),
    );
    expect(command('root', { command: 'rollback web -m mine', reason: 'yours' })?.options['reason']).toBe('mine');
  });

  it.each<[Readonly<Record<string, string>>, string | undefined, string]>([
    [{}, 'command', 'a command belongs here'],
    [{ command: 'status', action: 'status' }, 'command', 'not both'],
    [{ command: 'status', service: 'web' }, 'service', 'this input goes with `action` only'],
    [{ command: 'status\nrollback --all' }, 'command', 'one line, one command'],
    [{ command: 'stauts' }, 'command', 'did you mean `status`'],
    [{ action: 'flag enabel', flag: 'new' }, 'action', 'did you mean `flag enable`'],
    [{ action: 'deploy:canary', version: 'v1' }, 'action', 'options of its own'],
    [{ action: 'flag enable --override lock', flag: 'new' }, 'action', 'no command of that name'],
    [{ action: 'flag enable new in production' }, 'action', 'no command of that name'],
    [{ action: 'flag enable' }, 'flag', '`flag enable` needs it'],
    [{ action: 'deploy', service: 'web' }, 'service', 'has no place for it'],
    [{ action: 'flag disable', flag: 'new', percent: '5%' }, 'percent', '`flag disable` has no place for it'],
    [{ action: 'freeze', reason: 'x' }, undefined, 'takes exactly one of --for, --until'],
    [{ action: 'flag enable', flag: 'a', percent: '0.25' }, 'percent', 'could be 25% or 0.25%'],
    [{ action: 'flag enable', flag: 'a', percent: '101%' }, 'percent', 'more than 100%'],
    [{ action: 'flag enable', flag: 'a', variant: 'on, off' }, 'variant', 'one NAME belongs here, not 2'],
    [{ action: 'deploy', version: 'v1', service: 'a@b' }, 'service', 'is no name'],
    [{ action: 'rollback', service: 'flag/new' }, 'service', 'is no name'],
    [{ action: 'promote', rollout: '../x' }, 'rollout', 'is no target'],
  ])('of the root is refused for %j', (given, input, message) => {
    const all = problems('root', given);
    expect(all[0]?.input).toBe(input);
    expect(all[0]?.message).toContain(message);
  });

  it('cannot be made into another one by what an input holds', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.constantFrom(
        '--all',
        '-n',
        'in',
        'to',
        '" --all "',
        "' in production",
        '--override=lock',
        'x --to y',
        '$(id)',
      ),
    );
    fc.assert(
      fc.property(text, text, text, (service, reason, environment) => {
        const result = read('rollback', { service, reason, environment });
        if (!result.ok) return;
        const asked = result.inputs.command;
        expect(asked?.name).toBe('rollback');
        const options = Object.keys(asked?.options ?? {});
        expect(options.filter((name) => name !== 'reason')).toEqual([]);
        expect(asked?.options['reason'] ?? '').toBe(reason.trim());
        expect(asked?.args['target'] ?? '').toBe(service.trim());
        expect(asked?.environment ?? '').toBe(environment.trim());
        expect(parseCommand(printCommand(asked!))).toMatchObject({ ok: true, command: asked });
      }),
      { numRuns: 400 },
    );
  });

  it('is none of report, comment, check and setup', () => {
    const given = { operation: 'op-1', status: 'success' };
    expect(command('report', given)).toBeUndefined();
    expect(command('comment', {})).toBeUndefined();
    expect(command('check', { environment: 'production' })).toBeUndefined();
    expect(command('setup', {})).toBeUndefined();
  });
});
