import { afterEach, beforeEach, describe, expect } from 'vitest';
import type { Forge } from '../../src/ports/forge.ts';
import type { FakeHandles } from '../support/github/handles.ts';
import type { FakeGithub, FakePermissions } from '../support/github/types.ts';
import { checkRules } from './forge/checks.ts';
import { codeRules } from './forge/code.ts';
import { deploymentRules } from './forge/deployments.ts';
import { peopleRules } from './forge/people.ts';
import { runRules } from './forge/runs.ts';
import { talkRules } from './forge/talk.ts';

export interface ForgeWorld extends FakeGithub, FakeHandles {}

/** What the suite needs of a forge under test: the world behind it, and forges that ask it. */
export interface ForgeBench {
  readonly world: ForgeWorld;
  /** As a new process opens it; `permissions`: all where absent. */
  readonly open: (options?: ForgeOptions) => Forge;
}

export interface ForgeOptions {
  readonly permissions?: FakePermissions;
  /** Whose token it is; absent: an App's. */
  readonly login?: string;
  readonly checks?: {
    readonly ignored?: readonly string[];
    readonly required?: readonly string[];
    readonly run?: string;
  };
  /** Milliseconds that an answer may take. */
  readonly timeout?: number;
}

export type Bench = () => ForgeBench;

/** The rules of the Forge port; every adapter passes them. */
export function forgeContract(name: string, makeBench: () => Promise<ForgeBench>): void {
  describe(`${name} keeps the rules of the Forge port`, () => {
    let bench: ForgeBench;
    beforeEach(async () => {
      bench = await makeBench();
    });
    afterEach(async () => {
      await bench.world.close();
      expect(bench.world.violations).toEqual([]);
    });
    const present: Bench = () => bench;
    peopleRules(present);
    codeRules(present);
    checkRules(present);
    deploymentRules(present);
    talkRules(present);
    runRules(present);
  });
}
