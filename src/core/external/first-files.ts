/** One file as a store takes it. */
interface FirstFile {
  readonly path: string;
  readonly text: string;
}

/** What the first commit writes beside its own changes: keeps other CI away from the branch and says what it is. */
export function firstFiles(branch: string): readonly FirstFile[] {
  return [
    { path: 'README.md', text: readme(branch) },
    { path: 'netlify.toml', text: '[build]\n  ignore = "exit 0"\n' },
    { path: 'vercel.json', text: '{\n  "git": {\n    "deploymentEnabled": false\n  }\n}\n' },
  ];
}

function readme(branch: string): string {
  return `# ${branch}

This branch is the state of Sluice: what is deployed where, which rollouts move, which flags are on.
It has no common history with your code and is never merged into it.

- \`git log\` of this branch is the audit trail: every change of state is one commit.
- \`flags/\`, \`segments/\`, \`environments/\` and \`experiments/\` say what is wanted: you may edit them by a commit here,
  and Sluice takes the edit over if policy allows it. \`git revert\` of a commit that Sluice wrote undoes it.
- \`services/\`, \`rollouts/\`, \`alerts/\` and \`history/\` are written by Sluice alone: edits there are put back.
- \`vercel.json\` and \`netlify.toml\` keep deploy previews away from this branch.

\`sluice status\` shows what it all says at the moment.
`;
}
