import { Services } from './services';
import { KeptTarget, together } from '../../../lambda/scaling/kept';
import { packed, unpacked } from '../../../lambda/scaling/parameter';
import { forget, putBack, takeOff } from '../../../lambda/scaling/scaling';

let services: Services;
jest.mock('../../../lambda/aws/clients', () => ({ clientOf: (client: { name: string }) => services.client(client.name) }));
jest.spyOn(console, 'log').mockImplementation();

const identity = (variant: string) => ({
  ServiceNamespace: 'sagemaker', ResourceId: `endpoint/chat/variant/${variant}`, ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
});
const TRACKING = { TargetValue: 70, PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' }, ScaleInCooldown: 600 };
const STEPS = { AdjustmentType: 'ChangeInCapacity', MetricAggregationType: 'Average', StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 2 }] };
const ALARM = {
  AlarmDescription: 'too slow',
  EvaluationPeriods: 3,
  DatapointsToAlarm: 2,
  Threshold: 5e6,
  ComparisonOperator: 'GreaterThanThreshold',
  TreatMissingData: 'notBreaching',
  ActionsEnabled: true,
};
const SINGLE = { MetricName: 'ModelLatency', Namespace: 'AWS/SageMaker', ExtendedStatistic: 'p90', Period: 60, Dimensions: [{ Name: 'EndpointName', Value: 'chat' }] };
const MATHS = {
  Metrics: [
    { Id: 'm', MetricStat: { Metric: { MetricName: 'ModelLatency', Namespace: 'AWS/SageMaker' }, Period: 60, Stat: 'p90' }, ReturnData: false },
    { Id: 'e', Expression: 'm / 1000' },
  ],
};
const TOPIC = 'arn:aws:sns:us-west-2:111122223333:nightly';

beforeEach(async () => {
  services = new Services();
  services.variants.set('Blue', 3);
  services.variants.set('Green', 1);
});

/** Everything that a variant's scaling can have. */
async function scaled(variant = 'Blue'): Promise<void> {
  const { autoScaling, cloudWatch } = services;
  const suspended = { DynamicScalingInSuspended: true, DynamicScalingOutSuspended: false, ScheduledScalingSuspended: false };
  await autoScaling.console('RegisterScalableTarget', { ...identity(variant), MinCapacity: 2, MaxCapacity: 9, SuspendedState: suspended });
  await autoScaling.console('PutScalingPolicy', {
    ...identity(variant), PolicyName: 'Track', PolicyType: 'TargetTrackingScaling', TargetTrackingScalingPolicyConfiguration: TRACKING,
  });
  // The name of the one begins like that of the other.
  for (const PolicyName of ['Step', 'StepIn']) {
    const { PolicyARN } = await autoScaling.console('PutScalingPolicy', {
      ...identity(variant), PolicyName, PolicyType: 'StepScaling', StepScalingPolicyConfiguration: STEPS,
    });
    cloudWatch.put({ ...ALARM, ...SINGLE, AlarmName: `${variant}-${PolicyName}`, AlarmActions: [TOPIC, PolicyARN], OKActions: [TOPIC] });
    cloudWatch.put({ ...ALARM, ...MATHS, AlarmName: `${variant}-${PolicyName}-maths`, AlarmActions: [PolicyARN] });
    cloudWatch.setAlarmState(`${variant}-${PolicyName}`, 'ALARM');
  }
  await autoScaling.console('PutScheduledAction', {
    ...identity(variant),
    ScheduledActionName: 'night',
    Schedule: 'cron(0 20 * * ? *)',
    Timezone: 'UTC',
    ScalableTargetAction: { MinCapacity: 1, MaxCapacity: 4 },
    StartTime: '2040-01-01T00:00:00Z',
    EndTime: '2041-01-01T00:00:00Z',
  });
}

const serving = async () => [...services.variants.keys()];
const off = () => takeOff('chat', ['Blue', 'Green']);
const back = () => putBack('chat', serving);

test('what is not scaled is left alone, and nothing is kept', async () => {
  expect(await off()).toEqual([]);
  expect(services.calls).toEqual(['DescribeScalableTargets']);
  expect(await back()).toBe(true);
  expect(services.parameter()).toBeUndefined();
});

test('a variant comes back with all that its scaling had, and its alarms start the policies that were made again', async () => {
  await scaled();
  const before = services.state();
  expect(await off()).toEqual(['endpoint/chat/variant/Blue']);
  expect(services.state()).toMatchObject({ targets: [], policies: [], actions: [] });
  expect(services.cloudWatch.alarms).toHaveLength(4);
  expect(await back()).toBe(true);
  expect(services.state()).toEqual(before);
  expect(services.autoScaling.policies.map(policy => services.autoScaling.policyByArn(policy.PolicyARN)?.PolicyName)).toEqual(['Track', 'Step', 'StepIn']);
  expect(services.parameter()).toBeUndefined();
});

test('what else an alarm does stays, in its order', async () => {
  await scaled();
  await off();
  await back();
  const { properties } = services.cloudWatch.alarms.find(({ name }) => name === 'Blue-Step')!;
  expect(properties).toMatchObject({ ...ALARM, ...SINGLE, OKActions: [TOPIC] });
  expect(properties.AlarmActions).toEqual([TOPIC, services.autoScaling.policies.find(({ PolicyName }) => PolicyName === 'Step')!.PolicyARN]);
});

test('an alarm that lost the action with the policy has it again, and one that is gone is no obstacle', async () => {
  await scaled();
  await off();
  services.cloudWatch.delete(['Blue-StepIn']);
  services.cloudWatch.put({ ...ALARM, ...SINGLE, AlarmName: 'Blue-Step', AlarmActions: [TOPIC] });
  await back();
  expect(services.state()).toMatchObject({ alarms: expect.arrayContaining([expect.objectContaining({ name: 'Blue-Step', AlarmActions: [TOPIC, 'Step'] })]) });
});

test('several variants, of which only the named are taken off', async () => {
  await scaled('Blue');
  await scaled('Green');
  const before = services.state();
  await takeOff('chat', ['Green']);
  expect(services.autoScaling.targets.map(({ ResourceId }) => ResourceId)).toEqual(['endpoint/chat/variant/Blue']);
  await back();
  expect(services.autoScaling.targets).toHaveLength(2);
  await off();
  await back();
  expect(services.state()).toEqual(before);
});

test('as long as the endpoint is not in service nothing is put back', async () => {
  await scaled();
  await off();
  expect(await putBack('chat', async () => undefined)).toBe(false);
  expect(services.autoScaling.targets).toEqual([]);
  expect(services.parameter()).toBeDefined();
});

describe('a variant that the endpoint has no more', () => {
  beforeEach(async () => {
    await scaled('Blue');
    await scaled('Green');
    await off();
    services.variants.delete('Green');
    await back();
  });

  test('is put back by a rollback that brings it back', async () => {
    expect(services.autoScaling.targets.map(({ ResourceId }) => ResourceId)).toEqual(['endpoint/chat/variant/Blue']);
    services.variants.set('Green', 1);
    await back();
    expect(services.autoScaling.targets).toHaveLength(2);
    expect(services.parameter()).toBeUndefined();
  });

  test('is forgotten when it does not come back', async () => {
    await forget('chat', ['Blue']);
    expect(services.parameter()).toBeUndefined();
    services.variants.set('Green', 1);
    await back();
    expect(services.autoScaling.targets).toHaveLength(1);
  });

  test('is kept along with what is taken off next', async () => {
    await takeOff('chat', ['Blue']);
    expect(unpacked(services.parameter()!).map(({ ResourceId }) => ResourceId).sort()).toEqual(['endpoint/chat/variant/Blue', 'endpoint/chat/variant/Green']);
    await forget('chat', ['Blue']);
    expect(unpacked(services.parameter()!).map(({ ResourceId }) => ResourceId)).toEqual(['endpoint/chat/variant/Blue']);
  });
});

test('forgetting deletes what is kept, and is content with nothing', async () => {
  await scaled();
  await off();
  await forget('chat');
  expect(services.parameter()).toBeUndefined();
  await expect(forget('chat')).resolves.toBeUndefined();
  await expect(forget('chat', ['Blue'])).resolves.toBeUndefined();
});

/** Polls until it succeeds, as the framework does. */
async function polled<T>(call: () => Promise<T>): Promise<T> {
  for (let polls = 1; ; polls++) {
    try {
      return await call();
    } catch (error) {
      if (polls === 20 || !('$metadata' in (error as Error))) {
        throw error;
      }
    }
  }
}

describe('whatever happens to one of the calls, and in whichever of them', () => {
  const OFF = ['DescribeScalableTargets', 'DescribeScalingPolicies', 'DescribeScheduledActions', 'DescribeAlarms', 'GetParameter', 'PutParameter', 'DeregisterScalableTarget'];
  const BACK = [
    'GetParameter', 'DescribeScalableTargets', 'RegisterScalableTarget', 'DescribeScalingPolicies', 'PutScalingPolicy', 'DescribeAlarms', 'PutMetricAlarm',
    'DescribeScheduledActions', 'PutScheduledAction', 'DeleteParameter',
  ];
  const HOW = [['refused', false], ['its answer lost', true]] as const;

  describe.each(HOW)('%s', (_, lost) => {
    test.each(OFF)('taking off loses nothing when it is %s', async operation => {
      await scaled('Blue');
      await scaled('Green');
      const before = services.state();
      for (const after of [0, 1]) {
        services.faults.push({ operation, error: 'ThrottlingException', lost, after });
      }
      await polled(async () => { if ((await off()).length > 0) throw Object.assign(new Error('confirm'), { $metadata: {} }); });
      services.faults.length = 0;
      expect(services.autoScaling.targets).toEqual([]);
      await back();
      expect(services.state()).toEqual(before);
    });

    test.each(BACK)('putting back brings all when it is %s', async operation => {
      await scaled('Blue');
      await scaled('Green');
      const before = services.state();
      await off();
      services.faults.push(...[0, 1].map(after => ({ operation, error: 'ThrottlingException', lost, after })));
      await polled(back);
      expect(services.state()).toEqual(before);
      expect(services.parameter()).toBeUndefined();
    });

    test.each(BACK)('taking off again, after putting back has ended half-way at %s, loses nothing', async operation => {
      await scaled('Blue');
      await scaled('Green');
      const before = services.state();
      await off();
      services.faults.push({ operation, error: 'ThrottlingException', lost });
      await back().catch(() => undefined);
      services.faults.length = 0;
      await off();
      await off();
      expect(services.autoScaling.targets).toEqual([]);
      await back();
      expect(services.state()).toEqual(before);
    });
  });
});

describe('two at the same time', () => {
  /** Lets the one begin and end inside of the other, before each of its calls in turn. */
  async function inside(outer: () => Promise<unknown>, inner: () => Promise<unknown>, check: () => void): Promise<void> {
    for (let at = 0; at < 60; at++) {
      services = new Services();
      services.variants.set('Blue', 3);
      await scaled();
      await prepare();
      let number = 0;
      let met = false;
      services.before = async () => {
        if (number++ === at) {
          met = true;
          services.before = undefined;
          await inner();
        }
      };
      await polled(outer);
      services.before = undefined;
      check();
      if (!met) {
        expect(at).toBeGreaterThan(5);
        return;
      }
    }
  }
  let prepare: () => Promise<void>;
  let before: object;

  test('duplicates of taking off lose nothing', async () => {
    prepare = async () => { before = services.state(); };
    await inside(off, off, () => {
      expect(services.autoScaling.targets).toEqual([]);
      const [kept] = unpacked(services.parameter()!);
      expect(kept).toMatchObject({ MinCapacity: 2, Actions: [{ ScheduledActionName: 'night' }] });
      expect(kept.Policies.map(({ PolicyName, Alarms }) => [PolicyName, Alarms.length])).toEqual([['Track', 0], ['Step', 2], ['StepIn', 2]]);
    });
  });

  test('duplicates of putting back make it once', async () => {
    prepare = async () => {
      before = services.state();
      await off();
    };
    await inside(back, back, () => {
      expect(services.state()).toEqual(before);
      expect(services.parameter()).toBeUndefined();
    });
  });
});

test('what somebody registered anew meanwhile stays, and only what is missing is added', async () => {
  await scaled();
  await off();
  await services.autoScaling.console('RegisterScalableTarget', { ...identity('Blue'), MinCapacity: 4, MaxCapacity: 20 });
  await services.autoScaling.console('PutScalingPolicy', {
    ...identity('Blue'), PolicyName: 'Track', PolicyType: 'TargetTrackingScaling', TargetTrackingScalingPolicyConfiguration: { ...TRACKING, TargetValue: 30 },
  });
  await back();
  expect(services.autoScaling.targets).toEqual([expect.objectContaining({ MinCapacity: 4, MaxCapacity: 20 })]);
  expect(services.autoScaling.policies.map(({ PolicyName }) => PolicyName)).toEqual(['Track', 'Step', 'StepIn']);
  expect(services.autoScaling.policies[0].TargetTrackingScalingPolicyConfiguration!.TargetValue).toBe(30);
});

describe('scheduled actions whose time came meanwhile', () => {
  const kept = (action: object): KeptTarget[] => [{
    ResourceId: 'endpoint/chat/variant/Blue', MinCapacity: 1, MaxCapacity: 4, Policies: [], Actions: [action as never],
  }];
  const store = (action: object) => services.ssm.parameters.set('/cdk-sagemaker-inference/scaling/chat', packed(kept(action)));

  test('one for a single time is over', async () => {
    store({ ScheduledActionName: 'launch', Schedule: 'at(2020-01-01T00:00:00)', ScalableTargetAction: { MinCapacity: 2 } });
    expect(await back()).toBe(true);
    expect(services.autoScaling.targets).toHaveLength(1);
    expect(services.autoScaling.scheduledActions).toEqual([]);
  });

  test('one that has begun goes on', async () => {
    store({ ScheduledActionName: 'night', Schedule: 'cron(0 20 * * ? *)', StartTime: '2020-01-01T00:00:00Z', ScalableTargetAction: { MinCapacity: 2 } });
    services.faults.push({ operation: 'PutScheduledAction', error: 'ValidationException', message: 'Start time must be in the future' });
    await back();
    expect(services.autoScaling.scheduledActions).toHaveLength(1);
  });

  test('what is refused for another reason is an error', async () => {
    store({ ScheduledActionName: 'night', Schedule: 'cron(nonsense)', ScalableTargetAction: { MinCapacity: 2 } });
    await expect(back()).rejects.toThrow('cron(nonsense)');
  });
});

describe('the parameter', () => {
  const target = (name: string): KeptTarget => ({ ResourceId: `endpoint/chat/variant/${name}`, MinCapacity: 1, MaxCapacity: 4, Policies: [], Actions: [] });

  test('can be read by people as long as it is short', () => {
    expect(packed([target('Blue')])).toBe('[{"ResourceId":"endpoint/chat/variant/Blue","MinCapacity":1,"MaxCapacity":4,"Policies":[],"Actions":[]}]');
  });

  test.each([
    ['is long', Array.from({ length: 60 }, (_, i) => target(`Variant${i}`))],
    ['holds what would be a reference', [target('{{ssm:x}}')]],
  ])('is packed when it %s', (_, targets) => {
    const value = packed(targets);
    expect(value).not.toContain('{{');
    expect(value.length).toBeLessThan(4096);
    expect(unpacked(value)).toEqual(targets);
  });

  test('of ten variants with all that they can have stays a standard one', async () => {
    const names = Array.from({ length: 10 }, (_, i) => `Variant${i}`);
    for (const name of names) {
      services.variants.set(name, 1);
      await scaled(name);
    }
    await takeOff('chat', names);
    expect(services.ssm.parameters.details('/cdk-sagemaker-inference/scaling/chat')!.tier).toBe('Standard');
    await back();
    expect(services.autoScaling.policies).toHaveLength(30);
  });
});

test('of what was kept and what there is, the latter counts and nothing is lost', () => {
  const policy = (PolicyName: string, Arns: string[], alarm?: string) => (
    { PolicyName, Arns, Alarms: alarm === undefined ? [] : [{ AlarmName: alarm, Lists: ['AlarmActions' as const] }] });
  const kept = [{ ResourceId: 'a', MinCapacity: 1, Policies: [policy('p', ['1'], 'x'), policy('q', ['2'])], Actions: [] }];
  const now = [{ ResourceId: 'a', MinCapacity: 5, Policies: [policy('p', ['3'], 'y')], Actions: [] }, { ResourceId: 'b', Policies: [], Actions: [] }];
  expect(together(kept, now)).toEqual([
    {
      ResourceId: 'a',
      MinCapacity: 5,
      Actions: [],
      Policies: [
        { PolicyName: 'p', Arns: ['1', '3'], Alarms: [{ AlarmName: 'x', Lists: ['AlarmActions'] }, { AlarmName: 'y', Lists: ['AlarmActions'] }] },
        policy('q', ['2']),
      ],
    },
    { ResourceId: 'b', Policies: [], Actions: [] },
  ]);
});
