import { failureOf, Harness, MINUTE, trace } from './cloudformation-harness';
import { AutoScaling } from '../../sandbox/autoscaling';
import { Behaviour } from '../../sandbox/cloudformation';
import { CloudWatch } from '../../sandbox/cloudwatch';

const PLACE = { region: 'us-west-2', account: '111122223333' };
const RESOURCE = 'endpoint/chat/variant/main';
const IDENTITY = { ServiceNamespace: 'sagemaker', ResourceId: RESOURCE, ScalableDimension: 'sagemaker:variant:DesiredInstanceCount' };

let harness: Harness;
let autoScaling: AutoScaling;
let cloudWatch: CloudWatch;
let counts: Record<string, number>;

function setUp(behaviour?: Behaviour) {
  counts = { [RESOURCE]: 1, 'endpoint/chat/variant/other': 1 };
  harness = new Harness(behaviour, clock => {
    cloudWatch = new CloudWatch(clock, PLACE);
    const capacity = {
      read: async (resourceId: string) => resourceId in counts ? { desired: counts[resourceId], active: true } : undefined,
      set: async (resourceId: string, count: number) => { counts[resourceId] = count; },
    };
    autoScaling = new AutoScaling(clock, { ...PLACE, alarms: cloudWatch, capacity });
    return { autoscaling: autoScaling, cloudWatch };
  });
}

beforeEach(() => setUp());

const target = (more: object = {}) => ({ Type: 'AWS::ApplicationAutoScaling::ScalableTarget', Properties: { ...IDENTITY, MinCapacity: 1, MaxCapacity: 4, ...more } });
const policy = (value = 10, name = 'load', more: object = {}) => ({
  Type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
  Properties: {
    PolicyName: name,
    PolicyType: 'TargetTrackingScaling',
    ScalingTargetId: { Ref: 'Target' },
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: value, PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
    },
    ...more,
  },
});
/** A policy that names its target by the three parts. */
const alone = (value = 10) => {
  const { Type, Properties: { ScalingTargetId: _, ...rest } } = policy(value);
  return { Type, Properties: { ...rest, ...IDENTITY } };
};
const action = (name: string, MinCapacity: number) => (
  { ScheduledActionName: name, Schedule: 'cron(0 9 * * ? *)', ScalableTargetAction: { MinCapacity }, StartTime: '2026-01-05T00:00:00Z' });
/** What somebody does behind the back of CloudFormation. */
const remake = async () => {
  await autoScaling.console('DeregisterScalableTarget', IDENTITY);
  await autoScaling.console('RegisterScalableTarget', { ...IDENTITY, MinCapacity: 1, MaxCapacity: 4 });
  const { ScalingTargetId: _, ...properties } = policy().Properties;
  return autoScaling.console('PutScalingPolicy', { ...IDENTITY, ...properties });
};

test('a target and a policy come, change and go; Ref gives the id of the one and the ARN of the other', async () => {
  const outputs = { Target: { Value: { Ref: 'Target' } }, Id: { Value: { 'Fn::GetAtt': ['Target', 'Id'] } }, Policy: { Value: { Ref: 'Policy' } }, Arn: { Value: { 'Fn::GetAtt': ['Policy', 'Arn'] } } };
  const stack = await harness.deploy({ Target: target(), Policy: policy() }, { sections: { Outputs: outputs } });
  expect(stack.status).toBe('CREATE_COMPLETE');
  const [{ PolicyARN }] = autoScaling.policies;
  const id = `${RESOURCE}|sagemaker:variant:DesiredInstanceCount|sagemaker`;
  expect(stack.outputs).toEqual({ Target: id, Id: id, Policy: PolicyARN, Arn: PolicyARN });
  expect(autoScaling.targets).toMatchObject([{ ...IDENTITY, MinCapacity: 1, MaxCapacity: 4 }]);
  expect(cloudWatch.alarms).toHaveLength(2);

  await harness.deploy({ Target: target({ MaxCapacity: 8 }), Policy: policy(20) });
  expect(autoScaling.targets).toMatchObject([{ MaxCapacity: 8 }]);
  expect(autoScaling.policies).toMatchObject([{ PolicyARN, TargetTrackingScalingPolicyConfiguration: { TargetValue: 20 } }]);

  expect((await harness.destroy()).status).toBe('DELETE_COMPLETE');
  expect([autoScaling.targets, autoScaling.policies, cloudWatch.alarms]).toEqual([[], [], []]);
});

test('another name or another variant is another policy', async () => {
  await harness.deploy({ Target: target(), Policy: policy() });
  const [before] = autoScaling.policies;
  const stack = await harness.deploy({ Target: target({ ResourceId: 'endpoint/chat/variant/other' }), Policy: policy(10, 'renamed') });
  expect(stack.status).toBe('UPDATE_COMPLETE');
  expect(autoScaling.targets.map(({ ResourceId }) => ResourceId)).toEqual(['endpoint/chat/variant/other']);
  expect(autoScaling.policies).toMatchObject([{ PolicyName: 'renamed', ResourceId: 'endpoint/chat/variant/other' }]);
  expect(autoScaling.policies[0].PolicyARN).not.toBe(before.PolicyARN);
});

test('scheduled actions of a target follow its property and run', async () => {
  await harness.deploy({ Target: target({ ScheduledActions: [action('a', 2), action('b', 1)] }) });
  await harness.deploy({ Target: target({ ScheduledActions: [action('a', 3), action('c', 1)] }) });
  expect(autoScaling.scheduledActions.map(({ ScheduledActionName }) => ScheduledActionName)).toEqual(['a', 'c']);
  await harness.wait(60 * MINUTE);
  expect(counts[RESOURCE]).toBe(3);
});

test.each<[string, object, string]>([
  ['a variant that is not there', { Target: target({ ResourceId: 'endpoint/chat/variant/none' }) }, 'There is no resource to scale'],
  ['a minimum above the maximum', { Target: target({ MinCapacity: 9 }) }, 'Maximum capacity cannot be less'],
  ['a policy of nothing', { Target: policy(1, 'x', { ScalingTargetId: undefined }) }, 'Either ScalingTargetId or all three'],
])('%s fails', async (_, resources, message) => {
  const stack = await harness.deploy(JSON.parse(JSON.stringify(resources)));
  expect(stack.status).toBe('ROLLBACK_COMPLETE');
  expect(failureOf(stack, 'Target')).toContain(message);
});

test('what somebody else has registered or put cannot be created', async () => {
  await autoScaling.console('RegisterScalableTarget', { ...IDENTITY, MinCapacity: 1, MaxCapacity: 4 });
  expect(failureOf(await harness.deploy({ Target: target() }), 'Target')).toContain('already exists');
  await remake();
  expect(failureOf(await harness.deploy({ Policy: alone() }, { stackName: 'Other' }), 'Policy')).toContain('already exists');
  expect([autoScaling.targets.length, autoScaling.policies.length]).toEqual([1, 1]);
});

test('what is gone by the time of its deletion is deleted', async () => {
  await harness.deploy({ Target: target(), Policy: policy() });
  await autoScaling.console('DeregisterScalableTarget', IDENTITY);
  expect((await harness.destroy()).status).toBe('DELETE_COMPLETE');
});

describe('a policy that was made again behind the back of CloudFormation', () => {
  test('is put by its name, and keeps its old id in the stack', async () => {
    const before = await harness.deploy({ Target: target(), Policy: policy() });
    const known = before.resources.get('Policy')!.physicalId;
    const { PolicyARN } = await remake();
    const stack = await harness.deploy({ Target: target(), Policy: policy(20) });
    expect(stack.status).toBe('UPDATE_COMPLETE');
    expect(autoScaling.policies).toMatchObject([{ PolicyARN, TargetTrackingScalingPolicyConfiguration: { TargetValue: 20 } }]);
    expect([stack.resources.get('Policy')!.physicalId, PolicyARN === known]).toEqual([known, false]);
    await harness.destroy();
    expect(autoScaling.policies).toEqual([]);
  });

  test('is not found by its ARN, so that an update fails and a deletion leaves it', async () => {
    setUp({ scalingIdentity: 'by-arn' });
    // The target is somebody else's: with one of its own the policy would go.
    await autoScaling.console('RegisterScalableTarget', { ...IDENTITY, MinCapacity: 1, MaxCapacity: 4 });
    await harness.deploy({ Policy: alone() });
    await remake();
    const stack = await harness.deploy({ Policy: alone(20) });
    expect(failureOf(stack, 'Policy')).toMatch(/^Resource of type 'AWS::ApplicationAutoScaling::ScalingPolicy' with identifier 'arn:.*' was not found/);
    // The way back fails for the same reason.
    expect(stack.status).toBe('UPDATE_ROLLBACK_FAILED');
    expect((await harness.destroy()).status).toBe('DELETE_COMPLETE');
    expect(autoScaling.policies).toHaveLength(1);
  });

  test.each(['by-name', 'by-arn'] as const)('a target that is gone is registered by its name, or not found (%s)', async scalingIdentity => {
    setUp({ scalingIdentity });
    await harness.deploy({ Target: target() });
    await autoScaling.console('DeregisterScalableTarget', IDENTITY);
    const stack = await harness.deploy({ Target: target({ MaxCapacity: 8 }) });
    expect([stack.events.some(({ status }) => status === 'UPDATE_FAILED'), autoScaling.targets.length]).toEqual(scalingIdentity === 'by-name' ? [false, 1] : [true, 0]);
  });
});

describe('alarms', () => {
  const alarm = (name: string, more: object = {}) => ({
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: name, MetricName: 'm', Namespace: 'n', Statistic: 'Sum', Period: 60, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold', ...more,
    },
  });
  const composite = { Type: 'AWS::CloudWatch::CompositeAlarm', DependsOn: ['A', 'B'], Properties: { AlarmName: 'both', AlarmRule: 'ALARM("a") AND ALARM("b")' } };

  test('of metrics and of other alarms come, change and go', async () => {
    await harness.deploy({ A: alarm('a'), B: alarm('b'), C: composite });
    cloudWatch.setAlarmState('a', 'ALARM');
    expect(cloudWatch.alarmState('both')).toBe('OK');
    cloudWatch.setAlarmState('b', 'ALARM');
    expect(cloudWatch.alarmState('both')).toBe('ALARM');
    await harness.deploy({ A: alarm('a', { Threshold: 2 }), B: alarm('b'), C: composite });
    expect(cloudWatch.alarms[0]).toMatchObject({ name: 'a', state: 'ALARM', properties: { Threshold: 2 } });
    await harness.destroy();
    expect(cloudWatch.alarms).toEqual([]);
  });

  test('on metric math, with a name that CloudFormation makes up', async () => {
    const Metrics = [
      { Id: 'errors', MetricStat: { Metric: { MetricName: 'm', Namespace: 'n' }, Period: 60, Stat: 'Sum' }, ReturnData: false },
      { Id: 'rate', Expression: 'errors / 60' },
    ];
    const { Properties: { AlarmName: _, MetricName: __, Namespace: ___, Statistic: ____, Period: _____, ...rest }, Type } = alarm('x');
    const stack = await harness.deploy({ A: { Type, Properties: { ...rest, Metrics } } });
    expect(stack.status).toBe('CREATE_COMPLETE');
    expect(cloudWatch.alarms[0].name).toBe(stack.resources.get('A')!.physicalId);
  });

  test.each<[string, object, string]>([
    ['two kinds of metric', alarm('a', { Metrics: [{ Id: 'm1', Expression: '1' }] }), 'must not be set along with Metrics'],
    ['a strange period', alarm('a', { Period: 45 }), 'Invalid period'],
    ['a rule on nothing', { ...composite, DependsOn: [] }, 'AlarmRule contains an alarm that does not exist: a'],
  ])('with %s fail', async (_, resource, message) => {
    const stack = await harness.deploy({ A: resource });
    expect(failureOf(stack, 'A')).toContain(message);
    expect(trace(stack).at(-1)).toBe('Test ROLLBACK_COMPLETE');
  });
});
