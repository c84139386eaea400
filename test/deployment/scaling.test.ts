import { App, CfnResource, Duration, Lazy, Stack, TimeZone } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as appscaling from 'aws-cdk-lib/aws-applicationautoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { conform } from '../../sandbox/cloudformation/properties';
import { ScalableCopyCount, ScalableCopyCountProps, ScalableInstanceCount, ScalableInstanceCountProps } from '../../src/deployment/scaling';

const TARGET = 'AWS::ApplicationAutoScaling::ScalableTarget';
const POLICY = 'AWS::ApplicationAutoScaling::ScalingPolicy';
const ALARM = 'AWS::CloudWatch::Alarm';

let stack: Stack;
let check: CfnResource;
beforeEach(() => {
  stack = new Stack(new App(), 'Chat', { env: { account: '111122223333', region: 'us-west-2' } });
  check = new CfnResource(stack, 'Check', { type: 'Custom::SageMakerEndpointCheck' });
});

/** A value with text in place of what CloudFormation resolves. */
const resolved = (_: string, value: any) => (typeof value === 'object' && value !== null && Object.keys(value).some(key => /^(Ref|Fn::)/.test(key)) ? 'text' : value);

/** Whatever a test makes is what the types take. */
afterEach(() => {
  for (const { Type, Properties = {} } of Object.values<any>(Template.fromStack(stack).toJSON().Resources)) {
    expect(Type.startsWith('AWS::') ? conform(Type, JSON.parse(JSON.stringify(Properties, resolved))).problems : []).toEqual([]);
  }
});

function instances(props: Partial<ScalableInstanceCountProps> = {}, asynchronous?: boolean): ScalableInstanceCount {
  return ScalableInstanceCount._of(stack, 'Instances', {
    endpointName: 'chat', variantName: 'AllTraffic', dependable: check, asynchronous, props: { maxCapacity: 4, ...props },
  });
}

function copies(props: Partial<ScalableCopyCountProps> = {}, minInstanceCount?: number): ScalableCopyCount {
  return ScalableCopyCount._of(stack, 'Copies', {
    inferenceComponentName: 'chat-model',
    dependable: check,
    managedInstanceScaling: minInstanceCount === undefined ? undefined : { minInstanceCount },
    props: { maxCapacity: 4, ...props },
  });
}

const targets = () => Object.values(Template.fromStack(stack).findResources(TARGET));
const policies = () => Object.values(Template.fromStack(stack).findResources(POLICY)).map(({ Properties }) => Properties);
const warnings = () => Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => String(entry.data));

test('a variant is registered once the endpoint is in service, under the role of the service', () => {
  instances();
  expect(targets()).toEqual([expect.objectContaining({
    DependsOn: ['Check'],
    Properties: {
      ServiceNamespace: 'sagemaker',
      ResourceId: 'endpoint/chat/variant/AllTraffic',
      ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
      MinCapacity: 1,
      MaxCapacity: 4,
      RoleARN: {
        'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' },
          ':iam::111122223333:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint']],
      },
    },
  })]);
  Template.fromStack(stack).resourceCountIs('AWS::IAM::Role', 0);
});

test('an inference component is', () => {
  copies({ minCapacity: 2 });
  expect(targets()).toEqual([expect.objectContaining({
    DependsOn: ['Check'],
    Properties: expect.objectContaining({
      ResourceId: 'inference-component/chat-model', ScalableDimension: 'sagemaker:inference-component:DesiredCopyCount', MinCapacity: 2, MaxCapacity: 4,
    }),
  })]);
});

describe('a target is tracked', () => {
  const COMMON = { scaleInCooldown: Duration.minutes(10), scaleOutCooldown: Duration.minutes(1), disableScaleIn: true };
  const queue = new cloudwatch.Metric({ namespace: 'Mine', metricName: 'Waiting', dimensionsMap: { Of: 'chat' }, statistic: 'Maximum' });

  test.each<[string, () => void, object]>([
    ['invocations per instance', () => instances().scaleOnInvocations('P', { invocationsPerInstance: 70, ...COMMON }),
      { PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' }, TargetValue: 70 }],
    ['concurrency', () => instances().scaleOnConcurrency('P', { concurrentRequestsPerModel: 7.5, ...COMMON }),
      { PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantConcurrentRequestsPerModelHighResolution' }, TargetValue: 7.5 }],
    ['backlog', () => instances({}, true).scaleOnBacklog('P', { backlogPerInstance: 5, ...COMMON }), {
      TargetValue: 5,
      CustomizedMetricSpecification: {
        Namespace: 'AWS/SageMaker',
        MetricName: 'ApproximateBacklogSizePerInstance',
        Statistic: 'Average',
        Dimensions: [{ Name: 'EndpointName', Value: 'chat' }],
      },
    }],
    ['invocations per copy', () => copies().scaleOnInvocations('P', { invocationsPerCopy: 1, ...COMMON }),
      { PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerInferenceComponentInvocationsPerCopy' }, TargetValue: 1 }],
    ['concurrent requests per copy', () => copies().scaleOnConcurrency('P', { concurrentRequestsPerCopy: 5, ...COMMON }),
      { PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerInferenceComponentConcurrentRequestsPerCopyHighResolution' }, TargetValue: 5 }],
    ...[() => instances(), () => copies()].map<[string, () => void, object]>(make => [
      'a metric of one\'s own', () => make().scaleToTrackCustomMetric('P', { metric: queue, targetValue: 3, ...COMMON }), {
        TargetValue: 3,
        CustomizedMetricSpecification: { Namespace: 'Mine', MetricName: 'Waiting', Statistic: 'Maximum', Dimensions: [{ Name: 'Of', Value: 'chat' }] },
      },
    ]),
  ])('%s', (_, scale, configuration) => {
    scale();
    expect(policies()).toEqual([expect.objectContaining({
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: { ScaleInCooldown: 600, ScaleOutCooldown: 60, DisableScaleIn: true, ...configuration },
    })]);
    Template.fromStack(stack).resourceCountIs(ALARM, 0);
  });
});

test.each([() => instances(), () => copies()])('steps, each side with a policy and an alarm', make => {
  make().scaleOnMetric('Latency', {
    metric: new cloudwatch.Metric({ namespace: 'AWS/SageMaker', metricName: 'ModelLatency' }),
    scalingSteps: [{ upper: 1, change: -1 }, { lower: 10, change: 1 }, { lower: 100, change: 3 }],
  });
  expect(policies().map(({ PolicyType }) => PolicyType)).toEqual(['StepScaling', 'StepScaling']);
  Template.fromStack(stack).resourceCountIs(ALARM, 2);
});

test.each([() => instances(), () => copies()])('a schedule', make => {
  make().scaleOnSchedule('Night', { schedule: appscaling.Schedule.cron({ hour: '20', minute: '0' }), minCapacity: 1, maxCapacity: 2, timeZone: TimeZone.ETC_UTC });
  expect(targets()[0].Properties.ScheduledActions).toEqual([{
    ScheduledActionName: 'Night', Schedule: 'cron(0 20 * * ? *)', Timezone: 'Etc/UTC', ScalableTargetAction: { MinCapacity: 1, MaxCapacity: 2 },
  }]);
});

describe('from zero', () => {
  test.each<[string, () => void, string, object]>([
    ['copies', () => copies({ minCapacity: 0 }, 0).scaleFromZero(), 'NoCapacityInvocationFailures', { Name: 'InferenceComponentName', Value: 'chat-model' }],
    ['instances behind a queue', () => instances({ minCapacity: 0 }, true).scaleFromZero(), 'HasBacklogWithoutCapacity', { Name: 'EndpointName', Value: 'chat' }],
  ])('%s start with the first request, as documented', (_, scale, MetricName, dimension) => {
    scale();
    expect(policies()).toEqual([expect.objectContaining({
      PolicyType: 'StepScaling',
      StepScalingPolicyConfiguration: {
        AdjustmentType: 'ChangeInCapacity',
        MetricAggregationType: 'Maximum',
        Cooldown: 60,
        StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
      },
    })]);
    const [policyId] = Object.keys(Template.fromStack(stack).findResources(POLICY));
    Template.fromStack(stack).hasResourceProperties(ALARM, {
      Namespace: 'AWS/SageMaker',
      MetricName,
      Dimensions: [dimension],
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: policyId }],
    });
    Template.fromStack(stack).hasResource(ALARM, { DependsOn: ['Check'] });
    expect(warnings()).toEqual([]);
  });

  test('as many as wished', () => {
    copies({ minCapacity: 0 }, 0).scaleFromZero({ change: 2, cooldown: Duration.minutes(5) });
    expect(policies()[0]).toMatchObject({
      PolicyName: expect.stringContaining('ScaleFromZero'), StepScalingPolicyConfiguration: { Cooldown: 300, StepAdjustments: [{ ScalingAdjustment: 2 }] },
    });
  });

  test('by a schedule as well', () => {
    copies().scaleOnSchedule('Night', { schedule: appscaling.Schedule.rate(Duration.days(1)), minCapacity: 0, maxCapacity: 0 });
    expect(targets()[0].Properties.ScheduledActions[0].ScalableTargetAction).toEqual({ MinCapacity: 0, MaxCapacity: 0 });
  });
});

describe('a warning', () => {
  const INSTANCES = expect.stringContaining('the instances stay, and cost');
  const NOTHING = expect.stringContaining('nothing starts a copy again');
  const schedule = { schedule: appscaling.Schedule.rate(Duration.days(1)), minCapacity: 1 };

  test.each<[string, () => void, unknown[]]>([
    ['of instances that stay, and of nothing that starts a copy', () => copies({ minCapacity: 0 }), [NOTHING, INSTANCES]],
    ['of instances that stay with a minimum', () => copies({ minCapacity: 0 }, 1).scaleFromZero(), [INSTANCES]],
    ['of nothing that starts a copy', () => copies({ minCapacity: 0 }, 0), [NOTHING]],
    ['of an instance that starts late', () => instances({ minCapacity: 0 }, true), [expect.stringContaining('only after the queue has grown')]],
    ['not if a schedule does', () => copies({ minCapacity: 0 }, 0).scaleOnSchedule('Morning', schedule), []],
    ['not if there is always one', () => copies(), []],
    ['not if it is not known', () => copies({ minCapacity: Lazy.number({ produce: () => 0 }) }), []],
  ])('%s', (_, make, expected) => {
    make();
    expect(warnings()).toHaveLength(expected.length);
    expect(warnings()).toEqual(expect.arrayContaining(expected));
  });
});

describe('bounds', () => {
  test.each<[string, () => void, string]>([
    ['no maximum', () => instances({ maxCapacity: undefined }), 'autoScaleInstances \'Chat\': maxCapacity is required'],
    ['a maximum of 0', () => copies({ minCapacity: 0, maxCapacity: 0 }), 'maxCapacity must be a whole number, at least 1, got 0'],
    ['a part of an instance', () => instances({ maxCapacity: 1.5 }), 'maxCapacity must be a whole number, at least 1, got 1.5'],
    ['a part of a copy', () => copies({ minCapacity: 0.5 }), 'minCapacity must be a whole number, at least 0, got 0.5'],
    ['less than none', () => copies({ minCapacity: -1 }), 'minCapacity must be a whole number, at least 0, got -1'],
    ['a maximum below the minimum', () => instances({ minCapacity: 5 }), 'maxCapacity must be at least minCapacity (5), got 4'],
    ['no instance of a variant', () => instances({ minCapacity: 0 }),
      'minCapacity must be at least 1, got 0: the variant of an endpoint that answers at once keeps one instance. Use Hosting.inferenceComponents'],
    ['no instance by a schedule', () => instances().scaleOnSchedule('Night', { schedule: appscaling.Schedule.rate(Duration.days(1)), maxCapacity: 0 }),
      'maxCapacity must be at least 1, got 0: the variant of an endpoint that answers at once'],
    ['a schedule without bounds', () => copies().scaleOnSchedule('Night', { schedule: appscaling.Schedule.rate(Duration.days(1)) }),
      'minCapacity or maxCapacity is required'],
    ['a schedule upside down', () => copies().scaleOnSchedule('Night', { schedule: appscaling.Schedule.rate(Duration.days(1)), minCapacity: 3, maxCapacity: 2 }),
      'maxCapacity must be at least minCapacity (3), got 2'],
    ['a target of 0', () => instances().scaleOnInvocations('P', { invocationsPerInstance: 0 }),
      'scaleOnInvocations \'Chat/Instances\': invocationsPerInstance must be above 0, got 0'],
    ['a negative target', () => instances().scaleOnConcurrency('P', { concurrentRequestsPerModel: -1 }), 'concurrentRequestsPerModel must be above 0, got -1'],
    ['no target', () => copies().scaleOnInvocations('P', {} as never), 'invocationsPerCopy is required'],
    ['no metric', () => copies().scaleToTrackCustomMetric('P', { targetValue: 1 } as never), 'metric is required'],
    ['a part of a second', () => copies().scaleOnConcurrency('P', { concurrentRequestsPerCopy: 1, scaleInCooldown: Duration.millis(1500) }),
      'scaleInCooldown must be a whole number of seconds, at least 0, got 1.5 seconds'],
    ['nothing from zero', () => copies().scaleFromZero({ change: 0 }), 'change must be a whole number, at least 1, got 0'],
    ['a queue without one', () => instances().scaleOnBacklog('P', { backlogPerInstance: 1 }), 'scaleOnBacklog \'Chat/Instances\': it needs an asynchronous endpoint'],
    ['from zero without a queue', () => instances().scaleFromZero(), 'it needs an asynchronous endpoint'],
  ])('refuse %s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test.each<[string, () => void]>([
    ['one and one', () => instances({ minCapacity: 1, maxCapacity: 1 })],
    ['none behind a queue', () => instances({ minCapacity: 0 }, true)],
    ['none of the copies', () => copies({ minCapacity: 0, maxCapacity: 1 }, 0)],
    ['tokens', () => instances({ minCapacity: Lazy.number({ produce: () => 2 }), maxCapacity: Lazy.number({ produce: () => 3 }) })],
    ['a target that is a token', () => instances().scaleOnInvocations('P', { invocationsPerInstance: Lazy.number({ produce: () => 3 }) })],
  ])('take %s', (_, make) => {
    expect(make).not.toThrow();
  });
});
