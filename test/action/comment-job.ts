/** Comments on the fake GitHub, and the job that answers them. */
import { expect } from 'vitest';
import { commentEvent } from '../support/github/payload.ts';
import { checkPayload } from '../support/github/referee/webhooks.ts';
import { type Job, jobInTest, type StepOptions, type StepRun } from './job.ts';

export const FLAGS = `version: 1
services:
  web: { deploy: ./deploy.sh, strategy: all-at-once }
environments:
  production: {}
`;

/** Each deploy is the own steps of a workflow. */
export const BY_JOB = `version: 1
services:
  web:
    platform: { type: job }
    strategy: short
strategies:
  short:
    keep-old: 0s
    stages:
      - { name: all, weight: 100%, bake: 1m, analysis: none }
environments:
  production: {}
`;

export interface Talk extends Job {
  /** The pull request's number and head. */
  readonly pull: { readonly number: number; readonly head: string };
  /** A comment, and the job that it starts a second later. */
  say(body: string, options?: Saying): Promise<Said>;
  /** The job of a comment that is there already. */
  answer(id: number, options?: Saying): Promise<Said>;
  /** What Sluice wrote on the pull request, oldest first. */
  replies(number?: number): readonly string[];
}

export interface Saying extends StepOptions {
  readonly by?: string;
  readonly number?: number;
  readonly action?: 'created' | 'edited' | 'deleted';
  readonly actor?: string;
}

export interface Said extends StepRun {
  readonly id: number;
  /** Of Sluice on the comment, in order. */
  readonly reactions: readonly string[];
}

interface Branch {
  readonly branch?: string;
  readonly fork?: string;
  /** When, in ms, where it is not the clock of the test: GitHub's clock stands there then. */
  readonly pushed?: number;
}

/** A pull request by alice on a branch of this repository, where alice may write. */
export async function talkInTest(config: string = FLAGS, { pushed, ...branch }: Branch = {}): Promise<Talk> {
  const job = await jobInTest({
    '.github/sluice.yml': config,
    '.github/workflows/deploy.yml': DISPATCHED,
    '.github/workflows/sluice-tick.yml': DISPATCHED,
  });
  const { fake, clock } = job;
  if (pushed !== undefined) fake.setClock(pushed);
  const pull = await fake.openPull({ branch: 'feature', ...branch, files: { version: 'next' } });
  clock.pass(60_000);
  const answer = async (id: number, options: Saying = {}): Promise<Said> => {
    const { action, actor, by: _, number: __, ...step } = options;
    const event = await commentEvent(fake, {
      comment: id,
      ...(action && { action }),
      ...(action === 'edited' && { before: 'thanks' }),
      ...(actor && { actor }),
    });
    expect(checkPayload(event.name, event.payload)).toEqual([]);
    clock.pass(1_000);
    const run = await job.step('comment', {
      event: 'issue_comment',
      payload: event.payload,
      ...step,
      env: { GITHUB_TRIGGERING_ACTOR: event.actor, ...step.env },
    });
    const record = [...fake.comments(pull.number), ...fake.comments(pull.number + 1)].find((one) => one.id === id);
    return { ...run, id, reactions: record?.reactions.map(({ content }) => content) ?? [] };
  };
  return {
    ...job,
    pull,
    answer,
    say: async (body, options = {}) => {
      const { by = 'alice', number = pull.number } = options;
      return answer(fake.comment({ number, by, body }).id, options);
    },
    replies: (number = pull.number) =>
      fake.comments(number).flatMap(({ body, user }) => (user.login.endsWith('[bot]') ? [body] : [])),
  };
}

const DISPATCHED = `on:
  workflow_dispatch:
    inputs:
      rollout: { type: string }
      operation: { type: string }
jobs:
  it: { runs-on: ubuntu-24.04, steps: [{ run: 'true' }] }
`;
