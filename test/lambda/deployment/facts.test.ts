import { configFactsIn, configFactTags, modelFactsIn, modelFactTags, retainIn, retainTag } from '../../../lambda/deployment/facts';
import { performanceJson } from '../../../lambda/selection/figures';
import { figuresIn } from '../../../lambda/selection/metrics';
import type { Tag } from '../../../lambda/tags';
import { REAL } from '../selection/sample';

beforeEach(() => void jest.spyOn(console, 'log').mockImplementation());
afterEach(() => jest.restoreAllMocks());

const read = (tags: Tag[]) => new Map(tags.map(({ Key, Value }): [string, string] => [Key, Value]));

/** What SageMaker takes as tags. */
function check(tags: Tag[]): Tag[] {
  expect(tags.length).toBeLessThanOrEqual(2);
  expect(tags.filter(({ Value }) => Value.length > 256 || !/^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u.test(Value))).toEqual([]);
  return tags;
}

const performance = performanceJson({ performance: figuresIn(REAL.ExpectedPerformance) });
const precise = performance.replace(/[\d.]+(?=[,}])/g, (_, at: number) => String(Math.sqrt(at) * 1000));

test('what is put into tags comes out again', () => {
  const facts = { rank: 2, copies: 2, concurrency: 88, accelerators: 2, memory: 45_056, copyCount: 4, adapters: { sql: 's3://b/adapters/sql/' } };
  expect(modelFactsIn(read(check(modelFactTags(facts))))).toEqual(facts);
  const config = { performance, counts: { AllTraffic: 1 } };
  expect(configFactsIn(read(check(configFactTags(true, config))))).toEqual(config);
});

test('figures with all digits of a double fit', () => {
  expect(configFactsIn(read(check(configFactTags(false, { performance: precise }))))).toEqual({ performance: precise });
});

test('ten adapters with ordinary places fit, and others are read from the job', () => {
  const adapters = (place: (i: number) => string) => Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`customer-${i}`, place(i)]));
  const ordinary = { rank: 1, copies: 2, adapters: adapters(i => `s3://my-company-models-us-west-2/fine-tuning/2026-01-15/customer-${i}/`) };
  expect(modelFactsIn(read(check(modelFactTags(ordinary))))).toEqual(ordinary);
  const long = { rank: 1, copies: 2, adapters: adapters(i => `s3://models/${Array.from({ length: 16 }, (_, j) => Math.sin(i * 16 + j)).join()}/`) };
  expect(modelFactsIn(read(check(modelFactTags(long))))).toEqual({ rank: 1, copies: 2, adapters: true });
});

test('performance that is too long is left out', () => {
  const noise = Array.from({ length: 60 }, (_, i) => `"m${i * 7919}":${Math.sin(i)}`).join();
  const tags = check(configFactTags(true, { performance: `{${noise}}`, counts: { a: 1 } }));
  expect(configFactsIn(read(tags))).toEqual({ counts: { a: 1 } });
  expect(retainIn(read(tags))).toBe(true);
});

test('whether instances are kept changes in one tag', () => {
  const tags = configFactTags(false, { performance: precise });
  expect(tags).toHaveLength(2);
  const [first, second] = tags;
  const changed = retainTag(true, read(tags));
  expect(changed.Key).toBe(first.Key);
  const after = read([changed, second]);
  expect([retainIn(read(tags)), retainIn(after)]).toEqual([false, true]);
  expect(configFactsIn(after)).toEqual({ performance: precise });
});

test.each([[''], ['not base64'], ['+']])('tags that somebody has changed to %j say nothing', value => {
  const tags = new Map([['cdk-sagemaker-inference:facts', value]]);
  expect([modelFactsIn(tags), configFactsIn(tags), modelFactsIn(new Map())]).toEqual([{}, {}, {}]);
});
