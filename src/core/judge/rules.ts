/** Every rule a judge can have; a new one is added here. */
import { guardedRegression } from './guarded.ts';
import { mannWhitney } from './mann-whitney.ts';
import { regression } from './regression.ts';
import type { JudgeRule, RuleKey } from './rule.ts';
import { sequential } from './sequential/sequential.ts';
import { threshold } from './threshold.ts';

export const judgeRules: Readonly<Record<RuleKey, JudgeRule>> = {
  threshold,
  regression,
  sequential,
  'mann-whitney': mannWhitney,
  'guarded-regression': guardedRegression,
};
