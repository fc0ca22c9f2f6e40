/** Every action.yml and README of an action, as the registry has it. */
import { stringify } from 'yaml';
import { ACTIONS, type Action, type ActionInput, type ActionOutput } from '../src/action/registry.ts';

const YAML_HEAD = '# Written by `npm run docs` from src/action/registry: change it there.\n';
const PAGE_HEAD = '<!-- Written by `npm run docs` from src/action/registry: change it there. -->\n';
/** Where the actions are published; `sluice init` writes a commit instead of the tag. */
const PUBLISHED = 'OWNER/sluice';

/** Path and text of each file, in the order of the registry; the index of all last. */
export function actionPages(): ReadonlyMap<string, string> {
  const pages = ACTIONS.flatMap((action) => [
    [manifestPath(action), manifest(action)] as const,
    ...(action.name === 'root' ? [] : [[`actions/${action.name}/README.md`, page(action)] as const]),
  ]);
  return new Map([...pages, ['actions/README.md', indexPage()]]);
}

function manifestPath({ name }: Action): string {
  return name === 'root' ? 'action.yml' : `actions/${name}/action.yml`;
}

function manifest(action: Action): string {
  const { name, title, description, inputs, outputs } = action;
  const isRoot = name === 'root';
  const document = {
    name: title,
    description,
    branding: { icon: 'git-merge', color: 'blue' },
    inputs: Object.fromEntries(inputs.map((input) => [input.name, manifestInput(input)])),
    outputs: Object.fromEntries(outputs.map((output) => [output.name, manifestOutput(output, isRoot)])),
    runs: isRoot ? { using: 'node24', main: 'dist/action.js' } : compositeRuns(action),
  };
  const written = Object.entries(document).filter(([, value]) => Object.keys(value).length > 0);
  return YAML_HEAD + stringify(Object.fromEntries(written), { lineWidth: 140 });
}

function manifestInput({ description, required, default: otherwise, of }: ActionInput): object {
  const choices = of === undefined ? '' : ` One of ${of.map((word) => `\`${word}\``).join(', ')}.`;
  return {
    description: `${description}${choices}`,
    required: required === true,
    ...(otherwise === undefined ? {} : { default: otherwise }),
  };
}

function manifestOutput({ name, description }: ActionOutput, isRoot: boolean): object {
  return isRoot ? { description } : { description, value: `\${{ steps.sluice.outputs.${name} }}` };
}

/** Inputs reach the program by its environment alone: no expression stands in what bash reads. */
function compositeRuns({ name, inputs }: Action): object {
  const env = Object.fromEntries(inputs.map((input) => [variableOf(input), `\${{ inputs.${input.name} }}`]));
  return {
    using: 'composite',
    steps: [
      {
        id: 'sluice',
        shell: 'bash',
        env: { SLUICE_ACTION: name, ...env },
        run: 'exec bash "$GITHUB_ACTION_PATH/../launch.sh"',
      },
    ],
  };
}

/** Bash holds no variable with a hyphen in its name. */
function variableOf({ name }: ActionInput): string {
  return `INPUT_${name.toUpperCase().replaceAll('-', '_')}`;
}

function page(action: Action): string {
  const { title, text } = action;
  return `${PAGE_HEAD}\n# ${title}\n\n${text}\n${sections(action, '##')}`;
}

function sections(action: Action, level: string): string {
  const { inputs, outputs } = action;
  const rows = Object.entries(action.permissions);
  const parts = [
    fence(
      'yaml',
      [permissionLines(action), 'steps:', indent(example(action))].filter((part) => part !== '').join('\n'),
    ),
    inputs.length === 0
      ? ''
      : `${level} Inputs\n\n${table(['input', 'what it is', 'kind', 'default'], inputs.map(inputRow))}`,
    `${level} Outputs\n\n${table(
      ['output', 'what it is'],
      outputs.map((one) => [code(one.name), one.description]),
    )}`,
    rows.length === 0
      ? ''
      : `${level} Permissions\n\n${table(
          ['permission', 'level', 'for'],
          rows.map(([name, { level: of, because }]) => [code(name), of, because]),
        )}`,
  ];
  return `\n${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function permissionLines({ permissions }: Action): string {
  const lines = Object.entries(permissions).map(([name, { level }]) => `  ${name}: ${level}`);
  return lines.length === 0 ? '' : ['permissions:', ...lines].join('\n');
}

function example({ name, example: text }: Action): string {
  return text.replaceAll('USES', `${PUBLISHED}${name === 'root' ? '' : `/actions/${name}`}@v1`);
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

function inputRow({ name, description, kind, of, default: otherwise, required }: ActionInput): readonly string[] {
  const kinds = of === undefined ? kind : of.map(code).join(', ');
  const absent = required === true ? '**required**' : '';
  return [code(name), description, kinds, otherwise === undefined ? absent : code(otherwise)];
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}

function indexPage(): string {
  const rows = ACTIONS.filter(({ name }) => name !== 'root').map(({ name, description }) => [
    `[\`${name}\`](${name}/README.md)`,
    description,
  ]);
  const root = ACTIONS.find(({ name }) => name === 'root');
  return `${PAGE_HEAD}
# Actions

${table(['action', 'what it does'], rows)}

They are composite actions around one program, which the repository carries built: no step installs anything. They need \`bash\` and Node
20.18 or newer on the runner, which GitHub's own runners have. Inputs reach the program as they are: no text of them is ever run.

Pin them by a full commit SHA; \`sluice init\` writes one.
${root === undefined ? '' : `\n## Any command: the root action\n\n${root.text}\n${sections(root, '###')}`}`;
}
