import { describe, expect, it } from 'vitest';
import { jsonFaults, placeInJson, placesInJson } from '../../../src/core/review/json-place.ts';

const TEXT =
  '{\n  "key": "hero",\n  "environments": {\n    "production": {"enabled": true, "rules": [{"id": "a"},\n      {"id": "b"}]}\n  }\n}\n';

describe('where things stand in a JSON text', () => {
  it('finds a key, an element, and the nearest thing around what is not there', () => {
    expect(placeInJson(TEXT, ['key'])).toEqual({ line: 2, column: 3 });
    expect(placeInJson(TEXT, ['environments', 'production', 'enabled'])).toEqual({ line: 4, column: 20 });
    expect(placeInJson(TEXT, ['environments', 'production', 'rules', 1, 'id'])).toEqual({ line: 5, column: 8 });
    expect(placeInJson(TEXT, ['environments', 'production', 'serve'])).toEqual({ line: 4, column: 5 });
    expect(placeInJson(TEXT, ['nothing'])).toEqual({ line: 1, column: 1 });
  });

  it('finds many at once as it finds each', () => {
    const paths = [['key'], ['environments', 'production', 'rules', 1, 'id'], ['environments', 'nowhere'], [], ['key']];
    expect(placesInJson(TEXT, paths)).toEqual(paths.map((path) => placeInJson(TEXT, path)));
  });

  it('R-703 tells fifty of forty thousand keys that stand twice, counts the others, and reads the text once', () => {
    const text = `{${Array.from({ length: 40_000 }, () => '"a":1').join(',\n')}}`;
    const faults = jsonFaults(text);
    expect(faults).toHaveLength(51);
    expect(faults[0]?.message).toBe('and 39949 more keys that stand twice');
    expect(faults[50]).toMatchObject({ line: 51, column: 1, isReadable: true });
    expect(jsonFaults(`${text}x`).at(-1)?.message).toBe('nothing may stand after the document');
  });

  it('says what is wrong and where, for every way in which a text is no JSON', () => {
    const first = (text: string) => jsonFaults(text)[0];
    expect(first('{"a": 1,\n "b" 2}')).toMatchObject({ line: 2, column: 6, message: 'a colon is expected' });
    expect(first('{"a": [1, 2}')).toMatchObject({ column: 12, message: 'a comma or ] is expected' });
    expect(first('{"a": 1} x')).toMatchObject({ column: 10, message: 'nothing may stand after the document' });
    expect(first('{"a": "b\nc"}')).toMatchObject({
      line: 1,
      message: 'a line break or control character inside a text',
    });
    expect(first('{"a": "\\x"}')?.message).toMatch(/backslash/);
    expect(first('{"a": "open')?.message).toBe('this text is never closed');
    expect(first('{a: 1}')?.message).toBe('a key in double quotes is expected');
    expect(first('')?.message).toBe('a value is expected');
    expect(first('{"a": 01}')?.message).toBe('a comma or } is expected');
  });

  it('calls a text that JSON.parse takes readable, and no other', () => {
    const texts = [
      TEXT,
      '[]',
      '{}',
      'null',
      '-1.5e+3',
      '"\\u00e9\\n"',
      ' {"a" : [ ] } ',
      '{"a":,}',
      '[1,]',
      '"\\u00g0"',
      'tru',
      '{"a":1,}',
      '\t1',
      '+1',
      '"\u0007"',
    ];
    for (const text of texts) {
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      expect([text, jsonFaults(text).length === 0]).toEqual([text, isJson]);
    }
  });

  it('names keys that stand twice and `__proto__`, which JSON.parse takes without a word', () => {
    const faults = jsonFaults('{"off": "a", "off": "b", "__proto__": {"polluted": 1}}');
    expect(faults.map(({ column, isReadable }) => [column, isReadable])).toEqual([
      [14, true],
      [26, true],
    ]);
    expect(faults[0]?.message).toMatch(/"off" stands here twice/);
  });

  it('refuses depth and length before any reader runs out of stack', () => {
    expect(jsonFaults('['.repeat(100_000))[0]?.message).toBe('nested deeper than 64 levels');
    expect(jsonFaults(`{"a": ${'{"a":'.repeat(90)}1${'}'.repeat(90)}}`)[0]?.message).toMatch(/nested deeper/);
    expect(jsonFaults(`"${'x'.repeat(999_000)}"`)).toEqual([]);
    expect(jsonFaults(`"${'x'.repeat(1_000_001)}"`)[0]?.message).toMatch(/larger than 1,000,000/);
  });
});
