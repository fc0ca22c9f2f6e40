/** Every route of the fake: a module of them is added here, and nowhere else. */
import type { Route } from '../route.ts';
import { activityRoutes } from './activity.ts';
import { archiveRoutes } from './archives.ts';
import { checkRoutes } from './checks.ts';
import { commentRoutes } from './comments.ts';
import { commitRoutes } from './commits.ts';
import { contentRoutes } from './contents.ts';
import { deploymentRoutes } from './deployments.ts';
import { environmentRoutes } from './environments.ts';
import { peopleRoutes } from './people.ts';
import { pullRoutes } from './pulls.ts';
import { reactionRoutes } from './reactions.ts';
import { reviewRoutes } from './reviews.ts';
import { statusRoutes } from './statuses.ts';
import { teamRoutes } from './teams.ts';
import { protectionRoutes } from './protection.ts';
import { runRoutes } from './runs.ts';
import { workflowRoutes } from './workflows.ts';
import { gitObjectRoutes } from './git-objects.ts';
import { refRoutes } from './refs.ts';
import { repositoryRoutes } from './repository.ts';

export const ROUTES: readonly Route[] = [
  ...repositoryRoutes,
  ...gitObjectRoutes,
  ...refRoutes,
  ...commitRoutes,
  ...contentRoutes,
  ...activityRoutes,
  ...archiveRoutes,
  ...checkRoutes,
  ...commentRoutes,
  ...deploymentRoutes,
  ...environmentRoutes,
  ...peopleRoutes,
  ...pullRoutes,
  ...reactionRoutes,
  ...reviewRoutes,
  ...statusRoutes,
  ...teamRoutes,
  ...protectionRoutes,
  ...runRoutes,
  ...workflowRoutes,
];
