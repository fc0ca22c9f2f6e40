import { CODES, type Code } from './code.ts';

const BY_EXIT: Readonly<Record<number, string>> = {
  0: 'Nothing: it is as you asked.',
  1: '`sluice explain` says what was seen; `sluice history` what was done.',
  2: 'Say it as the message proposes; `sluice help COMMAND` shows the usage.',
  3: 'Try the same again; nothing was changed.',
  4: 'The message names the rule; change what it names, or ask somebody who may.',
  5: 'Somebody who may must decide; `sluice status` says who.',
};

/** What to do about a code where the rule of its exit status says too little. */
const REMEDIES: Readonly<Partial<Record<Code, string>>> = {
  queued: 'Nothing: it begins by itself. `sluice cancel` takes it out, `deploy --replace` goes first.',
  baking: 'Nothing: the next tick goes on with it. `sluice watch` shows it, `sluice promote` skips the rest.',
  planned: 'Say it again without `--dry-run`.',
  'not-yet': 'Use what `sluice help` lists as built.',
  internal: 'Report it with the message; state on the branch is whole, a command is one commit or none.',
  failed: 'Read the detail, mend the cause, then `sluice retry`, or `sluice rollback`.',
  'rolled-back': '`sluice explain` says why. Deploy a mended version; the same one is not tried again by itself.',
  'version-expected': 'Write the version: `deploy web@1.4.0`, a SHA, `head` or `latest`.',
  'environment-unknown': 'Take one of the names listed, or add it under `environments` in the configuration.',
  'environment-needed': 'Add `in NAME`, or set `defaults.environment`.',
  'service-unknown': 'Take one of the names listed, or add it under `services` in the configuration.',
  'service-needed': 'Name the service: `web`, or `web@1.4.0` in a deploy.',
  'replay-differs':
    'Where files or words of the commit were changed after it was made, `git reflog` of the state branch says by whom; else this version decides otherwise than the one that wrote it, or under another configuration.',
  'nothing-to-replay':
    'Take a commit that `sluice history` lists with a command, a move of a rollout or an edit by hand.',
  'commit-unknown': 'Take one that `sluice history` lists; `HEAD` is the newest of the state branch.',
  'target-ambiguous': 'Name it in full; `sluice status` lists the ids.',
  'config-missing': 'Run `sluice init`, or add `.github/sluice.yml` to the default branch.',
  'config-invalid': 'Mend the line and column named; `sluice check` reads it again.',
  'config-key-unknown': 'Take the key proposed; `sluice check` reads it again.',
  'secret-missing': 'Give the job the secret by `env:`, or export it in the shell.',
  'repository-missing': 'Go into the repository, or `git init` first.',
  'port-in-use': 'Choose another with `--port`.',
  unreachable: 'Check that the address answers from here, then try again; the next tick tries anyhow.',
  'disk-full': 'Make room, then try again; nothing was changed.',
  'store-damaged': '`git fsck` on the repository; fetch the state branch again from the remote.',
  'clock-off': 'Set the clock of this machine; until then nothing is promoted from here.',
  interrupted: 'Nothing: the next tick goes on.',
  'not-permitted': 'Ask somebody who may, or have `allow` changed by a reviewed pull request.',
  'reason-needed': 'Add `--reason "..."`.',
  locked: 'Wait until it ends, ask its owner, or `lock --steal` with a reason. Rollback works regardless.',
  frozen: 'Wait until it ends, or `--override freeze` with the right and a reason. Rollback works regardless.',
  'order-missing': 'Deploy the same commit to the environment before this one first.',
  'checks-failed': 'Mend what failed, then try again; `deploy --when-green` waits for it.',
  incompatible: 'Take the safe path that the message names.',
  'rollout-active': 'Wait for it, `deploy --replace`, or `rollback` first.',
  'rollout-none': '`sluice status` shows what is live and what moves.',
  'phase-wrong': '`sluice status` shows the phase; the message names what is possible in it.',
  'platform-cannot': 'Take the nearest plan that works, which the message names.',
  'nothing-applicable':
    'Give the stage a judge or a health check, or write `analysis: none`; at night `deploy --emergency` needs none.',
  'no-known-good': 'Name a version with `--to`, or `adopt` the one that is live and good.',
  'label-reused': 'Give the new commit a label of its own.',
  'flag-in-rollout': 'Use `promote`, `pause` or `rollback` on the rollout, or `--take-over`.',
  'flag-served': 'Disable it in the environments named first.',
  'flag-required': 'Change the flags named first.',
  'operator-not-portable': 'Use `contains`, `starts-with`, `ends-with` or `in` instead of a regular expression.',
  'document-invalid': 'Mend the file on the state branch, or revert the commit that broke it.',
  'schema-newer': 'Update Sluice here.',
  'foreign-commit': 'Say it as a command: progress is only written by Sluice.',
  'confirmation-needed': 'Say it again with `--yes`.',
  'already-voted': 'Somebody else must approve.',
  'vote-not-counted': 'Somebody who neither asked for it nor wrote it must approve.',
  'request-too-old': 'Say it again now.',
  held: '`sluice status` says why and until when; `resume`, `promote` or `rollback`.',
  'needs-a-person': 'Look at the platform, then `rollback`, `deploy --emergency`, or `resolve --as OUTCOME`.',
};

/** One sentence: what to do when an outcome carries this code. */
export function remedyOf(code: Code): string {
  return REMEDIES[code] ?? BY_EXIT[CODES[code].exit] ?? '';
}
