import { describe, expect, it } from 'vitest';
import { experimentsConfig, session } from './given.ts';

describe('slots of a layer', () => {
  it('R-605 are never given away twice within a generation, and a raised generation draws everybody anew', () => {
    const s = session();
    for (const key of ['one', 'two', 'three'])
      s.say(`experiment create ${key} --goal conversion --layer checkout --slots 2`);
    s.say('experiment start one');
    s.say('experiment start two');
    expect(s.experiment('one').layer).toEqual({ name: 'checkout', count: 2, generation: 1, slots: ['1', '2'] });
    expect(s.experiment('two').layer?.slots).toEqual(['3', '4']);
    s.say('experiment stop one');
    expect(s.say('experiment start three').outcome).toMatchObject({
      code: 'layer-full',
      summary: expect.stringContaining('raise experiments.layers.checkout.generation to 2'),
    });
    const { config } = s.state;
    const layers = { checkout: { slots: 4, generation: 2 } };
    s.state = { ...s.state, config: { ...config, experiments: { ...config.experiments, layers } } };
    expect(s.say('experiment start three').outcome).toMatchObject({
      code: 'layer-full',
      summary: expect.stringContaining('two still runs in generation 1'),
    });
    s.say('experiment stop two');
    expect(s.say('experiment start three').outcome.ok).toBe(true);
    expect(s.experiment('three').layer).toMatchObject({ generation: 2, slots: ['1', '2'] });
    expect(s.flag('three').environments['production']?.layer?.name).toBe('checkout.2');
  });

  it('R-605 a layer that left the configuration starts nothing', () => {
    const s = session();
    s.say('experiment create one --goal conversion --layer checkout');
    s.state = { ...s.state, config: experimentsConfig('', '') };
    expect(s.say('experiment start one').outcome).toMatchObject({ code: 'value-invalid' });
  });
});
