/**
 * Makes `test/fixtures/github/schema.graphql` from GitHub's whole GraphQL schema (1.2 MB, too slow to read in every test file):
 * `node scripts/run-ts.js test/support/github/referee/trim-graphql.ts`. Types and root fields that are named here stay as GitHub wrote
 * them, without descriptions; a field whose type is not named goes. What a query needs beyond is added here, never by hand.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ASTNode, type DefinitionNode, Kind, parse, print, type TypeNode, visit } from 'graphql';

const ROOTS: Readonly<Record<string, readonly string[]>> = {
  Query: ['id', 'node', 'nodes', 'rateLimit', 'repository', 'user', 'viewer'],
  Mutation: [
    'addComment',
    'addReaction',
    'createCommitOnBranch',
    'createRef',
    'deleteRef',
    'minimizeComment',
    'removeReaction',
    'unminimizeComment',
    'updateIssueComment',
    'updateRef',
    'updateRefs',
  ],
};

/** Object types, interfaces and unions; inputs, enums and scalars follow from them. */
const KEPT = new Set(
  `Actor App Blob Bot CheckRun CheckSuite Comment Commit CommitConnection CommitEdge CommitHistoryConnection GitActor GitActorConnection
   GitActorEdge GitObject GitSignature GpgSignature Issue IssueComment IssueCommentConnection IssueCommentEdge Minimizable Node Organization
   PageInfo PullRequest PullRequestConnection PullRequestEdge RateLimit Reactable Reaction ReactionConnection ReactionEdge Ref RefConnection
   RefEdge Repository RepositoryCollaboratorConnection RepositoryCollaboratorEdge RepositoryOwner SmimeSignature SshSignature Status
   StatusCheckRollup StatusCheckRollupContext StatusCheckRollupContextConnection StatusCheckRollupContextEdge StatusContext Tag Tree TreeEntry
   UnknownSignature User`.split(/\s+/),
);

const named = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : named(type.type));

function main(): void {
  const folder = join(import.meta.dirname, '../../../../node_modules/@octokit/graphql-schema');
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly version: string };
  const whole = parse(readFileSync(join(folder, 'schema.graphql'), 'utf8'), { noLocation: true });
  const byName = new Map(whole.definitions.map((one) => ['name' in one ? (one.name?.value ?? '') : '', one]));
  const payloads = [...fieldTypes(byName.get('Mutation'), ROOTS['Mutation'] ?? [])];
  const types = new Set([...KEPT, ...payloads, ...Object.keys(ROOTS)]);
  const composite = [...types].map((name) => trimmed(byName, name, types)).filter((one) => one !== undefined);
  const used = followed(byName, composite, types);
  const text = [...composite, ...used].map((one) => print(bare(one))).toSorted();
  const header = `# From @octokit/graphql-schema ${version} (MIT, GitHub), cut by test/support/github/referee/trim-graphql.ts.`;
  const path = join(import.meta.dirname, '../../../fixtures/github/schema.graphql');
  writeFileSync(path, `${header}\n\n${text.join('\n\n')}\n`);
  process.stdout.write(`${path}: ${String(text.length)} types of ${version}\n`);
}

function fieldTypes(definition: DefinitionNode | undefined, names: readonly string[]): readonly string[] {
  if (definition?.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
  return (definition.fields ?? []).filter(({ name }) => names.includes(name.value)).map(({ type }) => named(type));
}

/** A type with those fields, interfaces and members only that stay. */
function trimmed(
  byName: ReadonlyMap<string, DefinitionNode>,
  name: string,
  types: ReadonlySet<string>,
): DefinitionNode | undefined {
  const definition = byName.get(name);
  const roots = ROOTS[name];
  if (definition?.kind === Kind.UNION_TYPE_DEFINITION)
    return { ...definition, types: (definition.types ?? []).filter((type) => types.has(type.name.value)) };
  if (definition?.kind !== Kind.OBJECT_TYPE_DEFINITION && definition?.kind !== Kind.INTERFACE_TYPE_DEFINITION)
    return undefined;
  const leaf = (type: string): boolean => {
    const kind = byName.get(type)?.kind;
    return kind === undefined || kind === Kind.SCALAR_TYPE_DEFINITION || kind === Kind.ENUM_TYPE_DEFINITION;
  };
  const seen = new Set<string>();
  return {
    ...definition,
    interfaces: (definition.interfaces ?? []).filter((type) => types.has(type.name.value)),
    fields: (definition.fields ?? []).filter((field) => {
      // GitHub's file declares one field twice.
      if (seen.has(field.name.value)) return false;
      seen.add(field.name.value);
      const type = named(field.type);
      return (leaf(type) || types.has(type)) && (roots === undefined || roots.includes(field.name.value));
    }),
  };
}

/** Inputs, enums and scalars that the types name, and those that these name. */
function followed(
  byName: ReadonlyMap<string, DefinitionNode>,
  from: readonly DefinitionNode[],
  types: ReadonlySet<string>,
): readonly DefinitionNode[] {
  const found = new Map<string, DefinitionNode>();
  const queue: ASTNode[] = [...from];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    visit(node, {
      NamedType: ({ name: { value } }) => {
        const definition = byName.get(value);
        if (definition === undefined || types.has(value) || found.has(value)) return;
        found.set(value, definition);
        queue.push(definition);
      },
    });
  }
  return [...found.values()];
}

/** Without descriptions and directives, which say nothing to an executor. */
function bare(definition: DefinitionNode): ASTNode {
  return visit(definition, {
    enter: (node) => ('description' in node ? { ...node, description: undefined } : undefined),
    Directive: () => null,
  }) as ASTNode;
}

main();
