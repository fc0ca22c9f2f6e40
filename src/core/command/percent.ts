import { fromPercent, WHOLE } from '../model/percent.ts';
import type { Reading } from './reading.ts';

/**
 * `25%`, `25` and `0.5%` as a weight of 100,000. A bare number with a decimal point that is not above 1 may be meant as a fraction
 * and is refused: `0.25` could be 0.25% or 25%.
 */
export function readPercent(text: string): Reading {
  const match = /^(\d{1,9}(?:\.\d{1,9})?)(%?)$/.exec(text);
  if (!match) return { problem: `\`${text}\` is no percentage such as 25%` };
  const percent = Number(match[1]);
  const weight = fromPercent(percent);
  if (match[2] === '' && text.includes('.') && percent <= 1) {
    const suggestion = `${Math.round(percent * 100_000) / 1_000}%`;
    return { problem: `\`${text}\` could be ${suggestion} or ${percent}%: say which, with the %`, suggestion };
  }
  if (weight > WHOLE) return { problem: `\`${text}\` is more than 100%` };
  if (Math.abs(weight - percent * 1_000) > 1e-6)
    return { problem: `\`${text}\` is finer than 0.001%, the smallest step` };
  return { value: weight };
}
