import { setUp } from './sagemaker-setup';
import { OPERATIONS, shape } from '../../sandbox/sagemaker/model';
import { assertShape, validateInput, violations } from '../../sandbox/sagemaker/validation';

const REQUIRED = { AIWorkloadConfigName: 'w' };

function refusal(operation: string, input: unknown): { code?: string; message?: string } {
  try {
    validateInput(OPERATIONS.get(operation)!, input);
    return {};
  } catch (error) {
    return { code: (error as Error).name, message: (error as Error).message };
  }
}

test('the stand-in carries out every operation that api.json has', () => {
  const { sagemaker } = setUp();
  expect(Object.keys((sagemaker as any).operations).sort()).toEqual([...OPERATIONS.keys()].sort());
});

test('every shape that api.json refers to is there, and every pattern compiles', () => {
  const seen = new Set<string>();
  const walk = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const { members = {}, member, key, value, pattern } = shape(name);
    expect(() => new RegExp(`^(?:${pattern})$`, 'u')).not.toThrow();
    [...Object.values(members), member, key, value].forEach(next => next && walk(next));
  };
  OPERATIONS.forEach(({ input, output }) => [input, output].forEach(name => name && walk(name)));
  expect(seen.size).toBeGreaterThan(300);
});

test('a valid request passes', () => {
  expect(refusal('CreateAIWorkloadConfig', { ...REQUIRED, Tags: [{ Key: 'größe/α=1 @x', Value: '' }] })).toEqual({});
});

test.each<[string, string, Record<string, any>, string]>([
  ['a required member is missing', 'CreateAIWorkloadConfig', {},
    "1 validation error detected: Value null at 'aIWorkloadConfigName' failed to satisfy constraint: Member must not be null"],
  ['a member is null', 'CreateAIWorkloadConfig', { AIWorkloadConfigName: null }, "Value null at 'aIWorkloadConfigName'"],
  ['a pattern does not match', 'DescribeAIRecommendationJob', { AIRecommendationJobName: 'a_b' },
    "Value 'a_b' at 'aIRecommendationJobName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"],
  ['a pattern matches a part only', 'DescribeAIRecommendationJob', { AIRecommendationJobName: 'good-' }, 'regular expression pattern'],
  ['a string is too long', 'DescribeAIRecommendationJob', { AIRecommendationJobName: 'a'.repeat(64) }, 'Member must have length less than or equal to 63'],
  ['a string is too short', 'DescribeAIRecommendationJob', { AIRecommendationJobName: '' }, 'Member must have length greater than or equal to 1'],
  ['a member is unknown', 'CreateAIWorkloadConfig', { ...REQUIRED, WorkloadSpec: { Inline: '' } }, "at 'workloadSpec' failed to satisfy constraint: Member must be one of"],
  ['a number is out of range', 'ListAIRecommendationJobs', { MaxResults: 101 }, "Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100"],
  ['a value is not in the enum', 'ListAIRecommendationJobs', { SortOrder: 'Up' }, 'Member must satisfy enum value set: [Ascending, Descending]'],
  ['a union is empty', 'CreateAIWorkloadConfig', { ...REQUIRED, DatasetConfig: {} }, "at 'datasetConfig' failed to satisfy constraint: Member must have exactly one of InputDataConfig"],
  ['a list is too long', 'CreateAIWorkloadConfig', { ...REQUIRED, Tags: Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: '' })) }, "at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50"],
  ['a structure in a list is wrong', 'CreateAIWorkloadConfig', { ...REQUIRED, Tags: [{ Key: 'k', Value: '' }, { Key: 'k#', Value: '' }] }, "Value 'k#' at 'tags.2.member.key'"],
  ['a map key is wrong', 'CreateModel', { ModelName: 'm', PrimaryContainer: { Environment: { '1A': '' } } }, "Value '{1A=}' at 'primaryContainer.environment' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular"],
  ['a map value is wrong', 'CreateModel', { ModelName: 'm', PrimaryContainer: { Environment: { A: 'v'.repeat(1025) } } }, 'Map value must satisfy constraint: [Member must have length less than or equal to 1024]'],
  ['a map is too large', 'CreateModel', { ModelName: 'm', PrimaryContainer: { Environment: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`V${i}`, ''])) } }, "at 'primaryContainer.environment' failed to satisfy constraint: Member must have length less than or equal to 100"],
])('refused: %s', (_, operation, input, message) => {
  expect(refusal(operation, input)).toEqual({ code: 'ValidationException', message: expect.stringContaining(message) });
});

test('a bad scalar in a list is reported at the list', () => {
  expect(violations('AIRecommendationComputeSpec', { InstanceTypes: ['ml.g6.xlarge', 'ml.t2.medium'] })).toEqual([
    expect.stringContaining("Value '[ml.g6.xlarge, ml.t2.medium]' at 'instanceTypes' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum"),
  ]);
});

test('all that is wrong is told at once', () => {
  expect(refusal('CreateAIRecommendationJob', {}).message).toMatch(/^6 validation errors detected: Value null at .*; Value null at 'modelSource'/);
});

test('an environment value may have line breaks, a name may not', () => {
  expect(violations('EnvironmentValue', 'a\nb')).toEqual([]);
  expect(violations('AIEntityName', 'a\n')).toHaveLength(1);
});

test.each<[string, unknown, string]>([
  ['a string for a boolean', { OptimizeModel: 'true' }, 'STRING_VALUE can not be converted to a Boolean'],
  ['a number for a string', { AIRecommendationJobName: 5 }, 'NUMBER_VALUE can not be converted to a String'],
  ['a list for a structure', { ModelSource: [] }, 'LIST_VALUE can not be converted to a Structure'],
  ['a structure for a list', { Tags: {} }, 'STRUCTURE_VALUE can not be converted to a List'],
])('a value of another type cannot be read: %s', (_, input, message) => {
  expect(refusal('CreateAIRecommendationJob', input)).toEqual({ code: 'SerializationException', message });
});

test('a string where a number belongs cannot be read', () => {
  expect(refusal('ListAIWorkloadConfigs', { MaxResults: '10' })).toEqual({ code: 'SerializationException', message: 'STRING_VALUE can not be converted to an Integer' });
  expect(refusal('ListAIWorkloadConfigs', { CreationTimeAfter: '2026-01-01' }).code).toBe('SerializationException');
});

test('an answer with a member that its shape lacks is a mistake of the stand-in, not an error of the service', () => {
  expect(() => assertShape('AddTagsOutput', { Tags: [], Foo: 1 })).toThrow(/not an answer that SageMaker could give \(AddTagsOutput\): .*'foo'/);
  expect(() => assertShape('AddTagsOutput', { Tags: 'x' })).toThrow(/not an answer .*STRING_VALUE/);
});

test('an operation that is not known is refused', async () => {
  await expect(setUp().call('CreateTrainingJob', {})).rejects.toMatchObject({ code: 'UnknownOperationException' });
});

test('neither what was sent nor what was answered is a way into the state', async () => {
  const { call, createWorkload } = setUp();
  const input = { Tags: [{ Key: 'a', Value: '1' }] };
  await createWorkload(input);
  input.Tags[0].Value = '2';
  const answer = await call('DescribeAIWorkloadConfig', { AIWorkloadConfigName: 'rec-wl-example' });
  answer.Tags[0].Value = '3';
  expect((await call('DescribeAIWorkloadConfig', { AIWorkloadConfigName: 'rec-wl-example' })).Tags).toEqual([{ Key: 'a', Value: '1' }]);
});
