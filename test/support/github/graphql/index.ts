/** Every root field of the fake's GraphQL: a module of them is added here, and nowhere else. */
import { commentMutations } from './comments.ts';
import { createCommitOnBranch } from './commit-on-branch.ts';
import { queryFields } from './query.ts';
import { refMutations } from './ref-mutations.ts';
import type { RootFields } from './resolver.ts';

export const QUERIES: RootFields = { ...queryFields };
export const MUTATIONS: RootFields = { createCommitOnBranch, ...refMutations, ...commentMutations };
