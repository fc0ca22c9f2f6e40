import { describe, expect, it } from 'vitest';
import { localBench, PAIR, release, signal } from './bench.ts';

const removal = (label: string, last = false) => ({
  ...PAIR,
  operation: `remove-${label}-${last}`,
  label,
  last,
  signal,
});

describe('removing a version that has users', () => {
  it('is refused where somebody else could have them: the answer says what to do first', async () => {
    const bench = await localBench();
    const platform = await bench.open();
    await release(platform, { '1.0': 100 });
    expect(await platform.remove(removal('1.0'))).toMatchObject({ state: 'failed' });
    expect(await (await fetch(platform.address)).text()).toBe('1.0');
  });

  it('R-403 takes it from them where nobody else can have them: they are answered 503, also after a restart', async () => {
    const bench = await localBench();
    const platform = await bench.open();
    await release(platform, { '1.0': 100 });
    expect(await platform.remove(removal('1.0', true))).toMatchObject({ state: 'done' });
    expect((await fetch(platform.address)).status).toBe(503);
    expect(await platform.observe(PAIR)).toEqual([]);
    await platform.close();
    const again = await bench.open();
    expect((await fetch(again.address)).status).toBe(503);
    await release(again, { '1.1': 100 });
    expect(await (await fetch(again.address)).text()).toBe('1.1');
  });

  it('R-403 leaves those who have another version there', async () => {
    const bench = await localBench();
    const platform = await bench.open();
    await release(platform, { '1.0': 80, '1.1': 20 });
    expect(await platform.remove(removal('1.1', true))).toMatchObject({ state: 'done' });
    expect(await platform.observe(PAIR)).toMatchObject([{ label: '1.0', weight: 80_000 }]);
    expect(await (await fetch(platform.address)).text()).toBe('1.0');
  });
});
