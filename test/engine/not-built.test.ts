import { expect, it } from 'vitest';
import { configOf, wired } from './wired.ts';

it('R-118 a deploy to a platform that is not built answers not-yet, and changes nothing', async () => {
  const config = configOf(`version: 1
services:
  web:
    platform: { type: vercel, project: shop, token: $VERCEL_TOKEN }
    health: https://shop.example.com/
`);
  const one = wired({ config });
  const outcome = await one.run('deploy web@1.4.0');
  expect(outcome).toMatchObject({ ok: false, code: 'not-yet', summary: expect.stringContaining('vercel of web') });
  expect(await one.head()).toBe('');
});
