import type { Entry, Group } from '../src/core/command/grammar.ts';
import { GROUPS, reasonOf, WHO } from '../src/core/command/help.ts';
import { commandTable, EVERYWHERE } from '../src/core/command/table.ts';
import { meaningOf, shownOption, usageOf } from '../src/core/command/usage.ts';
import { CODES, type Code } from '../src/core/model/code.ts';
import { remedyOf } from '../src/core/model/remedy.ts';

const ORIGIN = '<!-- Written by `npm run docs` from the tables the program uses. Do not edit. -->';

/** Pages of docs/reference that are made from the command table and the list of codes: path -> text. */
export function commandPages(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/reference/commands.md', commandsPage()],
    ['docs/reference/codes.md', codesPage()],
  ]);
}

function commandsPage(): string {
  const groups = Object.entries(GROUPS) as readonly (readonly [Group, string])[];
  return `${[
    '# Commands',
    ORIGIN,
    'One language on every surface: on the command line after `sluice`, in comments after `/sluice`, in Slack, as the action’s `command`, over HTTP. One line is one command.',
    '- **Environment**: `in NAME` (`-e`, `--environment`) works on every command, `to NAME` also after `deploy`.\n- **RELEASE** is `[SERVICE@]VERSION`; a version is a tag, a SHA, `head` or `latest`.\n- **TARGET** is `SERVICE`, `flag/KEY`, `experiment/KEY`, or a rollout: `r-7f3a`, with a stage `r-7f3a/production`.\n- **PERCENT** is `25%`; **DURATION** `90s`, `5m`, `2h`, `7d`; **TIME** ISO, such as `2026-12-27T08:00Z`.\n- A text of several words stands in quotes. Old names work with a colon or a space.',
    '## Options of every command',
    optionTable(EVERYWHERE),
    ...groups.flatMap(([group, title]) => [
      `## ${title}`,
      ...commandTable.filter((entry) => entry.group === group).map(section),
    ]),
  ].join('\n\n')}\n`;
}

function section(entry: Entry): string {
  const old = entry.aliases.map(({ old: before, now }) => `\`${before}\` (= \`${now}\`)`);
  return [
    `### ${entry.name}`,
    ...(entry.built ? [] : ['Not in this version: answered with the code [`not-yet`](codes.md#not-yet).']),
    `\`\`\`text\n${usageOf(entry)}\n\`\`\``,
    `For example \`${entry.example}\`. Answers: ${entry.answers}`,
    ...(entry.options.length === 0 ? [] : [optionTable(entry.options)]),
    `Who may, unless the configuration says otherwise: ${WHO[entry.who]}. ${reasonOf(entry)}`,
    ...(old.length === 0 ? [] : [`Old names: ${old.join(', ')}.`]),
  ].join('\n\n');
}

function optionTable(options: Entry['options']): string {
  const rows = options.map((option) => `| \`${cell(shownOption(option))}\` | ${cell(meaningOf(option))} |`);
  return ['| option | meaning |', '| --- | --- |', ...rows].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

const EXITS: readonly string[] = [
  'done',
  'failed or rolled back',
  'usage or configuration',
  'try again',
  'refused',
  'waits for a person',
];

function codesPage(): string {
  const codes = Object.keys(CODES) as readonly Code[];
  const sections = EXITS.flatMap((title, exit) => [
    `## Exit ${exit}: ${title}`,
    ...codes
      .filter((code) => CODES[code].exit === exit)
      .map((code) => `### ${code}\n\n${sentence(CODES[code].means)} ${remedyOf(code)}`),
  ]);
  const intro =
    'Every outcome carries one of these codes, on every surface; the command line ends with its exit status.';
  return `${['# Codes', ORIGIN, intro, ...sections].join('\n\n')}\n`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
