import { describe, expect, it } from 'vitest';
import { decodeText } from '../../../src/compose.ts';
import { findEntry } from '../../../src/core/command/table.ts';
import { permit, permitVerb } from '../../../src/core/policy/permit.ts';
import { ALLOW_WORDS, wordsOf } from '../../../src/core/policy/words.ts';
import { alice, bob } from '../../support/rollout.ts';
import { config as usual } from '../../support/state.ts';
import { decided, twoPlaces } from '../deciding.ts';
import { stateOf } from '../../support/state.ts';

const production = usual.environments['production'];
if (!production) throw new Error('production');
const asked = (allow: Readonly<Record<string, readonly string[]>>, actor = alice) => ({
  config: { ...usual, environments: { production: { ...production, allow } } },
  environment: 'production',
  actor,
  rights: { role: 'admin' as const, teams: [] },
});
const RIGHTS = ['skip-bake', 'override', 'emergency', 'steal', 'undo'];

describe('words of allow', () => {
  it.each(ALLOW_WORDS)('R-804 %s is taken by the configuration and keeps out whom it does not name', (word) => {
    const text = `version: 1\nservices: { web: { deploy: ./d } }\nenvironments: { production: { allow: { ${word}: [user:bob] } } }\n`;
    expect(decodeText(text)).toMatchObject({ ok: true });
    const command = { auto: 'auto off', traffic: 'traffic set', flag: 'flag enable', segment: 'segment set' }[word];
    const names = [command, word, `${word} create`, `${word} ack`, `${word} revert`];
    const name = names.find((one) => one !== undefined && findEntry(one)?.reads === false);
    const may = RIGHTS.includes(word)
      ? (actor = alice) => permitVerb(word, 'write', asked({ [word]: ['user:bob'] }, actor))
      : (actor = alice) => permit(name ?? 'none', asked({ [word]: ['user:bob'] }, actor));
    expect(may()).toMatchObject({ allowed: false, code: 'not-permitted' });
    expect(may(bob)).toEqual({ allowed: true });
  });

  it('R-804 refuses a word that nothing is asked under', () => {
    for (const word of ['status', 'release', 'reconcile', 'token'])
      expect(
        decodeText(
          `version: 1\nservices: { web: { deploy: ./d } }\nenvironments: { production: { allow: { ${word}: [user:bob] } } }\n`,
        ),
      ).toMatchObject({ ok: false, problems: [{ code: 'config-key-unknown' }] });
  });

  it('R-804 asks a command’s own word before the one that speaks for it', () => {
    expect(wordsOf('promote')).toEqual(['promote', 'deploy']);
    expect(permit('promote', asked({ promote: ['user:alice'], deploy: ['user:bob'] })).allowed).toBe(true);
    expect(permit('promote', asked({ promote: ['user:bob'], deploy: ['user:alice'] })).allowed).toBe(false);
    expect(permit('promote', asked({ deploy: ['user:bob'] })).allowed).toBe(false);
    expect(permit('segment set', asked({ flag: ['user:bob'] })).allowed).toBe(false);
  });
});

describe('an emergency', () => {
  const say = 'deploy web@1.3.0 in production --emergency -m fire';
  const state = (allow: string) => stateOf({ config: twoPlaces(allow) });

  it('R-402 R-804 needs a right of its own: who may only deploy may not', () => {
    expect(decided(state(''), say).outcome).toMatchObject({ code: 'not-permitted' });
    expect(decided(state('allow: { deploy: [user:alice] }'), say).outcome.code).toBe('not-permitted');
    expect(
      decided(state('allow: { emergency: [user:bob] }'), say, { rights: { role: 'admin', teams: [] } }).outcome.code,
    ).toBe('not-permitted');
    expect(
      decided(state('allow: { override: [user:bob] }'), say, { rights: { role: 'admin', teams: [] } }).outcome.code,
    ).toBe('not-permitted');
    expect(decided(state('allow: { emergency: [user:alice] }'), say).outcome).toMatchObject({ code: 'started' });
    expect(decided(state(''), say, { rights: { role: 'maintain', teams: [] } }).outcome.code).toBe('started');
  });

  it('R-402 is open to whoever works without a forge, where nobody is named, and never without a reason', () => {
    const local = { kind: 'git' as const, id: 'a@example.com', name: 'A', verified: false };
    expect(decided(state(''), say, { actor: local, rights: { teams: [] } }).outcome.code).toBe('started');
    expect(
      decided(state(''), 'deploy web@1.3.0 in production --emergency', { rights: { role: 'admin', teams: [] } }).outcome
        .code,
    ).toBe('reason-needed');
  });

  it('R-402 R-805 names in its outcome every gate it passed over', () => {
    const frozen = state('freezes: [{ name: year-end, from: 2026-11-01, until: 2026-12-01 }]');
    const { outcome } = decided(frozen, say, { rights: { role: 'maintain', teams: [] } });
    expect(outcome.summary).toContain('emergency, passed over: freeze (production is frozen (year-end)');
    expect(decided(state(''), say, { rights: { role: 'maintain', teams: [] } }).outcome.summary).toContain(
      'no gate was closed',
    );
  });
});
