import {
  ApplicationAutoScalingClient, DescribeScalableTargetsCommand, PutScalingPolicyCommand, RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { allow, OneService } from './front-door-setup';
import { AutoScaling, Capacity } from '../../sandbox/autoscaling';
import { VirtualClock } from '../../sandbox/clock';
import { CloudWatch } from '../../sandbox/cloudwatch';
import { Iam } from '../../sandbox/runtime';
import { ServiceError } from '../../sandbox/service';

const PLACE = { region: 'us-west-2', account: '111122223333' };
const MINUTE = 60_000;
const VARIANT = { ServiceNamespace: 'sagemaker', ResourceId: 'endpoint/chat/variant/main', ScalableDimension: 'sagemaker:variant:DesiredInstanceCount' } as const;
const COMPONENT = {
  ServiceNamespace: 'sagemaker', ResourceId: 'inference-component/chat', ScalableDimension: 'sagemaker:inference-component:DesiredCopyCount',
} as const;
const TRACKING = {
  PolicyType: 'TargetTrackingScaling',
  TargetTrackingScalingPolicyConfiguration: {
    TargetValue: 10, PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
  },
} as const;
const STEPS = {
  PolicyType: 'StepScaling', StepScalingPolicyConfiguration: { AdjustmentType: 'ChangeInCapacity', StepAdjustments: [{ ScalingAdjustment: 1 }] },
};

/** Counts that nothing stands behind. */
class Counts implements Capacity {
  public readonly counts: Record<string, number> = { [VARIANT.ResourceId]: 1, [COMPONENT.ResourceId]: 1 };
  public active = true;
  public refusal?: string;

  public async read(resourceId: string) {
    return resourceId in this.counts ? { desired: this.counts[resourceId], active: this.active } : undefined;
  }

  public async set(resourceId: string, count: number) {
    if (this.refusal) {
      throw new ServiceError('ValidationException', this.refusal);
    }
    this.counts[resourceId] = count;
  }
}

let clock: VirtualClock;
let iam: Iam;
let counts: Counts;
let cloudWatch: CloudWatch;
let autoScaling: AutoScaling;

beforeEach(() => {
  clock = new VirtualClock();
  iam = new Iam(clock);
  counts = new Counts();
  cloudWatch = new CloudWatch(clock, PLACE);
  autoScaling = new AutoScaling(clock, { ...PLACE, capacity: counts, alarms: cloudWatch, callers: iam });
});

const register = (more: object = {}) => autoScaling.console('RegisterScalableTarget', { ...VARIANT, MinCapacity: 1, MaxCapacity: 4, ...more });
const put = (more: object = {}) => autoScaling.console('PutScalingPolicy', { ...VARIANT, PolicyName: 'load', ...TRACKING, ...more });
const schedule = (more: object = {}) => autoScaling.console('PutScheduledAction', {
  ...VARIANT, ScheduledActionName: 'morning', Schedule: 'cron(0 9 ? * MON-FRI *)', ScalableTargetAction: { MinCapacity: 2 }, ...more,
});
const wait = (milliseconds: number) => clock.run(clock.sleep(milliseconds));
const count = () => counts.counts[VARIANT.ResourceId];
const describe_ = (noun: string, more: object = {}) => autoScaling.console(`Describe${noun}`, { ServiceNamespace: 'sagemaker', ...more });

describe('scalable targets', () => {
  test('are registered, described, changed in part and deregistered', async () => {
    const { ScalableTargetARN } = await register({ SuspendedState: { DynamicScalingInSuspended: true } });
    expect(ScalableTargetARN).toMatch(/^arn:aws:application-autoscaling:us-west-2:111122223333:scalable-target\/[0-9a-f]{34}$/);
    await register({ MinCapacity: undefined, MaxCapacity: 6 });
    expect((await describe_('ScalableTargets')).ScalableTargets).toEqual([{
      ...VARIANT,
      ScalableTargetARN,
      MinCapacity: 1,
      MaxCapacity: 6,
      CreationTime: new Date(clock.now()),
      RoleARN: expect.stringMatching(/:role\/aws-service-role\/.*AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint$/),
      SuspendedState: { DynamicScalingInSuspended: true, DynamicScalingOutSuspended: false, ScheduledScalingSuspended: false },
    }]);
    expect(autoScaling.isScalableTarget(VARIANT.ResourceId)).toBe(true);
    await autoScaling.console('DeregisterScalableTarget', VARIANT);
    expect(autoScaling.isScalableTarget(VARIANT.ResourceId)).toBe(false);
    await expect(autoScaling.console('DeregisterScalableTarget', VARIANT)).rejects.toMatchObject({
      code: 'ObjectNotFoundException',
      message: 'No scalable target found for service namespace: sagemaker, resource ID: endpoint/chat/variant/main, '
        + 'scalable dimension: sagemaker:variant:DesiredInstanceCount',
    });
  });

  test.each<[string, object, RegExp]>([
    ['a variant that is not there', { ResourceId: 'endpoint/chat/variant/other' }, /There is no resource to scale/],
    ['a component that is not there', { ...COMPONENT, ResourceId: 'inference-component/other' }, /There is no resource to scale/],
    ['a minimum above the maximum', { MinCapacity: 5 }, /Maximum capacity cannot be less than minimum capacity/],
    ['a new target with one bound only', { MaxCapacity: undefined }, /Both the minimum and the maximum/],
    ['half an instance', { MinCapacity: 0.5 }, /whole numbers/],
    ['another service', { ServiceNamespace: 'ecs' }, /Unsupported service namespace/],
    ['a dimension of something else', { ScalableDimension: COMPONENT.ScalableDimension }, /Invalid resource ID/],
    ['no resource', { ResourceId: undefined }, /Value null at 'resourceId'/],
  ])('%s is refused', async (_, more, message) => {
    await expect(register(more)).rejects.toMatchObject({ code: 'ValidationException', message: expect.stringMatching(message) });
    expect(autoScaling.targets).toEqual([]);
  });

  test('tags come with the first registration only', async () => {
    await register({ Tags: { team: 'x' } });
    await expect(register({ Tags: { team: 'y' } })).rejects.toThrow('already exists. To update tags');
  });

  test.each([[0, { MinCapacity: 2 }, 2], [9, {}, 4], [3, {}, 3]])('a count of %d is within the bounds a minute later', async (before, bounds, after) => {
    counts.counts[VARIANT.ResourceId] = before;
    await register(bounds);
    expect(count()).toBe(before);
    await wait(MINUTE);
    expect(count()).toBe(after);
  });

  test('a resource that is being deployed keeps its count', async () => {
    counts.active = false;
    await register({ MinCapacity: 2 });
    await wait(MINUTE);
    expect(count()).toBe(1);
  });

  test('what SageMaker refuses is an activity that failed', async () => {
    counts.refusal = 'Cannot update in-progress endpoint';
    await register({ MinCapacity: 2 });
    await wait(MINUTE);
    expect(autoScaling.activities).toEqual([expect.objectContaining({ from: 1, to: 2, failure: 'Cannot update in-progress endpoint' })]);
  });

  test('are found by resource and dimension, page by page', async () => {
    await register();
    await register({ ...COMPONENT });
    expect((await describe_('ScalableTargets', { ResourceIds: [COMPONENT.ResourceId] })).ScalableTargets).toHaveLength(1);
    const { ScalableTargets, NextToken } = await describe_('ScalableTargets', { MaxResults: 1 });
    const second = await describe_('ScalableTargets', { MaxResults: 1, NextToken });
    const found = [...ScalableTargets, ...second.ScalableTargets].map(({ ResourceId }) => ResourceId);
    expect([...found, second.NextToken]).toEqual([VARIANT.ResourceId, COMPONENT.ResourceId, undefined]);
    await expect(describe_('ScalableTargets', { ScalableDimension: VARIANT.ScalableDimension })).rejects.toThrow('must also specify a resource ID');
  });
});

describe('policies', () => {
  test('need a registered target', async () => {
    await expect(put()).rejects.toMatchObject({ code: 'ObjectNotFoundException', message: expect.stringMatching(/^No scalable target registered for/) });
  });

  test('keep their ARN in an update, and have another one when they are made again', async () => {
    await register();
    const { PolicyARN } = await put();
    const [id, rest] = PolicyARN.slice('arn:aws:autoscaling:us-west-2:111122223333:scalingPolicy:'.length).split(/:(.*)/);
    expect([id, rest]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), 'resource/sagemaker/endpoint/chat/variant/main:policyName/load']);
    const change = { TargetTrackingScalingPolicyConfiguration: { ...TRACKING.TargetTrackingScalingPolicyConfiguration, TargetValue: 5 } };
    expect((await put(change)).PolicyARN).toBe(PolicyARN);
    await autoScaling.console('DeleteScalingPolicy', { ...VARIANT, PolicyName: 'load' });
    const again = await put();
    expect(again.PolicyARN).not.toBe(PolicyARN);
    expect(autoScaling.policyByArn(PolicyARN)).toBeUndefined();
    await expect(autoScaling.console('DeleteScalingPolicy', { ...VARIANT, PolicyName: 'other' })).rejects.toMatchObject({ code: 'ObjectNotFoundException' });
  });

  test('that track a metric make their alarms, which go with them', async () => {
    await register();
    const { Alarms } = await put();
    const names = Alarms.map(({ AlarmName }: { AlarmName: string }) => AlarmName);
    expect(names).toEqual([expect.stringMatching(/^TargetTracking-endpoint\/chat\/variant\/main-AlarmHigh-/), expect.stringMatching(/-AlarmLow-/)]);
    expect(cloudWatch.alarms.map(({ name }) => name)).toEqual(names);
    expect((await describe_('ScalingPolicies', { PolicyNames: ['load'] })).ScalingPolicies).toEqual([expect.objectContaining({ PolicyName: 'load', Alarms })]);
    await put({ TargetTrackingScalingPolicyConfiguration: { ...TRACKING.TargetTrackingScalingPolicyConfiguration, DisableScaleIn: true } });
    expect(cloudWatch.alarms.map(({ name }) => name)).toEqual([expect.stringMatching(/-AlarmHigh-/)]);
    await autoScaling.console('DeregisterScalableTarget', VARIANT);
    expect([autoScaling.policies, cloudWatch.alarms]).toEqual([[], []]);
  });

  test('that scale in steps show the alarms that the user has pointed at them, and leave them', async () => {
    await register();
    const { PolicyARN } = await put(STEPS);
    const alarm = { AlarmName: 'backlog', MetricName: 'm', Namespace: 'n', Statistic: 'Sum', Period: 60, EvaluationPeriods: 1, Threshold: 1 };
    cloudWatch.put({ ...alarm, ComparisonOperator: 'GreaterThanThreshold', AlarmActions: [PolicyARN] });
    const { ScalingPolicies: [policy] } = await describe_('ScalingPolicies', { ResourceId: VARIANT.ResourceId });
    expect(policy.Alarms).toEqual([{ AlarmName: 'backlog', AlarmARN: 'arn:aws:cloudwatch:us-west-2:111122223333:alarm:backlog' }]);
    await autoScaling.console('DeleteScalingPolicy', { ...VARIANT, PolicyName: 'load' });
    expect(cloudWatch.alarmState('backlog')).toBe('INSUFFICIENT_DATA');
  });

  const tracking = (more: object) => ({ TargetTrackingScalingPolicyConfiguration: { TargetValue: 1, ...more } });
  test.each<[string, object, RegExp]>([
    ['no configuration', { TargetTrackingScalingPolicyConfiguration: undefined }, /is required for the policy type TargetTrackingScaling/],
    ['another type', { PolicyType: 'PredictiveScaling' }, /no policies of the type PredictiveScaling/],
    ['no metric', tracking({}), /Exactly one of/],
    ['a metric of components', tracking({ PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerInferenceComponentInvocationsPerCopy' } }), /Unsupported predefined metric/],
    ['half a metric', tracking({ CustomizedMetricSpecification: { MetricName: 'm' } }), /either MetricName, Namespace and Statistic, or Metrics/],
    ['no value', tracking({ TargetValue: undefined }), /must be a positive number/],
    ['no steps', { ...STEPS, StepScalingPolicyConfiguration: { AdjustmentType: 'ExactCapacity' } }, /Step adjustments/],
    ['an unknown adjustment', { ...STEPS, StepScalingPolicyConfiguration: { AdjustmentType: 'Double' } }, /adjustment type is one of/],
  ])('with %s are refused', async (_, more, message) => {
    await register();
    await expect(put(more)).rejects.toMatchObject({ code: 'ValidationException', message: expect.stringMatching(message) });
  });

  test('a second one on the same metric is refused, one on another is not', async () => {
    await register();
    await put();
    await expect(put({ PolicyName: 'second' })).rejects.toThrow('Only one TargetTrackingScaling policy for a given metric specification is allowed.');
    await put({ PolicyName: 'second', ...tracking({ CustomizedMetricSpecification: { MetricName: 'm', Namespace: 'n', Statistic: 'Sum' } }) });
  });

  test('scale within the bounds, and not where that is suspended', async () => {
    await register({ SuspendedState: { DynamicScalingInSuspended: true } });
    await autoScaling.scale(VARIANT.ResourceId, 9);
    expect(count()).toBe(4);
    await autoScaling.scale(VARIANT.ResourceId, 1);
    expect(count()).toBe(4);
    await register({ SuspendedState: { DynamicScalingInSuspended: false } });
    await autoScaling.scale(VARIANT.ResourceId, 0);
    expect(count()).toBe(1);
    await expect(autoScaling.scale(COMPONENT.ResourceId, 2)).rejects.toThrow('No scalable target registered');
  });
});

describe('scheduled actions', () => {
  /** The virtual clock begins on Monday, 5 January 2026, at 8:00. */
  test.each<[string, string[]]>([
    ['cron(30 9 ? * MON-FRI *)', ['2026-01-05T09:30', '2026-01-06T09:30', '2026-01-07T09:30']],
    ['cron(0 0 1 */2 ? 2026-2027)', ['2026-03-01T00:00', '2026-05-01T00:00', '2026-07-01T00:00']],
    ['cron(0/30 10 ? JAN 2,4 *)', ['2026-01-05T10:00', '2026-01-05T10:30', '2026-01-07T10:00']],
    ['rate(12 hours)', ['2026-01-05T20:00', '2026-01-06T08:00', '2026-01-06T20:00']],
    ['at(2026-01-09T10:00:00)', ['2026-01-09T10:00']],
  ])('%s', async (Schedule, times) => {
    await register({ MaxCapacity: 100 });
    const seen: string[] = [];
    counts.set = async () => { seen.push(new Date(clock.now()).toISOString().slice(0, 16)); };
    await schedule({ Schedule, ScalableTargetAction: { MinCapacity: 2 } });
    await wait(200 * 24 * 60 * MINUTE);
    expect(seen.slice(0, 3)).toEqual(times);
  });

  /** Berlin is an hour ahead, and two from 29 March to 25 October 2026. */
  test.each<[string, string, string, string[]]>([
    ['in winter', 'Europe/Berlin', 'cron(30 9 ? * * *)', ['2026-01-05T08:30', '2026-01-06T08:30']],
    ['at a date', 'Europe/Berlin', 'at(2026-07-01T09:30:00)', ['2026-07-01T07:30']],
    ['a day later there', 'Pacific/Auckland', 'cron(0 1 6 * ? *)', ['2026-01-05T12:00', '2026-02-05T12:00']],
    ['around midnight', 'America/New_York', 'cron(0 0 ? * TUE *)', ['2026-01-06T05:00', '2026-01-13T05:00']],
    ['when clocks are put forward', 'Europe/Berlin', 'cron(30 2,3 28-30 3 ? *)', [
      '2026-03-28T01:30', '2026-03-28T02:30', '2026-03-29T01:30', '2026-03-30T00:30', '2026-03-30T01:30',
    ]],
    ['when clocks are put back', 'Europe/Berlin', 'cron(30 1-3 25 10 ? *)', ['2026-10-24T23:30', '2026-10-25T01:30', '2026-10-25T02:30']],
    ['that is the same everywhere', 'Europe/Berlin', 'rate(12 hours)', ['2026-01-05T20:00', '2026-01-06T08:00']],
  ])('in a time zone: %s', async (_, Timezone, Schedule, times) => {
    await register({ MaxCapacity: 100 });
    const seen: string[] = [];
    counts.set = async () => { seen.push(new Date(clock.now()).toISOString().slice(0, 16)); };
    await schedule({ Schedule, Timezone, ScalableTargetAction: { MinCapacity: 2 } });
    expect((await describe_('ScheduledActions')).ScheduledActions).toEqual([expect.objectContaining({ Timezone })]);
    await wait(320 * 24 * 60 * MINUTE);
    expect(seen.slice(0, times.length)).toEqual(times);
  });

  test('set the bounds, and so the count', async () => {
    await register();
    await schedule();
    await schedule({ ScheduledActionName: 'evening', Schedule: 'at(2026-01-05T20:00:00)', ScalableTargetAction: { MinCapacity: 1, MaxCapacity: 1 } });
    await wait(60 * MINUTE);
    expect([autoScaling.targets[0].MinCapacity, autoScaling.targets[0].MaxCapacity, count()]).toEqual([2, 4, 2]);
    await wait(11 * 60 * MINUTE);
    expect([autoScaling.targets[0].MinCapacity, autoScaling.targets[0].MaxCapacity, count()]).toEqual([1, 1, 1]);
    expect(autoScaling.activities.map(({ cause }) => cause)).toEqual(['scheduled action morning', 'scheduled action evening']);
  });

  test('of which only one bound fits, and suspended ones, change nothing', async () => {
    await register({ MaxCapacity: 1 });
    await schedule();
    await wait(60 * MINUTE);
    expect(autoScaling.targets[0].MinCapacity).toBe(1);
    await register({ MaxCapacity: 4, SuspendedState: { ScheduledScalingSuspended: true } });
    await wait(24 * 60 * MINUTE);
    expect(autoScaling.targets[0].MinCapacity).toBe(1);
  });

  test('end when they are deleted, changed, over or without their target', async () => {
    await register();
    await schedule();
    expect((await describe_('ScheduledActions', { ScheduledActionNames: ['morning'] })).ScheduledActions).toEqual([
      expect.objectContaining({ ScheduledActionName: 'morning', Schedule: 'cron(0 9 ? * MON-FRI *)', ScalableTargetAction: { MinCapacity: 2 } }),
    ]);
    await autoScaling.console('DeleteScheduledAction', { ...VARIANT, ScheduledActionName: 'morning' });
    await expect(autoScaling.console('DeleteScheduledAction', { ...VARIANT, ScheduledActionName: 'morning' }))
      .rejects.toMatchObject({ code: 'ObjectNotFoundException' });
    await schedule({ EndTime: '2026-01-05T08:30:00Z' });
    await schedule({ ScheduledActionName: 'changed' });
    await schedule({ ScheduledActionName: 'changed', Schedule: 'cron(0 10 ? * * *)' });
    await wait(60 * MINUTE);
    expect(count()).toBe(1);
    await wait(60 * MINUTE);
    expect(count()).toBe(2);
    await autoScaling.console('DeregisterScalableTarget', VARIANT);
    expect(autoScaling.scheduledActions).toEqual([]);
    await wait(48 * 60 * MINUTE);
  });

  test.each<[string, object, RegExp]>([
    ['no bounds', { ScalableTargetAction: {} }, /needs a minimum or a maximum/],
    ['a time that has passed', { Schedule: 'at(2026-01-05T07:00:00)' }, /must be in the future/],
    ['a weekday and a day of the month', { Schedule: 'cron(0 9 1 * MON *)' }, /not valid/],
    ['five fields', { Schedule: 'cron(0 9 * * *)' }, /not valid/],
    ['a bad unit', { Schedule: 'rate(1 hours)' }, /not valid/],
    ['an hour that is none', { Schedule: 'cron(0 24 * * ? *)' }, /not valid/],
    ['a time zone that is none', { Timezone: 'Europe/Atlantis' }, /Invalid time zone: Europe\/Atlantis/],
  ])('with %s are refused', async (_, more, message) => {
    await register();
    await expect(schedule(more)).rejects.toMatchObject({ code: 'ValidationException', message: expect.stringMatching(message) });
  });

  test('a schedule alone keeps nothing under way', async () => {
    await register();
    await schedule();
    await expect(clock.run(new Promise(() => {}))).rejects.toThrow('nothing is under way');
  });
});

describe('callers', () => {
  let service: OneService;
  const clients: ApplicationAutoScalingClient[] = [];
  const BEHIND = [
    'sagemaker:DescribeEndpoint', 'sagemaker:DescribeEndpointConfig', 'sagemaker:UpdateEndpointWeightsAndCapacities',
    'cloudwatch:DescribeAlarms', 'cloudwatch:PutMetricAlarm', 'cloudwatch:DeleteAlarms',
  ];

  beforeEach(async () => { service = await OneService.start(clock, iam, 'application-autoscaling', autoScaling); });

  afterEach(async () => {
    clients.splice(0).forEach(client => client.destroy());
    await service.stop();
  });

  function clientWith(...statements: object[]): ApplicationAutoScalingClient {
    const client = new ApplicationAutoScalingClient(service.clientConfig(...statements));
    clients.push(client);
    return client;
  }

  const registration = new RegisterScalableTargetCommand({ ...VARIANT, MinCapacity: 1, MaxCapacity: 2 });

  test('that may do it all reach it by the SDK', async () => {
    const client = clientWith(allow('application-autoscaling:*', ...BEHIND));
    await client.send(registration);
    const { Alarms } = await client.send(new PutScalingPolicyCommand({ ...VARIANT, PolicyName: 'load', ...TRACKING }));
    expect(Alarms).toHaveLength(2);
    const { ScalableTargets } = await client.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'sagemaker' }));
    expect(ScalableTargets![0]).toMatchObject({ MaxCapacity: 2, CreationTime: new Date(clock.now()) });
    await expect(client.send(new PutScalingPolicyCommand({ ...COMPONENT, PolicyName: 'load' }))).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('of one namespace only are known by its condition key', async () => {
    const only = (namespace: string) => clientWith(
      allow(...BEHIND), { ...allow('application-autoscaling:RegisterScalableTarget'), Condition: { StringEquals: { 'application-autoscaling:service-namespace': namespace } } },
    );
    await only('sagemaker').send(registration);
    await expect(only('ecs').send(registration)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('may not be held to some endpoint configurations or alarms: those of the trial calls are made up', async () => {
    const only = (action: string, Resource: string) => ({ Effect: 'Allow', Action: action, Resource });
    const client = clientWith(
      allow('application-autoscaling:*', ...BEHIND.filter(action => !/Config$|PutMetric/.test(action))),
      only('sagemaker:DescribeEndpointConfig', 'arn:aws:sagemaker:us-west-2:111122223333:endpoint-config/chat*'),
      only('cloudwatch:PutMetricAlarm', 'arn:aws:cloudwatch:us-west-2:111122223333:alarm:TargetTracking*'),
    );
    await expect(client.send(registration)).rejects.toThrow('[sagemaker:DescribeEndpointConfig, cloudwatch:PutMetricAlarm]');
  });

  test('that could not do the scaling themselves are told what they lack', async () => {
    const client = clientWith(allow('application-autoscaling:*', ...BEHIND.filter(action => !/UpdateEndpoint|PutMetric/.test(action))));
    await expect(client.send(registration)).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'User is missing the following permissions: [sagemaker:UpdateEndpointWeightsAndCapacities, cloudwatch:PutMetricAlarm]',
    });
  });
});
