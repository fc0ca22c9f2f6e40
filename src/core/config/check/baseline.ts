/** Whether judges that compare with a baseline copy have a platform that can run one, in the strategies that services use. */
import type { Config, ServiceConfig } from '../../model/config.ts';
import { type Judging, judgesOf } from '../../rollout/plan-judges.ts';
import { comparedWithCopy } from '../../rollout/plan-platform.ts';
import { originIn } from '../build/services.ts';
import type { Findings } from '../problem.ts';
import type { Tree } from '../tree.ts';

type Compared = Judging & Pick<Config, 'servicesByEnvironment' | 'strategies'>;

interface Checking {
  readonly tree: Tree;
  readonly config: Compared;
  readonly findings: Findings;
}

/** Platforms that run a second copy of a version under a label of its own. */
const COPYING: readonly ServiceConfig['platform']['type'][] = ['local'];

export function checkBaselines({ tree, config, findings }: Checking): void {
  for (const [environment, services] of Object.entries(config.servicesByEnvironment)) {
    for (const service of Object.values(services)) {
      if (COPYING.includes(service.platform.type)) continue;
      const compared = firstCompared(config, service);
      if (!compared) continue;
      findings.problem(originIn(tree, service.name, environment)(['strategy']), {
        message: `stage \`${compared.stage}\` of \`${service.strategy}\` compares with a fresh copy of the stable version (${compared.judge}), and the platform ${service.platform.type} of \`${service.name}\` cannot run one`,
        found: service.strategy,
        expected: '`compare: stable`, or the platform local',
        hint: 'Write `compare: stable`.',
      });
    }
  }
}

function firstCompared(
  config: Compared,
  service: ServiceConfig,
): { readonly stage: string; readonly judge: string } | undefined {
  for (const stage of config.strategies[service.strategy]?.stages ?? []) {
    const judge = comparedWithCopy(stage, judgesOf(config, stage, service));
    if (judge) return { stage: stage.name, judge: judge.id };
  }
  return undefined;
}
