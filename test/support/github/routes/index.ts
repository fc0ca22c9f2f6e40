/** Every route of the fake: a module of them is added here, and nowhere else. */
import type { Route } from '../route.ts';
import { gitObjectRoutes } from './git-objects.ts';
import { refRoutes } from './refs.ts';
import { repositoryRoutes } from './repository.ts';

export const ROUTES: readonly Route[] = [...repositoryRoutes, ...gitObjectRoutes, ...refRoutes];
