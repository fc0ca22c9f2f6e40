/** The machine's own clock, for whoever needs nothing else. */
export { systemClock } from '../adapters/clock-system/clock.ts';
