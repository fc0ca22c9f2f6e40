import { expect, it } from 'vitest';
import { acceptEvent } from '../../../../src/core/experiment/numbers/event.ts';
import { CONVERSION, experimentWith } from './experiment.ts';

const NOW = Date.parse('2026-11-05T00:00:00.000Z');
const byAccount = { ...experimentWith([CONVERSION]), by: 'account' };
const exposure = { experiment: 'checkout', user: 'acme', metric: 'exposure' };

it('R-602 an exposure of an experiment by an attribute names the variant, or says that its unit is that attribute', () => {
  expect(acceptEvent(byAccount, exposure, NOW)).toMatchObject({
    refused: expect.stringContaining('draws by account: send the variant, or the account as `user`'),
  });
  expect(acceptEvent(byAccount, { ...exposure, by: 'account' }, NOW)).toHaveProperty('event');
  expect(acceptEvent(byAccount, { ...exposure, variant: 'treatment' }, NOW)).toHaveProperty('event');
  expect(acceptEvent(byAccount, { ...exposure, by: 'user' }, NOW)).toMatchObject({
    refused: expect.stringContaining('not by user'),
  });
});

it('an experiment by users asks for nothing, and refuses another unit', () => {
  const byUser = experimentWith([CONVERSION]);
  expect(acceptEvent(byUser, exposure, NOW)).toHaveProperty('event');
  expect(acceptEvent(byUser, { ...exposure, by: 'account' }, NOW)).toMatchObject({
    refused: expect.stringContaining('draws by the user (targetingKey)'),
  });
});
