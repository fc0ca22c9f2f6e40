import { expect, it } from 'vitest';
import { mentions, type Requirements, requirementsPage, uncovered } from './requirements.ts';
import { parseSource } from './source.ts';

const mentioned = (text: string) => mentions(parseSource('test/a.test.ts', text));
const rows = [
  { id: 'R-901', group: 'One', name: 'First | row' },
  { id: 'R-902', group: 'One', name: 'Second' },
];
const requirements = (leftOut: Requirements['leftOut'] = {}): Requirements => ({ rows, leftOut });

it.each([
  `it('R-901 does it', f);`,
  'it(`R-901 does ${it}`, f);',
  `describe('R-901', f);`,
  `it.each([1])('R-901 %s', f);`,
  `it.skipIf(absent)('R-901', f);`,
  `test.concurrent('does it (R-901)', f);`,
])('a row in a title counts: %s', (text) =>
  expect(mentioned(text)).toEqual([{ id: 'R-901', file: 'test/a.test.ts', line: 1 }]),
);

it.each([`it.skip('R-901', f);`, `it.todo('R-901');`, `// it('R-901', f)`, `expect('R-901');`, `it('R-9012', f);`])(
  'no test: %s',
  (text) => expect(mentioned(text)).toEqual([]),
);

it('a row with neither a test nor a reason fails, and so does a row that does not exist', () => {
  const found = mentioned(`it('R-901 and R-999', f);`);
  expect(uncovered(requirements({ 'R-998': 'never was' }), found).map(({ what }) => what)).toEqual([
    'R-999 is no requirement',
    'leftOut names R-998, which is no requirement',
    'R-902 (Second) has no test',
  ]);
  expect(uncovered(requirements({ 'R-902': 'later' }), mentioned(`it('R-901', f);`))).toEqual([]);
});

it('the page says tested, in part and left out', () => {
  const page = requirementsPage(requirements({ 'R-901': 'the rest', 'R-902': 'later' }), mentioned(`it('R-901', f);`));
  expect(page).toContain('| R-901 | First \\| row | in part | [a.test.ts](../test/a.test.ts) | the rest |');
  expect(page).toContain('| R-902 | Second | left out |  | later |');
  expect(page).toContain('2 rows: 0 tested, 1 in part, 1 left out.');
});
