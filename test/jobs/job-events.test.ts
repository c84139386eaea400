import { App, CfnResource, Duration, NestedStack, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { BenchmarkFixture } from './benchmark-fixture';
import { ENV, JobFixture } from './fixture';
import { RecommenderFixture } from './inference-recommendations-fixture';
import { ELSEWHERE, OptimizationFixture } from './optimization-fixture';
import {
  AiBenchmarkJob, AiRecommendationJob, Attempts, BenchmarkMetric, Expectation, GpuInstanceType, InferenceRecommendationsJob, ModelOptimization,
  OptimizationJob, QuantizationTechnique,
} from '../../src';

const WAIT = 'Custom::SageMakerJobWait';
const RULE = 'AWS::Events::Rule';
const PROVIDER_POLICY = /^CdkSageMakerInferenceProviderPolicy/;

interface Notifying extends Construct {
  onFinished(id: string, options?: events.OnEventOptions): events.Rule;
  onFailed(id: string, options?: events.OnEventOptions): events.Rule;
}

/** Each kind of job with the fewest props. */
const KINDS: Array<[string, () => { stack: Stack; job: Notifying }]> = [
  ['AiRecommendationJob', () => with_(new JobFixture(ENV), fixture => fixture.job())],
  ['AiBenchmarkJob', () => with_(new BenchmarkFixture(ENV), fixture => fixture.benchmark())],
  ['OptimizationJob', () => with_(new OptimizationFixture(ENV), fixture => fixture.optimization())],
  ['InferenceRecommendationsJob', () => with_(new RecommenderFixture(ENV), fixture => fixture.recommender())],
];

function with_<F extends JobFixture>(fixture: F, make: (fixture: F) => Notifying) {
  return { stack: fixture.stack, job: make(fixture) };
}

const resources = (stack: Stack): Record<string, any> => Template.fromStack(stack).toJSON().Resources;
const patternsIn = (stack: Stack): any[] =>
  Object.values(Template.fromStack(stack).findResources(RULE)).map(({ Properties }) => Properties.EventPattern);
const patternOf = (stack: Stack) => {
  const patterns = patternsIn(stack);
  expect(patterns).toHaveLength(1);
  return patterns[0];
};

describe.each(KINDS)('%s', (_, make) => {
  const logicalIdOf = (job: Notifying) => Stack.of(job).getLogicalId(job.node.findChild('Resource') as CfnResource);

  test('onFinished is about every end of this job, and of no other', () => {
    const { stack, job } = make();
    job.onFinished('Finished');
    expect(patternOf(stack)).toEqual({
      'source': ['cdk-sagemaker-inference'],
      'detail-type': ['SageMaker Inference Job Ended'],
      'detail': { stackName: ['Stack'], logicalId: [logicalIdOf(job)] },
    });
  });

  test('onFailed is about bad ends', () => {
    const { stack, job } = make();
    job.onFailed('Failed');
    expect(patternOf(stack).detail).toEqual({ stackName: ['Stack'], logicalId: [logicalIdOf(job)], status: ['Failed', 'Stopped'] });
  });

  test('nothing changes but the waits and the permissions: the job itself stays what it is', () => {
    const before = resources(make().stack);
    const { stack, job } = make();
    job.onFinished('Finished');
    job.onFinished('Again');
    job.onFailed('Failed');
    const after = resources(stack);
    const changed = Object.keys(after).filter(id => JSON.stringify(after[id]) !== JSON.stringify(before[id]));
    const waits = changed.filter(id => after[id].Type === WAIT);
    expect(waits).toEqual(Object.keys(before).filter(id => before[id].Type === WAIT));
    expect(changed.filter(id => after[id].Type !== WAIT && after[id].Type !== RULE)).toEqual([expect.stringMatching(PROVIDER_POLICY)]);

    waits.forEach((id, i) => {
      const { Announce, StatusBefore, ...others } = after[id].Properties;
      expect(others).toEqual(before[id].Properties);
      expect(Announce).toBe(logicalIdOf(job));
      expect(StatusBefore).toEqual(i === 0 ? undefined : { 'Fn::GetAtt': [waits[i - 1], 'Status'] });
    });

    const statements = (template: Record<string, any>): string[] => {
      const policy = template[Object.keys(template).find(id => PROVIDER_POLICY.test(id))!];
      return policy.Properties.PolicyDocument.Statement.map((each: object) => JSON.stringify(each));
    };
    const known = new Set(statements(before));
    expect(statements(after).filter(each => !known.has(each)).map(each => JSON.parse(each))).toEqual([{
      Effect: 'Allow',
      Action: 'events:PutEvents',
      Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':events:us-west-2:111122223333:event-bus/default']] },
      Condition: { StringEquals: { 'events:source': 'cdk-sagemaker-inference' } },
    }]);
    expect(JSON.stringify(before)).not.toMatch(/Announce|StatusBefore|events:PutEvents/);
  });
});

test('the rule is made with what the options say', () => {
  const fixture = new JobFixture(ENV);
  const topic = new sns.Topic(fixture.stack, 'Topic');
  const job = fixture.job();
  const rule = job.onFinished('Finished', { ruleName: 'night', description: 'after the night', target: new SnsTopic(topic) });
  expect(rule.node.path).toBe('Stack/Recommendation/Finished');
  job.onFailed('Failed').addTarget(new SnsTopic(topic)); // one that comes later
  expect(Object.values(fixture.template().findResources(RULE)).map(({ Properties }) => Properties.Targets.length)).toEqual([1, 1]);
  fixture.template().hasResourceProperties(RULE, {
    Name: 'night', Description: 'after the night', State: 'ENABLED', EventBusName: Match.absent(), Targets: [Match.objectLike({ Arn: fixture.stack.resolve(topic.topicArn) })],
  });
});

test('the jobs of all attempts of a benchmark announce', () => {
  const fixture = new BenchmarkFixture(ENV);
  const job = fixture.benchmark({ attempts: Attempts.medianOf(3), expectations: [Expectation.p90(BenchmarkMetric.TIME_TO_FIRST_TOKEN).atMost(500)] });
  job.onFinished('Finished');
  const template = fixture.template();
  const ids = Object.keys(template.findResources('Custom::SageMakerAIBenchmarkJob'));
  expect(ids).toHaveLength(3);
  expect(patternOf(fixture.stack).detail.logicalId.sort()).toEqual(ids.sort());
  const announced = new Set(Object.values(template.findResources(WAIT)).map(({ Properties }) => Properties.Announce));
  expect([...announced].sort()).toEqual(ids);
});

test('a job whose logical id is overridden is announced by that', () => {
  const fixture = new JobFixture(ENV);
  const job = fixture.job();
  job.onFinished('Finished');
  (job.node.findChild('Resource') as CfnResource).overrideLogicalId('Mine');
  expect(patternOf(fixture.stack).detail.logicalId).toEqual(['Mine']);
  fixture.template().allResourcesProperties(WAIT, { Announce: 'Mine' });
});

test('one lap has none before it, and a removal policy of all does not reach any', () => {
  const fixture = new JobFixture(ENV);
  fixture.job({ waitTimeout: Duration.minutes(10), removalPolicy: RemovalPolicy.RETAIN }).onFinished('Finished');
  expect(Object.values(fixture.template().findResources(WAIT))).toEqual([expect.objectContaining({
    Properties: expect.not.objectContaining({ StatusBefore: expect.anything() }),
  })]);
});

test('imported jobs have no rules: only a deployment that waits for a job puts events', () => {
  const stack = new Stack();
  for (const imported of [
    AiRecommendationJob.fromRecommendationJobName(stack, 'A', 'a'), AiBenchmarkJob.fromBenchmarkJobName(stack, 'B', 'b'),
    OptimizationJob.fromOptimizationJobName(stack, 'C', 'c'), InferenceRecommendationsJob.fromInferenceRecommendationsJobName(stack, 'D', 'd'),
  ]) {
    expect('onFinished' in imported || 'onFailed' in imported).toBe(false);
  }
});

describe('eventPattern', () => {
  const rule = (method: 'onFinished' | 'onFailed', eventPattern: events.EventPattern) => {
    const fixture = new JobFixture(ENV);
    fixture.job()[method]('Rule', { eventPattern });
    return patternOf(fixture.stack);
  };
  const ours = { stackName: ['Stack'], logicalId: ['Recommendation93C2AD71'] };

  test('is one more condition', () => {
    expect(rule('onFinished', { region: ['us-west-2'], detail: { status: ['Completed'], durationSeconds: events.Match.greaterThan(3600) } })).toEqual({
      'source': ['cdk-sagemaker-inference'],
      'detail-type': ['SageMaker Inference Job Ended'],
      'region': ['us-west-2'],
      'detail': { ...ours, status: ['Completed'], durationSeconds: [{ numeric: ['>', 3600] }] },
    });
    expect(rule('onFinished', { detail: { status: events.Match.anythingBut('Stopped') } }).detail).toEqual({ ...ours, status: [{ 'anything-but': ['Stopped'] }] });
    expect(rule('onFailed', { detail: { status: ['Stopped'] } }).detail).toEqual({ ...ours, status: ['Stopped'] });
    expect(rule('onFailed', { detail: { failureReason: events.Match.prefix('no capacity') } }).detail)
      .toEqual({ ...ours, status: ['Failed', 'Stopped'], failureReason: [{ prefix: 'no capacity' }] });
  });

  test.each<[string, 'onFinished' | 'onFailed', events.EventPattern, string]>([
    ['another source', 'onFinished', { source: ['aws.s3'] }, 'eventPattern.source must be left out: onFinished sets it, so that the rule is about this job alone'],
    ['another type', 'onFailed', { detailType: ['x'] }, 'eventPattern.detailType must be left out: onFailed sets it'],
    ['another type in words of the API', 'onFailed', { 'detail-type': ['x'] } as events.EventPattern,
      "eventPattern must hold only detail, version, id, account, time, region, resources, got 'detail-type'"],
    ['another stack', 'onFinished', { detail: { stackName: ['Other'] } }, 'eventPattern.detail.stackName must be left out'],
    ['another job', 'onFinished', { detail: { logicalId: ['Other'] } }, 'eventPattern.detail.logicalId must be left out'],
    ['a good end', 'onFailed', { detail: { status: ['Failed', 'Completed'] } },
      "eventPattern.detail.status must be one or more of 'Failed', 'Stopped', which onFailed is about, got 'Completed'"],
    ['no end', 'onFailed', { detail: { status: [] } }, 'eventPattern.detail.status must be one or more of'],
    ['ends that nobody can compare', 'onFailed', { detail: { status: events.Match.anythingBut('Failed') } }, 'eventPattern.detail.status must be one or more of'],
    ['something else', 'onFailed', { detail: { status: 'Failed' } }, "got 'Failed'"],
  ])('that is about %s is refused', (_, method, eventPattern, message) => {
    const fixture = new JobFixture(ENV);
    const job = fixture.job();
    expect(() => job[method]('Rule', { eventPattern })).toThrow(message);
    expect(() => job[method]('Rule', { eventPattern })).toThrow(new RegExp(`^${method} 'Stack/Recommendation'`));
    // And nothing of it is left behind.
    expect(JSON.stringify(fixture.template())).not.toMatch(/Announce|PutEvents/);
  });
});

test.each([
  ['', 'ruleName must be 1 to 64 characters long'], ['every night', 'ruleName must hold only letters, digits and .-_'],
])('ruleName %p is refused', (ruleName, message) => {
  expect(() => new JobFixture(ENV).job().onFinished('Rule', { ruleName })).toThrow(message);
});

test('a description is at most 512 characters long', () => {
  expect(() => new JobFixture(ENV).job().onFinished('Rule', { description: 'x'.repeat(512) })).not.toThrow();
  expect(() => new JobFixture(ENV).job().onFinished('Rule', { description: 'x'.repeat(513) })).toThrow('description must be 0 to 512 characters long');
});

describe('crossStackScope', () => {
  test('holds the rule, which refers to nothing of the stack of the job: either may depend on the other', () => {
    const fixture = new JobFixture(ENV);
    const other = new Stack(fixture.app, 'Notifications', { env: ENV });
    fixture.stack.addDependency(other);
    fixture.job().onFinished('Finished', { crossStackScope: other });
    expect(patternOf(other).detail).toEqual({ stackName: ['Stack'], logicalId: ['Recommendation93C2AD71'] });
    expect(patternsIn(fixture.stack)).toEqual([]);
    expect(fixture.template().findOutputs('*')).toEqual({});
    expect(other.dependencies).toEqual([]);
  });

  test('must be where the events are', () => {
    const fixture = new JobFixture(ENV);
    const other = new Stack(fixture.app, 'Notifications', { env: { ...ENV, region: 'eu-west-1' } });
    expect(() => fixture.job().onFinished('Finished', { crossStackScope: other }))
      .toThrow('crossStackScope must be of the Region of the stack, us-west-2, got one of eu-west-1: the events of a job are on the event bus of its own account and Region');
  });
});

describe('in a nested stack, whose name is made by CloudFormation', () => {
  const nested = () => {
    const parent = new Stack(new App(), 'Parent', { env: ENV });
    const inner = new NestedStack(parent, 'Inner');
    return { parent, inner };
  };
  const make = (scope: Construct) => new OptimizationJob(scope, 'Optimization', {
    ...ELSEWHERE,
    instanceType: GpuInstanceType.G6_12XLARGE,
    optimizations: [ModelOptimization.quantization({ technique: QuantizationTechnique.AWQ })],
  });

  test('the rule names the stack as it will be called', () => {
    const { inner } = nested();
    make(inner).onFinished('Finished');
    expect(patternOf(inner).detail.stackName).toEqual([{ Ref: 'AWS::StackName' }]);
  });

  test('and so does a rule of the parent', () => {
    const { parent, inner } = nested();
    make(inner).onFinished('Finished', { crossStackScope: parent });
    const [nestedStack] = Object.keys(Template.fromStack(parent).findResources('AWS::CloudFormation::Stack'));
    expect(patternOf(parent).detail.stackName).toEqual([{ 'Fn::Select': [1, { 'Fn::Split': ['/', { Ref: nestedStack }] }] }]);
    expect(Annotations.fromStack(parent).findWarning('*', Match.anyValue())).toEqual([]);
  });
});
