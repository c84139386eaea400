import { event, properties } from './fixture';
import { attributesOf } from '../../../lambda/deployment/attributes';
import type { ConfigFacts, ModelFacts } from '../../../lambda/deployment/facts';
import { componentsOn } from '../../../lambda/deployment/live';
import { modelName } from '../../../lambda/deployment/names';
import { wantedOf } from '../../../lambda/deployment/properties';
import type { EndpointConfig, Model } from '../../../lambda/deployment/resources';
import type { Properties } from '../../../lambda/event';

jest.mock('../../../lambda/deployment/live', () => ({ componentsOn: jest.fn(async () => []) }));

beforeEach(() => void jest.spyOn(console, 'log').mockImplementation());
afterEach(() => jest.restoreAllMocks());

const NAME = 'chat-0123456789abcdef';

/** The attributes of a deployment that exists as a whole. */
function attributes(models: Properties[], more: Properties = {}, facts: ModelFacts = {}, configFacts: ConfigFacts = {}, id = NAME) {
  const given = event(properties(models, more), id);
  const names = models.map((_, index) => modelName(id, index));
  const variant = { InstanceType: 'ml.g6.24xlarge', InitialInstanceCount: 1 };
  const ProductionVariants = more.Hosting ? [{ ...variant, VariantName: 'AllTraffic' }] : names.map((ModelName, index) => (
    { ...variant, VariantName: `variant-of-recommendation-${index}`, ModelName }));
  return attributesOf(given, {
    wanted: wantedOf(given),
    config: { ProductionVariants } as EndpointConfig,
    configFacts,
    retain: true,
    models: new Map(names.map(name => [name, {
      PrimaryContainer: { ModelPackageName: 'arn:package', InferenceSpecificationName: 'high-otps-on-g6-24xlarge-and-more' },
    } as Model])),
    facts: new Map(names.map(name => [name, { rank: 1, copies: 2, concurrency: 88, ...facts }])),
  });
}

test('of one model have plain names, and all are there', async () => {
  expect(await attributes([{}], {}, {}, { performance: '{"a":1}' })).toEqual({
    ModelName: NAME,
    EndpointConfigName: NAME,
    VariantName: 'variant-of-recommendation-0',
    InstanceType: 'ml.g6.24xlarge',
    InstanceCount: '1',
    CopyCountPerInstance: '2',
    InferenceSpecificationName: 'high-otps-on-g6-24xlarge-and-more',
    ModelPackageArn: 'arn:package',
    ImageUri: '',
    Rank: '1',
    Concurrency: '88',
    SelectionWarning: '',
    ExpectedPerformance: '{"a":1}',
    FallbackInstanceTypes: '',
    RetainVariantProperties: 'true',
  });
});

test('have the expected figures for a dashboard that asks for them, and nothing else is another', async () => {
  const facts: ConfigFacts = { performance: '{"RequestLatency":{"p50":800}}' };
  const { ExpectedFigures, ExpectedText, ...others } = await attributes([{}], { Figures: ['RequestLatency.p50', 'RequestLatency.p90'] }, {}, facts);
  expect({ ExpectedFigures, ExpectedText }).toEqual({ ExpectedFigures: '800,true,0,false', ExpectedText: 'RequestLatency p50 800 Milliseconds' });
  expect(others).toEqual(await attributes([{}], {}, {}, facts));
});

test('of inference components say what each copy takes, and where its adapters are', async () => {
  const facts = { accelerators: 2, memory: 4096, copyCount: 3, adapters: { sql: 's3://b/sql/' } };
  const found = await attributes([{}, { Component: { AdapterIds: ['sql', 'gone'] } }], { Hosting: 'InferenceComponents' }, facts);
  expect(found).toMatchObject({
    'Accelerators': '2',
    'MinMemoryInMb.1': '4096',
    'CopyCount.1': '3',
    'VariantName.1': 'AllTraffic',
    'ModelName.1': `${NAME}-2`,
    'AdapterUrl.1:sql': 's3://b/sql/',
    'AdapterUrl.1:gone': '',
  });
  expect(found).not.toHaveProperty('AdapterUrl:sql');
});

test('of inference components come from those on the endpoint where they are not kept', async () => {
  jest.mocked(componentsOn).mockResolvedValueOnce([
    { name: 'base', modelName: NAME, accelerators: 2, memoryInMb: 4096, copies: 3 },
    { name: 'my-sql', copies: 0, artifactUrl: 's3://b/sql/' },
  ]);
  const Component = { Name: 'base', AdapterIds: ['sql', 'chat'], AdapterNamePrefix: 'my-', CopyCount: '2' };
  expect(await attributes([{ Component }], { Hosting: 'InferenceComponents' }, { adapters: { chat: 's3://b/chat/' } })).toMatchObject({
    'Accelerators': '2', 'MinMemoryInMb': '4096', 'CopyCount': '3', 'AdapterUrl:sql': 's3://b/sql/', 'AdapterUrl:chat': 's3://b/chat/',
  });
});

test('of inference components are empty where nothing says them, which is no reason to fail', async () => {
  jest.mocked(componentsOn).mockRejectedValueOnce(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
  expect(await attributes([{ Component: { Name: 'base' } }], { Hosting: 'InferenceComponents' })).toMatchObject({ Accelerators: '', CopyCount: '' });
});

test('that CloudFormation would not take are refused', async () => {
  const adapters = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`adapter-${i}`, `s3://models/adapters/of-a-customer-with-a-long-name/${i}/`]));
  const facts = { accelerators: 2, memory: 94_720, copyCount: 2, adapters };
  await expect(attributes([{}, { Component: { AdapterIds: Object.keys(adapters) } }], { Hosting: 'InferenceComponents' }, facts))
    .rejects.toThrow('an endpoint of 2 models with 50 adapters has longer attributes than the 4096 bytes that CloudFormation takes');
});

test('say when a limit was judged under another load than the workload\'s', async () => {
  const Selection = { Require: [{ Metric: 'TimeToFirstToken', Stat: 'p90', AtMost: '500' }] };
  expect((await attributes([{ Selection, Concurrency: '10' }])).SelectionWarning).toContain('measured at a concurrency of 88, and the workload has one of 10');
});

test('are no more than CloudFormation takes, and what a resource is made of is never left out', async () => {
  const adapters = Object.fromEntries(Array.from({ length: 4 }, (_, i) => [`adapter-${i}`, `s3://models/adapters/of-a-customer-with-a-long-name/${i}/`]));
  for (const [count, hosting] of [[10, {}], [6, { Hosting: 'InferenceComponents' }]] as const) {
    const models = Array.from({ length: count }, () => ({ ...(count < 10 && { Component: { AdapterIds: Object.keys(adapters) } }) }));
    const facts = { accelerators: 2, memory: 94_720, copyCount: 2, adapters };
    const found = await attributes(models, hosting, facts, { performance: JSON.stringify({ figures: 'x'.repeat(500) }) });
    const given = event({});
    const { StackId, RequestId, LogicalResourceId, PhysicalResourceId } = given;
    const answer = { Status: 'SUCCESS', Reason: 'SUCCESS', StackId, RequestId, PhysicalResourceId, LogicalResourceId, NoEcho: false, Data: found };
    expect(JSON.stringify(answer).length).toBeLessThan(4096);
    expect(found.ExpectedPerformance).toBe('');
    expect(found[`ModelName.${count - 1}`]).toBe(modelName(NAME, count - 1));
    expect(found[`InstanceType.${count - 1}`]).toBe('ml.g6.24xlarge');
    if (count < 10) {
      expect(found[`CopyCount.${count - 1}`]).toBe('2');
      expect(found[`AdapterUrl.${count - 1}:adapter-3`]).toBe(adapters['adapter-3']);
    }
  }
});

test.each([{}, { Hosting: 'InferenceComponents' }])('are all there of six models with long names, as a dashboard shows them: %j', async (hosting: Properties) => {
  const Figures = ['RequestThroughput', ...['RequestLatency', 'TimeToFirstToken'].flatMap(metric => ['p50', 'p90', 'p99'].map(stat => `${metric}.${stat}`))];
  const models = Array(6).fill(hosting.Hosting ? { Component: { CopyCount: '100' } } : {});
  const found = await attributes(models, { ...hosting, Figures }, { accelerators: 16, memory: 2_000_000, copyCount: 100 }, {
    performance: JSON.stringify({ RequestLatency: { p50: 11_134.123456789, p90: 1 / 3 }, Unheard: 'x'.repeat(2_000) }),
  }, `${'n'.repeat(42)}-0123456789abcdef`);
  expect(Object.keys(found)).toEqual(expect.arrayContaining(['InferenceSpecificationName.5', 'Rank.5', 'CopyCountPerInstance.5', 'ExpectedText']));
  expect(found.ExpectedFigures).toBe('0,false,11134.123456789,true,0.3333333333333333,true,0,false,0,false,0,false,0,false');
});
