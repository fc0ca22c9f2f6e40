/** Metrics that are asked for and that nothing running can deliver. */
import type { Config } from '../../model/config.ts';
import type { Parts } from '../parts.ts';
import type { Findings } from '../problem.ts';

interface Checking {
  readonly parts: Parts;
  readonly config: Pick<Config, 'metrics'>;
  readonly findings: Findings;
  readonly serve: boolean;
}

export function checkDelivered({ parts, config, findings, serve }: Checking): void {
  if (serve) return;
  const vitals = Object.values(config.metrics).filter((metric) => metric.source === 'web-vitals');
  for (const [name, { metric }] of parts.triggers.parts) {
    if (metric === undefined || !vitals.some((one) => metric === one.name || metric.startsWith(`${one.name}.`)))
      continue;
    findings.warning(['triggers', name, 'metric'], {
      message: `\`${metric}\` is taken in from browsers by \`sluice serve\`, or by the bot: without one of them it has no data`,
    });
  }
}
