import * as fc from 'fast-check';
import { byRun, canonical, contentName, hashOf, isContentName, isRunOf, runNames } from '../../lambda/naming';

const INPUTS = {
  stackName: 'ChatEndpoint',
  logicalId: 'Recommendation93C2AD71',
  content: { Request: { OptimizeModel: false, ModelSource: { S3: { S3Uri: 's3://models/m/' } } }, RerunToken: undefined },
  maxLength: 54,
};

// A rollback may run an older version of the handlers. If one of these values changes, finished jobs are not found any more.
describe('golden names', () => {
  test.each([
    ['default prefix', INPUTS, 'ChatEndpoint-Recommendation93C2AD-7c85ce9b39f2619b'],
    ['prefix of the user', { ...INPUTS, prefix: 'nightly' }, 'nightly-7c85ce9b39f2619b'],
    ['lowercase', { ...INPUTS, lowercase: true, maxLength: 63 }, 'chatendpoint-recommendation93c2ad71-7c85ce9b39f2619b'],
    ['rerun token', { ...INPUTS, prefix: 'nightly', content: { ...INPUTS.content, RerunToken: '2' } }, 'nightly-ada840726b1b161b'],
    ['characters that the service refuses', { ...INPUTS, prefix: '-a_b..c-' }, 'a-b-c-7c85ce9b39f2619b'],
  ])('%s', (_, inputs, name) => {
    expect(contentName(inputs)).toBe(name);
  });
});

test('the hash depends on stack name, logical id and content, and on nothing else', () => {
  const hash = (inputs: Partial<typeof INPUTS> & { prefix?: string }) => hashOf(contentName({ ...INPUTS, ...inputs }));
  expect(hash({ prefix: 'other', maxLength: 40 })).toBe(hash({}));
  expect(hash({ stackName: 'Other' })).not.toBe(hash({}));
  expect(hash({ logicalId: 'Other' })).not.toBe(hash({}));
  expect(hash({ content: { ...INPUTS.content, Request: {} as never } })).not.toBe(hash({}));
});

test('strings and what CloudFormation makes of scalars have the same canonical form, whatever the order of members', () => {
  expect(canonical({ b: [1, true], a: 'x', c: undefined })).toBe(canonical({ a: 'x', b: ['1', 'true'] }));
  expect(canonical({ a: ['1', '2'] })).not.toBe(canonical({ a: ['2', '1'] }));
  expect(canonical({ a: 'b,c' })).not.toBe(canonical({ a: ['b', 'c'] }));
});

test('every name is one that the service takes, within its length even with the suffix of a 99th run, and is recognized', () => {
  fc.assert(fc.property(
    fc.record({
      stackName: fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9-]{0,127}$/),
      logicalId: fc.stringMatching(/^[a-zA-Z0-9]{1,255}$/),
      prefix: fc.option(fc.string({ maxLength: 80 }), { nil: undefined }),
      content: fc.jsonValue(),
      maxLength: fc.constantFrom(40, 54, 63),
      lowercase: fc.boolean(),
    }),
    inputs => {
      const name = contentName(inputs);
      const runs = [...runNames(name)];
      expect(runs).toHaveLength(99);
      for (const run of runs) {
        expect(run).toMatch(inputs.lowercase ? /^[a-z0-9](-*[a-z0-9])*$/ : /^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/);
        expect(run.length).toBeLessThanOrEqual(inputs.maxLength);
        expect(isContentName(run)).toBe(true);
        expect(isRunOf(name, run)).toBe(true);
      }
      expect([...runs].reverse().sort(byRun)).toEqual(runs);
    },
  ), { numRuns: 60 });
});

test.each([
  'ChatEndpoint-Recommendation93C2AD71-1A2B3C4D5E6F', 'ChatEndpoint-Recommendation93C2AD71-aB3dE6gH9jK2', 'AWSCDK::CustomResourceProviderFramework::CREATE_FAILED',
  'e1ecc76e-13c5-fa24', 'x-e1ecc76e13c5fa24-r0', 'x-e1ecc76e13c5fa24-r100', 'x-e1ecc76e13c5fa2',
])('an id that was not made here is not taken for one: %s', id => {
  expect(isContentName(id)).toBe(false);
});
