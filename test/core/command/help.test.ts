import { describe, expect, it } from 'vitest';
import { help } from '../../../src/core/command/help.ts';
import { parseCommand } from '../../../src/core/command/parse.ts';
import { commandTable } from '../../../src/core/command/table.ts';

describe('help', () => {
  it('without words lists every command once', () => {
    const { text } = help();
    for (const { name } of commandTable) expect(text).toMatch(new RegExp(`^  ${name}( |$)`, 'm'));
  });

  it('R-707 shows usage, example, options, who may and old names of a command', () => {
    const { found, text } = help(['flag', 'enable']);
    expect(found).toBe(true);
    expect(text).toContain('flag enable KEY [PERCENT] [in ENVIRONMENT] [--variant NAME] [--take-over]');
    expect(text).toContain('the variant to serve; otherwise on');
    expect(text).toContain('who may write to the repository');
    expect(text).toContain('feature:enable');
    expect(help(['deploy']).text).toContain('A reason is needed with --emergency.');
  });

  it('speaks of the repository’s own names', () => {
    const names = { services: ['api', 'shop'], environments: ['live'], flags: ['new-cart'] };
    expect(help(['deploy'], names).text).toContain('deploy api@1.4.0 --environment live');
    expect(help(['flag', 'enable'], names).text).toContain('flag enable new-cart 25% --environment live');
    expect(help([], names).text).toContain('services: api, shop');
  });

  it.each(commandTable)('gives $name an example that parses, whatever the names are', ({ name }) => {
    const { report } = help(name.split(' '), { services: ['api'], environments: ['live'], flags: ['new-cart'] });
    const codes = report.blocks.flatMap((block) => (block.type === 'code' ? [block.text] : []));
    expect(parseCommand(codes[1] ?? '')).toMatchObject({ ok: true, command: { name } });
  });

  it('lists the verbs of a noun, understands old names, and says what is not built', () => {
    expect(help(['segment']).text).toContain('segment delete NAME');
    expect(help(['traffic:shift']).text).toContain('traffic set SERVICE VERSION=PERCENT...');
    expect(help(['link']).text).toContain('Not in this version.');
  });

  it('asks of an unknown word what was meant', () => {
    expect(help(['rolback'])).toMatchObject({
      found: false,
      text: expect.stringContaining('did you mean `rollback`?'),
    });
  });
});
