import { describe, expect, it } from 'vitest';
import { configOf } from '../support/world/config.ts';
import { world, type World } from '../support/world/world.ts';

const more = 'experiments:\n  metrics: { conversion: { usual: 5% } }\n';

function text(w: World, path: string): string {
  return w.branch.head?.files.get(path)?.text ?? '';
}

async function started(): Promise<World> {
  const w = world({ config: configOf({ more, stages: ['{ name: all, weight: 100%, bake: 5m, analysis: none }'] }) });
  await w.run('experiment create checkout --goal conversion');
  expect(await w.run('experiment start checkout')).toMatchObject({ ok: true });
  return w;
}

describe('an experiment on the state branch', () => {
  it('R-601 is created, started, listed and stopped, each in one commit that names it', async () => {
    const w = await started();
    expect(text(w, 'experiments/checkout.json')).toContain('"state": "running"');
    expect(text(w, 'flags/checkout.json')).toContain('"generation": 1');
    expect(await w.run('experiment list')).toMatchObject({ details: [{ experiment: 'checkout', state: 'running' }] });
    expect(
      (await w.run('status')).report?.blocks.some((block) => JSON.stringify(block).includes('checkout runs in')),
    ).toBe(true);
    expect(await w.run('experiment stop checkout')).toMatchObject({ ok: true });
    const titles = w.commits().map(({ title }) => title);
    expect(titles).toContain('experiment checkout: started in production, 50% control, 50% treatment');
    expect(titles.at(-1)).toBe('experiment checkout: stopped in production, its flag is off again (control)');
    expect(await w.run('rollback experiment/checkout')).toMatchObject({
      code: 'target-unknown',
      summary: expect.stringContaining('sluice experiment stop checkout'),
    });
    const subject = await w.run('history experiment/checkout');
    expect(subject.summary).toBe('3 changes');
  });

  it('R-601 has its flag: commands read that, also where only the flag is named', async () => {
    const w = await started();
    expect(await w.run('flag enable checkout --variant treatment')).toMatchObject({ code: 'flag-in-experiment' });
    expect(await w.run('flag rollout checkout --variant treatment --strategy steps')).toMatchObject({
      code: 'flag-in-experiment',
    });
    expect(await w.run('flag disable checkout')).toMatchObject({ ok: true });
    expect(text(w, 'experiments/checkout.json')).toContain('"state": "stopped"');
  });

  it('R-402 ends with an emergency', async () => {
    const w = await started();
    expect(await w.run('rollback --all --yes --reason incident')).toMatchObject({ ok: true });
    expect(text(w, 'experiments/checkout.json')).toContain('"state": "stopped"');
    expect(text(w, 'flags/checkout.json')).not.toContain('split');
  });

  it('is not started, changed or taken back by a file: words are taken over, the rest is put back', async () => {
    const w = await started();
    const running = text(w, 'experiments/checkout.json');
    w.write(
      'experiments/checkout.json',
      running.replace('"key": "checkout"', '"hypothesis": "more orders",\n  "key": "checkout"'),
    );
    await w.run('flag create other');
    expect(text(w, 'experiments/checkout.json')).toContain('more orders');
    w.write('experiments/checkout.json', running.replace('"running"', '"stopped"'));
    await w.run('flag create third');
    expect(text(w, 'experiments/checkout.json')).toContain('"state": "running"');
    const flag = text(w, 'flags/checkout.json');
    w.write('flags/checkout.json', flag.replace('"enabled": true', '"enabled": false'));
    await w.run('flag create fourth');
    expect(text(w, 'flags/checkout.json')).toBe(flag);
  });

  it('is not undone to a draft once it runs', async () => {
    const w = await started();
    const start = w.commits().find(({ title }) => title.includes('started'));
    const { ok, summary } = await w.run(`undo ${start?.revision ?? ''}`);
    expect(ok).toBe(false);
    expect(summary).toContain('experiment stop checkout');
  });
});
