import { live } from './fixture';
import { retains, retainsOrBegins, staysAsItIs, variantsThatMove } from '../../../lambda/deployment/retention';

const variant = (VariantName: string, more: object = {}) =>
  ({ VariantName, InstanceType: 'ml.g6.xlarge', InitialInstanceCount: 1, ...more }) as Parameters<typeof staysAsItIs>[0];
const config = (...ProductionVariants: object[]) => ({ ProductionVariants }) as Parameters<typeof retains>[0];
const pools = (...types: string[]) => (
  { InstanceType: undefined, InstancePools: types.map((InstanceType, i) => ({ InstanceType, Priority: i + 1 })) });

test('a variant that stays on its instances keeps their number', () => {
  expect(retains(config(variant('a')), {}, live([variant('a')]))).toBe(true);
  expect(retains(config(variant('a', { ModelName: 'new', InitialVariantWeight: 2 })), {}, live([variant('a', { ModelName: 'old' })]))).toBe(true);
  expect(retains(config(variant('a', pools('x', 'y'))), {}, live([variant('a', pools('x', 'y'))]))).toBe(true);
});

test.each<[string, object[], object[]]>([
  ['an endpoint that has another name for it', [variant('a')], [variant('b')]],
  ['another instance type', [variant('a')], [variant('a', { InstanceType: 'ml.g5.xlarge' })]],
  ['another type that stands by', [variant('a', pools('x', 'y'))], [variant('a', pools('x', 'z'))]],
  ['another number that was asked for', [variant('a')], [variant('a', { InitialInstanceCount: 2 })]],
  ['another variant beside it', [variant('a')], [variant('a'), variant('b')]],
  ['no other variant beside it any more', [variant('a'), variant('b')], [variant('a')]],
  ['serverless', [variant('a', { InstanceType: undefined, InitialInstanceCount: undefined, ServerlessConfig: {} })],
    [variant('a', { InstanceType: undefined, InitialInstanceCount: undefined, ServerlessConfig: {} })]],
])('not with %s', (_, before, after) => {
  expect(retains(config(...after), {}, live(before))).toBe(false);
});

test('without an endpoint there is nothing to keep', () => {
  expect(retains(config(variant('a')), {}, undefined)).toBe(false);
});

test('but a new endpoint on instances is one that an update which fails is to leave as it is', () => {
  expect(retainsOrBegins(config(variant('a')), {}, undefined)).toBe(true);
  expect(retainsOrBegins(config({ VariantName: 'a', ServerlessConfig: {} }), {}, undefined)).toBe(false);
  expect(retainsOrBegins(config(variant('a')), {}, live([variant('b')]))).toBe(false);
});

test('what counts is the number that was asked for, not the one that it was scaled to', () => {
  const before = live([variant('a', { InitialInstanceCount: 5 })], { a: 5 }, { counts: { a: 1 } });
  expect(staysAsItIs(variant('a'), {}, before)).toBe(true);
  expect(staysAsItIs(variant('a', { InitialInstanceCount: 5 }), {}, before)).toBe(false);
  expect(staysAsItIs(variant('a', { InitialInstanceCount: 7 }), { counts: { a: 1 } }, before)).toBe(true);
});

test('scaling is in the way of variants that change their type, and of those that go', () => {
  const before = live([variant('a'), variant('b'), variant('c')]);
  expect(variantsThatMove(config(variant('a', { InitialInstanceCount: 3 }), variant('b', { InstanceType: 'ml.g5.xlarge' }), variant('d')), before)).toEqual(['b', 'c']);
});
