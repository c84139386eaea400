import type { ResourceEvent } from '../../lambda/event';
import { AI_RECOMMENDATION_JOB } from '../../lambda/kinds/ai-recommendation-job';
import { AI_WORKLOAD_CONFIG } from '../../lambda/kinds/ai-workload-config';
import { INFERENCE_RECOMMENDATIONS_JOB } from '../../lambda/kinds/inference-recommendations-job';
import { OPTIMIZATION_JOB } from '../../lambda/kinds/optimization-job';
import { baseName, createRequest, sameInputs } from '../../lambda/request';
import { ownerOf } from '../../lambda/tags';

const REQUEST = {
  ModelSource: { S3: { S3Uri: 's3://models/m/' } },
  OutputConfig: { S3OutputLocation: 's3://models/recommendations' },
  OptimizeModel: 'false',
};

function event(properties: Record<string, unknown>, logicalId = 'Recommendation93C2AD71', stackName = 'Chat'): ResourceEvent {
  return {
    RequestType: 'Create',
    RequestId: 'f47ac10b-58cc-4372-a567-0e02b2c3d479',
    ResourceType: 'Custom::SageMakerAIRecommendationJob',
    StackId: `arn:aws:cloudformation:us-west-2:111122223333:stack/${stackName}/1`,
    LogicalResourceId: logicalId,
    ResourceProperties: { ServiceToken: 'arn', ...properties },
  };
}

test('the request has the types of the API, its name, role and tags, and a folder of its own', () => {
  const request = createRequest(AI_RECOMMENDATION_JOB, event({
    Request: REQUEST, RoleArn: 'arn:aws:iam::111122223333:role/r', Tags: [{ Key: 'team', Value: 'chat' }],
  }), 'job-1');
  expect(request).toEqual({
    AIRecommendationJobName: 'job-1',
    ModelSource: REQUEST.ModelSource,
    OutputConfig: { S3OutputLocation: 's3://models/recommendations/job-1/' },
    OptimizeModel: false,
    RoleArn: 'arn:aws:iam::111122223333:role/r',
    Tags: [
      { Key: 'team', Value: 'chat' },
      { Key: 'cdk-sagemaker-inference:owner', Value: 'Chat/Recommendation93C2AD71' },
      { Key: 'cdk-sagemaker-inference:request-id', Value: 'f47ac10b-58cc-4372-a567-0e02b2c3d479' },
    ],
  });
});

test('what was not given is not sent', () => {
  const request = createRequest(AI_WORKLOAD_CONFIG, event({ Request: { AIWorkloadConfigs: { WorkloadSpec: { Inline: '{}' } } } }), 'w');
  expect(Object.keys(request).sort()).toEqual(['AIWorkloadConfigName', 'AIWorkloadConfigs', 'Tags']);
});

test('the name depends on the request and the rerunToken; role, tags, prefix and ServiceToken are not inputs', () => {
  const base = { Request: REQUEST };
  const others = { RoleArn: 'x', Tags: [{ Key: 'a', Value: 'b' }], NamePrefix: 'p', ServiceToken: 'other' };
  expect(sameInputs(event(base).ResourceProperties, event({ ...base, ...others }).ResourceProperties)).toBe(true);
  expect(sameInputs(event(base).ResourceProperties, event({ ...base, RerunToken: '2' }).ResourceProperties)).toBe(false);
  const name = (properties: Record<string, unknown>) => baseName(AI_RECOMMENDATION_JOB, event(properties), { ...properties }).slice(-16);
  expect(name({ ...base, ...others })).toBe(name(base));
  expect(name({ ...base, RerunToken: '' })).toBe(name(base));
});

test('a workload configuration is lower case, whatever the names are', () => {
  expect(baseName(AI_WORKLOAD_CONFIG, event({ Request: {} }), { Request: {} })).toMatch(/^chat-recommendation93c2ad71-[0-9a-f]{16}$/);
});

test.each([
  ['Chat', 'Job', 'Chat/Job'],
  ['S'.repeat(128), 'j'.repeat(127), `${'S'.repeat(128)}/${'j'.repeat(127)}`],
  ['S'.repeat(128), 'j'.repeat(255), `${'S'.repeat(128)}/${'j'.repeat(110)}-eaa5572670f0be6d`],
])('the owner tag fits into a tag: %#', (stackName, logicalId, expected) => {
  const owner = ownerOf(event({}, logicalId, stackName));
  expect(owner.length).toBeLessThanOrEqual(256);
  expect(owner).toBe(expected);
});

test('what a job looks at beyond its request is an input, and absent it is none', () => {
  const base = { Request: REQUEST };
  const name = (properties: Record<string, unknown>) => baseName(AI_RECOMMENDATION_JOB, event(properties), properties);
  expect(name({ ...base, Subject: { EndpointConfigName: 'a' } })).not.toBe(name(base));
  expect(name({ ...base, Subject: { EndpointConfigName: 'a' } })).not.toBe(name({ ...base, Subject: { EndpointConfigName: 'b' } }));
  expect(sameInputs({ ...base, Subject: { EndpointConfigName: 'a' } }, { ...base, Subject: { EndpointConfigName: 'b' } })).toBe(false);
  expect(createRequest(AI_RECOMMENDATION_JOB, event({ ...base, Subject: { EndpointConfigName: 'a' } }), 'j')).not.toHaveProperty('Subject');
});

describe('the stopping condition of an optimization job', () => {
  const sent = (StoppingCondition?: Record<string, string>) =>
    createRequest(OPTIMIZATION_JOB, event({ Request: { MaxInstanceCount: '2', ...(StoppingCondition && { StoppingCondition }) } }), 'j');

  test.each([
    [undefined, { MaxRuntimeInSeconds: 36000 }],
    [{ MaxRuntimeInSeconds: '600' }, { MaxRuntimeInSeconds: 600 }],
    [{ MaxPendingTimeInSeconds: '7200' }, { MaxRuntimeInSeconds: 36000, MaxPendingTimeInSeconds: 7200 }],
  ])('%j is sent as %j', (given, expected) => {
    expect(sent(given)).toMatchObject({ MaxInstanceCount: 2, StoppingCondition: expected });
  });

  test('is not part of the name where it was not given', () => {
    expect(sameInputs({ Request: { MaxInstanceCount: '2' } }, { Request: { MaxInstanceCount: '2', StoppingCondition: { MaxRuntimeInSeconds: '36000' } } }))
      .toBe(false);
    sent();
    expect(OPTIMIZATION_JOB.defaults).toEqual({ StoppingCondition: { MaxRuntimeInSeconds: 36000 } });
  });
});

test('an Inference Recommender job gets its numbers as numbers, at any depth, and names of 40 characters at most', () => {
  const Request = {
    JobType: 'Advanced',
    InputConfig: {
      JobDurationInSeconds: '7200',
      TrafficPattern: { TrafficType: 'PHASES', Phases: [{ InitialNumberOfUsers: '1', SpawnRate: '2', DurationInSeconds: '120' }] },
      ResourceLimit: { MaxNumberOfTests: '3' },
      EndpointConfigurations: [
        { InstanceType: 'ml.c5.xlarge', EnvironmentParameterRanges: { CategoricalParameterRanges: [{ Name: 'THREADS', Value: ['1', '2'] }] } },
        { ServerlessConfig: { MemorySizeInMB: '2048', MaxConcurrency: '5' } },
      ],
    },
    StoppingConditions: { MaxInvocations: '300', ModelLatencyThresholds: [{ Percentile: 'P95', ValueInMilliseconds: '200' }] },
  };
  expect(createRequest(INFERENCE_RECOMMENDATIONS_JOB, event({ Request }), 'j')).toMatchObject({
    InputConfig: {
      JobDurationInSeconds: 7200,
      TrafficPattern: { TrafficType: 'PHASES', Phases: [{ InitialNumberOfUsers: 1, SpawnRate: 2, DurationInSeconds: 120 }] },
      ResourceLimit: { MaxNumberOfTests: 3 },
      EndpointConfigurations: [
        { EnvironmentParameterRanges: { CategoricalParameterRanges: [{ Name: 'THREADS', Value: ['1', '2'] }] } },
        { ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 5 } },
      ],
    },
    StoppingConditions: { MaxInvocations: 300, ModelLatencyThresholds: [{ Percentile: 'P95', ValueInMilliseconds: 200 }] },
  });
  const name = baseName(INFERENCE_RECOMMENDATIONS_JOB, event({ Request }, 'AVeryLongLogicalIdOfAJob'), { Request });
  expect(name.length + '-r99'.length).toBeLessThanOrEqual(40);
  expect(name).toMatch(/-[0-9a-f]{16}$/);
});
