import * as z from 'zod';
import { name } from '../scalar.ts';
import { AnalysisPart } from './analysis.ts';
import { EnvironmentPart } from './environment.ts';
import { ExperimentsPart } from './experiments.ts';
import { ChannelPart, CommentsPart, FlagsPart, PersonPart, RollbackPart, StatePart } from './general.ts';
import { MetricPart, SourcePart } from './metric.ts';
import { ServiceEntry, ServicePart } from './service.ts';
import { mapOf, optional, required, strict } from './shape.ts';
import { StrategyPart } from './strategy.ts';
import { PresetPart, TriggerPart } from './trigger.ts';

export interface DefaultsPart {
  readonly environment?: string;
  readonly service?: ServicePart;
}
export const DefaultsPart: z.ZodType<DefaultsPart> = strict('defaults', {
  environment: optional(name, 'the environment of a command that names none'),
  service: optional(ServicePart, 'what all services share'),
});

export const Version: z.ZodType<string> = z.literal('1').meta({ enum: [1, '1'] });

/** The whole document, for the published JSON Schema; decoding goes entry by entry, so that one fault hides no other. */
export const Document: z.ZodType = strict('the configuration', {
  version: required(Version, 'always 1'),
  defaults: optional(DefaultsPart, 'what all services share'),
  services: required(mapOf(ServiceEntry), 'what is deployed'),
  strategies: optional(mapOf(StrategyPart), 'strategies of your own'),
  environments: optional(mapOf(EnvironmentPart), 'where it is deployed, and who may', '{production: {}}'),
  sources: optional(mapOf(SourcePart), 'where numbers come from'),
  metrics: optional(mapOf(MetricPart), 'the numbers'),
  analysis: optional(AnalysisPart, 'how stages are judged; `none`: not at all'),
  triggers: optional(
    z.object({ preset: optional(PresetPart, 'tables of triggers that are known') }).catchall(TriggerPart),
    'standing rules',
  ),
  rollback: optional(RollbackPart, 'going back'),
  notify: optional(z.array(ChannelPart), 'who is told what'),
  people: optional(z.array(PersonPart), 'who is who'),
  comments: optional(CommentsPart, 'commands in comments'),
  flags: optional(FlagsPart, 'feature flags'),
  experiments: optional(ExperimentsPart, 'variants compared'),
  state: optional(StatePart, 'where the state lives'),
});

export const SECTIONS: readonly string[] = [
  'version',
  'defaults',
  'services',
  'strategies',
  'environments',
  'sources',
  'metrics',
  'analysis',
  'triggers',
  'rollback',
  'notify',
  'people',
  'comments',
  'flags',
  'experiments',
  'state',
];
