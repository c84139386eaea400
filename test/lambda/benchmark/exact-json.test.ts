import * as fc from 'fast-check';
import { PROFILE } from './archive';
import { ExactNumber, parseExactly } from '../../../lambda/benchmark/exact-json';

const exact = (text: string) => new ExactNumber(text);
/** As JSON.parse has it. */
const plain = (value: unknown): unknown => {
  if (value instanceof ExactNumber) {
    return value.value;
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  return value !== null && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)])) : value;
};

test('numbers keep their digits', () => {
  expect(parseExactly('{"a": 290.0, "b":[1,-0.10,1e5 ,12345678901234567890.123456789E-2], "c":{"d":0}}')).toEqual({
    a: exact('290.0'), b: [exact('1'), exact('-0.10'), exact('1e5'), exact('12345678901234567890.123456789E-2')], c: { d: exact('0') },
  });
});

test('what looks like a number inside a string is a string', () => {
  const text = String.raw`{"a":"290.0","b":"x \" 12 \\","12":"-1e5, NaN","c":"\\\"5","d":"é😀 7"}`;
  expect(parseExactly(text)).toEqual(JSON.parse(text));
});

test('NaN and the infinities, which Python writes, are null', () => {
  expect(parseExactly('{"a":NaN,"b":[Infinity,-Infinity],"c":"NaN"}')).toEqual({ a: null, b: [null, null], c: 'NaN' });
});

test('all JSON means the same as to JSON.parse, whatever its layout', () => {
  fc.assert(fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2, '\t'), (value, space) => {
    const text = JSON.stringify(value, undefined, space);
    expect(plain(parseExactly(text))).toEqual(JSON.parse(text));
  }), { numRuns: 300 });
  expect(plain(parseExactly(PROFILE))).toEqual(JSON.parse(PROFILE));
});

test.each(['', '{', '{"a":01}', '{"a":1.}', '{"a":1.2.3}', '{"a":+1}', '{"a":.5}', '{"a":1e}', '{"a":--1}', '{"a":0x10}', '{"a":"x}', '{"a":12 34}', '<html>', 'NaN1', "{'a':1}"])(
  'what is no JSON is refused: %s', text => {
    expect(() => JSON.parse(text)).toThrow();
    expect(() => parseExactly(text)).toThrow(SyntaxError);
  });

test('a long string is no trouble', () => {
  const text = JSON.stringify({ a: 'x\\"'.repeat(1_000_000), b: 1 });
  expect(parseExactly(text)).toMatchObject({ b: exact('1') });
});
