import { App, Duration, Lazy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { COMPONENT, ENDPOINT, EndpointFixture, FakeSource } from './fixture';
import { CanaryOptions, CapacitySize, DefaultAlarmsOptions, Hosting, JobOutput, RollingOptions, Rollout } from '../../src';

let fixture: EndpointFixture;
beforeEach(() => {
  fixture = new EndpointFixture();
});

const seconds = Duration.seconds;
const percent = CapacitySize.percent;
const alarm = (id: string = 'Mine') => new cloudwatch.Alarm(fixture.stack, id, {
  metric: new cloudwatch.Metric({ namespace: 'Mine', metricName: 'Bad' }), threshold: 1, evaluationPeriods: 1,
});
const deploymentConfig = () => fixture.single(ENDPOINT).Properties.DeploymentConfig;

test.each<[string, Rollout, object]>([
  ['all at once', Rollout.allAtOnce(), {
    BlueGreenUpdatePolicy: { TrafficRoutingConfiguration: { Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 0 } },
  }],
  ['all at once with a wait', Rollout.allAtOnce({ terminationWait: Duration.minutes(10), maximumExecutionTimeout: Duration.hours(1) }), {
    BlueGreenUpdatePolicy: {
      TrafficRoutingConfiguration: { Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 0 }, TerminationWaitInSeconds: 600, MaximumExecutionTimeoutInSeconds: 3600,
    },
  }],
  ['a canary', Rollout.canary({ size: percent(10), waitInterval: seconds(300), terminationWait: seconds(60) }), {
    BlueGreenUpdatePolicy: {
      TrafficRoutingConfiguration: { Type: 'CANARY', WaitIntervalInSeconds: 300, CanarySize: { Type: 'CAPACITY_PERCENT', Value: 10 } },
      TerminationWaitInSeconds: 60,
    },
  }],
  ['a canary of instances', Rollout.canary({ size: CapacitySize.instances(1), waitInterval: seconds(0) }), {
    BlueGreenUpdatePolicy: {
      TrafficRoutingConfiguration: { Type: 'CANARY', WaitIntervalInSeconds: 0, CanarySize: { Type: 'INSTANCE_COUNT', Value: 1 } },
    },
  }],
  ['linear steps', Rollout.linear({ stepSize: percent(25), waitInterval: seconds(60) }), {
    BlueGreenUpdatePolicy: {
      TrafficRoutingConfiguration: { Type: 'LINEAR', WaitIntervalInSeconds: 60, LinearStepSize: { Type: 'CAPACITY_PERCENT', Value: 25 } },
    },
  }],
  ['batches', Rollout.rolling({
    batchSize: percent(20), waitInterval: seconds(120), rollbackBatchSize: percent(100), maximumExecutionTimeout: Duration.hours(2),
  }), {
    RollingUpdatePolicy: {
      MaximumBatchSize: { Type: 'CAPACITY_PERCENT', Value: 20 },
      WaitIntervalInSeconds: 120,
      RollbackMaximumBatchSize: { Type: 'CAPACITY_PERCENT', Value: 100 },
      MaximumExecutionTimeoutInSeconds: 7200,
    },
  }],
])('an endpoint goes over in %s', (_, rollout, expected) => {
  fixture.deploy({ rollout });
  expect(deploymentConfig()).toEqual(expected);
});

test('inference components go over in batches of copies, also those that are added, and the endpoint as SageMaker will', () => {
  const rollout = Rollout.rolling({ batchSize: CapacitySize.copies(1), waitInterval: seconds(60), alarms: [alarm()] });
  const endpoint = fixture.deploy({ rollout, hosting: Hosting.inferenceComponents(), recommendation: new FakeSource({ adapterIds: ['support'] }) });
  endpoint.addInferenceComponent('Small', { recommendation: new FakeSource() });
  endpoint.addRollbackAlarm(alarm('Other'));
  expect(deploymentConfig()).toBeUndefined();
  const expected = {
    RollingUpdatePolicy: { MaximumBatchSize: { Type: 'COPY_COUNT', Value: 1 }, WaitIntervalInSeconds: 60 },
    AutoRollbackConfiguration: { Alarms: [{ AlarmName: { Ref: expect.stringMatching(/^Mine/) } }, { AlarmName: { Ref: expect.stringMatching(/^Other/) } }] },
  };
  for (const [id, { Properties }] of Object.entries(fixture.template().findResources(COMPONENT))) {
    expect(Properties.DeploymentConfig).toEqual(id.includes('Adapter') ? undefined : expected);
  }
});

describe('alarms', () => {
  const alarms = () => deploymentConfig().AutoRollbackConfiguration.Alarms;

  test('of the rollout and those that are added later roll an update back, each once, and the role may look at them', () => {
    const [first, second] = ['First', 'Second'].map(alarm);
    const endpoint = fixture.deploy({ rollout: Rollout.canary({ size: percent(10), waitInterval: seconds(300), alarms: [first] }) });
    endpoint.addRollbackAlarm(second);
    endpoint.addRollbackAlarm(first);
    expect(alarms()).toEqual([{ AlarmName: { Ref: expect.stringMatching(/^First/) } }, { AlarmName: { Ref: expect.stringMatching(/^Second/) } }]);
    expect(fixture.statementsOf(/^EndpointRole/).filter(({ Action }) => Action === 'cloudwatch:DescribeAlarms')).toHaveLength(1);
    expect(JSON.stringify(fixture.statementsOf(/^EndpointRole/))).toContain(':cloudwatch:us-west-2:111122223333:alarm:*');
  });

  test('need no rollout, and no permission is there without them', () => {
    fixture.deploy().addRollbackAlarm(alarm());
    expect(deploymentConfig()).toEqual({ AutoRollbackConfiguration: { Alarms: [{ AlarmName: expect.anything() }] } });
    fixture = new EndpointFixture();
    fixture.deploy({ rollout: Rollout.allAtOnce() });
    expect(fixture.actionsOf(/^EndpointRole/)).not.toContain('cloudwatch:DescribeAlarms');
  });

  test('can be of the endpoint\'s own metrics: there is no cycle', () => {
    const endpoint = fixture.deploy();
    endpoint.addRollbackAlarm(endpoint.metricModelLatency().createAlarm(fixture.stack, 'Slow', { threshold: 1, evaluationPeriods: 1 }));
    expect(alarms()).toHaveLength(1);
  });

  test.each<[string, () => void, string]>([
    ['eleven', () => {
      const endpoint = fixture.deploy();
      Array.from({ length: 11 }, (_, i) => endpoint.addRollbackAlarm(alarm(`Alarm${i}`)));
    }, 'the endpoint takes at most 10 alarms that roll it back, got 11: combine some into a composite alarm'],
    ['eleven of the rollout', () => fixture.deploy({ rollout: Rollout.allAtOnce({ alarms: Array.from({ length: 11 }, (_, i) => alarm(`Alarm${i}`)) }) }),
      'rollout.alarms takes at most 10 alarms, got 11'],
    ['none of the rollout', () => fixture.deploy({ rollout: Rollout.allAtOnce({ alarms: [] }) }), 'rollout.alarms takes at least 1 alarms, got 0'],
    ['none, from JavaScript', () => fixture.deploy().addRollbackAlarm(undefined as unknown as cloudwatch.IAlarmRef), 'addRollbackAlarm needs an alarm'],
    ['one of another Region', () => {
      const elsewhere = new Stack(fixture.app, 'Elsewhere', { env: { account: '111122223333', region: 'eu-west-1' } });
      fixture.deploy().addRollbackAlarm(new cloudwatch.Alarm(elsewhere, 'Far', {
        metric: new cloudwatch.Metric({ namespace: 'a', metricName: 'b' }), threshold: 1, evaluationPeriods: 1,
      }));
    }, 'addRollbackAlarm must be of the Region of the stack, us-west-2, got one of eu-west-1'],
    ['one with inference components that go over at once', () => fixture.deploy({ hosting: Hosting.inferenceComponents() }).addRollbackAlarm(alarm()),
      'addRollbackAlarm needs rollout with Hosting.inferenceComponents, which go back only from an update in batches: give Rollout.rolling'],
  ])('are refused as %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});

describe('default alarms', () => {
  const ROLLING = Rollout.rolling({ batchSize: percent(10), waitInterval: seconds(60) });

  test.each([
    ['a variant', {}, [{ Name: 'EndpointName', Value: 'chat' }, { Name: 'VariantName', Value: 'AllTraffic' }]],
    ['an inference component', { hosting: Hosting.inferenceComponents({ inferenceComponentName: 'llama' }), rollout: ROLLING },
      [{ Name: 'InferenceComponentName', Value: 'llama' }]],
  ])('of %s watch it by its name, and roll it back', (_, props, Dimensions) => {
    const made = fixture.deploy({ endpointName: 'chat', ...props }).addDefaultAlarms({
      errorRatePercent: 1, modelLatency: Duration.millis(500), period: Duration.minutes(5), evaluationPeriods: 2,
    });
    expect(made.modelLatency).toBeDefined();
    const [errors, errorRate] = fixture.resource('AWS::CloudWatch::Alarm', /ErrorRateAlarm/);
    const [slow, latency] = fixture.resource('AWS::CloudWatch::Alarm', /ModelLatencyAlarm/);
    const metric = (MetricName: string) => ({ MetricStat: { Metric: { Namespace: 'AWS/SageMaker', MetricName, Dimensions }, Period: 300, Stat: 'Sum' } });
    expect(errorRate.Properties).toMatchObject({
      Threshold: 1,
      EvaluationPeriods: 2,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      Metrics: expect.arrayContaining([
        expect.objectContaining({ Expression: 'IF(invocations > 0, 100 * errors / invocations, 0)' }),
        expect.objectContaining({ Id: 'errors', ...metric('Invocation5XXErrors') }),
        expect.objectContaining({ Id: 'invocations', ...metric('Invocations') }),
      ]),
    });
    expect(latency.Properties).toMatchObject({
      Namespace: 'AWS/SageMaker', MetricName: 'ModelLatency', Dimensions, ExtendedStatistic: 'p90', Unit: 'Microseconds', Threshold: 500_000, Period: 300,
    });
    const resource = fixture.template().findResources('hosting' in props ? COMPONENT : ENDPOINT);
    expect(Object.values(resource)[0].Properties.DeploymentConfig.AutoRollbackConfiguration.Alarms)
      .toEqual([{ AlarmName: { Ref: errors } }, { AlarmName: { Ref: slow } }]);
  });

  test('are one without a latency, of 5 percent in three minutes', () => {
    expect(fixture.deploy().addDefaultAlarms().modelLatency).toBeUndefined();
    expect(fixture.single('AWS::CloudWatch::Alarm').Properties).toMatchObject({ Threshold: 5, EvaluationPeriods: 3 });
  });

  test.each<[DefaultAlarmsOptions, string]>([
    [{ errorRatePercent: 0 }, "addDefaultAlarms 'Chat/Endpoint': errorRatePercent must be more than 0, up to 100, got 0"],
    [{ errorRatePercent: 101 }, 'errorRatePercent must be more than 0, up to 100, got 101'],
    [{ modelLatency: Duration.millis(0) }, 'modelLatency must be at least 1 millisecond, got 0 milliseconds'],
    [{ period: seconds(90) }, 'period must be a whole number of minutes, 1 to 1440, got 1.5 minutes'],
    [{ period: Duration.days(2) }, 'period must be a whole number of minutes, 1 to 1440, got 2880 minutes'],
    [{ period: Duration.minutes(Lazy.number({ produce: () => 1 })) }, 'modelLatency and period must be known at synthesis, got a token'],
    [{ evaluationPeriods: 0 }, 'evaluationPeriods must be a whole number, at least 1, got 0'],
  ])('are refused with %j', (props, message) => {
    expect(() => fixture.deploy().addDefaultAlarms(props)).toThrow(message);
  });

  test('are made once, and not for an asynchronous endpoint', () => {
    const endpoint = fixture.deploy();
    endpoint.addDefaultAlarms({ errorRatePercent: 100, modelLatency: Duration.millis(1), period: Duration.days(1), evaluationPeriods: 1 });
    expect(() => endpoint.addDefaultAlarms()).toThrow('addDefaultAlarms was called before: the alarms are there');
    const asynchronous = new EndpointFixture(new App(), 'Other').deploy({ asyncInference: { output: JobOutput.toS3Uri('s3://answers/') } });
    expect(() => asynchronous.addDefaultAlarms()).toThrow('addDefaultAlarms is not for an asynchronous endpoint');
  });
});

describe('refused at synthesis', () => {
  const canary = (options: object) => Rollout.canary({ size: percent(10), waitInterval: seconds(60), ...options } as CanaryOptions);
  const rolling = (options: object) => Rollout.rolling({ batchSize: percent(10), waitInterval: seconds(60), ...options } as RollingOptions);
  const linear = (value: number) => Rollout.linear({ stepSize: percent(value), waitInterval: seconds(60) });

  test.each<[string, Rollout, string]>([
    ['no options, from JavaScript', Rollout.canary(undefined as unknown as CanaryOptions), 'rollout.size is required'],
    ['no size, from JavaScript', canary({ size: undefined }), 'rollout.size is required'],
    ['no wait, from JavaScript', canary({ waitInterval: undefined }), 'rollout.waitInterval is required'],
    ['no number of instances, from JavaScript', canary({ size: CapacitySize.instances(undefined as unknown as number) }), 'rollout.size needs a value'],
    ['a canary of 51 percent', canary({ size: percent(51) }), 'rollout.size in percent must be a whole number, 1 to 50, got 51'],
    ['a canary of nothing', canary({ size: percent(0) }), 'rollout.size in percent must be a whole number, 1 to 50, got 0'],
    ['a canary of no instance', canary({ size: CapacitySize.instances(0) }), 'rollout.size must be a whole number, at least 1, got 0'],
    ['a canary of copies', canary({ size: CapacitySize.copies(1) }),
      'rollout.size must be a number of instances or a percentage, got a number of copies: only inference components have copies to count'],
    ['linear steps of 9 percent', linear(9), 'rollout.stepSize in percent must be a whole number, 10 to 50, got 9'],
    ['linear steps of 51 percent', linear(51), 'rollout.stepSize in percent must be a whole number, 10 to 50, got 51'],
    ['batches of 4 percent', rolling({ batchSize: percent(4) }), 'rollout.batchSize in percent must be a whole number, 5 to 50, got 4'],
    ['batches of 51 percent', rolling({ batchSize: percent(51) }), 'rollout.batchSize in percent must be a whole number, 5 to 50, got 51'],
    ['going back by 4 percent', rolling({ rollbackBatchSize: percent(4) }), 'rollout.rollbackBatchSize in percent must be a whole number, 5 to 100, got 4'],
    ['going back by 101 percent', rolling({ rollbackBatchSize: percent(101) }), 'rollout.rollbackBatchSize in percent must be a whole number, 5 to 100, got 101'],
    ['a wait of more than an hour', canary({ waitInterval: seconds(3601) }), 'rollout.waitInterval must be a whole number of seconds, 0 to 3600, got 3601 seconds'],
    ['a termination of more than an hour', canary({ terminationWait: seconds(3601) }), 'rollout.terminationWait must be a whole number of seconds, 0 to 3600'],
    ['a time-out of less than ten minutes', canary({ maximumExecutionTimeout: seconds(599) }),
      'rollout.maximumExecutionTimeout must be a whole number of seconds, 600 to 28800, got 599 seconds'],
    ['a time-out of more than 8 hours', canary({ maximumExecutionTimeout: seconds(28_801) }), 'rollout.maximumExecutionTimeout must be a whole number of seconds'],
    ['a time-out as long as the waits', canary({ waitInterval: seconds(300), terminationWait: seconds(300), maximumExecutionTimeout: seconds(600) }),
      'rollout.maximumExecutionTimeout must be longer than waitInterval and terminationWait, which are 600 seconds, got 600 seconds'],
  ])('%s', (_, rollout, message) => {
    expect(() => fixture.deploy({ rollout })).toThrow(message);
  });

  test('a number of instances with inference components', () => {
    expect(() => fixture.deploy({ rollout: rolling({ batchSize: CapacitySize.instances(1) }), hosting: Hosting.inferenceComponents() })).toThrow(
      'rollout.batchSize must be a number of copies or a percentage, got a number of instances: with inference components it is copies that are replaced');
  });

  test.each<[string, Rollout]>([
    ['a canary of 1 percent', canary({ size: percent(1) })], ['a canary of half', canary({ size: percent(50) })],
    ['linear steps of 10 percent', linear(10)], ['linear steps of 50 percent', linear(50)],
    ['batches of 5 percent', rolling({ batchSize: percent(5) })], ['batches of 50 percent', rolling({ batchSize: percent(50) })],
    ['going back by 5 percent', rolling({ rollbackBatchSize: percent(5) })], ['a wait of an hour', canary({ waitInterval: seconds(3600) })],
    ['no wait', canary({ waitInterval: seconds(0) })], ['the shortest time-out', canary({ maximumExecutionTimeout: seconds(600) })],
    ['the longest time-out', canary({ maximumExecutionTimeout: seconds(28_800) })],
    ['what is only known at deployment', canary({
      size: percent(Lazy.number({ produce: () => 10 })),
      waitInterval: seconds(Lazy.number({ produce: () => 1 })),
      maximumExecutionTimeout: seconds(600),
    })],
  ])('but not the bound itself: %s', (_, rollout) => {
    expect(() => fixture.deploy({ rollout })).not.toThrow();
  });
});
