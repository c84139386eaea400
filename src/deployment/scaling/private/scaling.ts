import {
  Annotations,
  ArnFormat,
  aws_applicationautoscaling as appscaling,
  aws_cloudwatch as cloudwatch,
  aws_cloudwatch_actions as actions,
  aws_iam as iam,
  Duration,
  Stack,
} from 'aws-cdk-lib';
import { Construct, IDependable } from 'constructs';
import type { ScalableCopyCountProps } from '../scalable-copy-count';
import type { ScalableInstanceCountProps } from '../scalable-instance-count';
import { ScaleFromZeroProps } from '../scaling-props';

/** SageMaker's metrics of requests. */
export const REQUESTS = 'AWS/SageMaker';

/** What `ScalableInstanceCount` is made from. */
export interface ScalableInstanceCountOptions {
  readonly endpointName: string;
  readonly variantName: string;
  /** What says that the endpoint is in service: nothing is registered before. */
  readonly dependable: IDependable;
  /** Whether requests go through a queue. */
  readonly asynchronous?: boolean;
  readonly props: ScalableInstanceCountProps;
}

/** What `ScalableCopyCount` is made from. */
export interface ScalableCopyCountOptions {
  readonly inferenceComponentName: string;
  /** What says that the inference component is in service: nothing is registered before. */
  readonly dependable: IDependable;
  /** What becomes of the instances. */
  readonly managedInstanceScaling?: { readonly minInstanceCount?: number };
  readonly props: ScalableCopyCountProps;
}

/** The role that Application Auto Scaling makes for itself with the account's first registration, and under which alone it scales SageMaker. */
export function scalingRole(scope: Construct, id: string): iam.IRole {
  return iam.Role.fromRoleArn(scope, id, Stack.of(scope).formatArn({
    service: 'iam',
    region: '',
    resource: 'role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com',
    resourceName: 'AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint',
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  }));
}

/** Starts something when a metric says that requests find nothing: with steps, since target tracking divides by the number that there are. */
export function scaleFromZero(
  target: appscaling.BaseScalableAttribute, metricName: string, dimensionsMap: Record<string, string>, props: ScaleFromZeroProps,
): void {
  const scope = new Construct(target, 'ScaleFromZero');
  const action = new appscaling.StepScalingAction(scope, 'Policy', {
    scalingTarget: target,
    adjustmentType: appscaling.AdjustmentType.CHANGE_IN_CAPACITY,
    metricAggregationType: appscaling.MetricAggregationType.MAXIMUM,
    cooldown: props.cooldown ?? Duration.minutes(1),
  });
  action.addAdjustment({ adjustment: props.change ?? 1, lowerBound: 0 });
  new cloudwatch.Alarm(scope, 'Alarm', {
    alarmDescription: 'Requests come while nothing runs that could answer them: the first is started',
    metric: new cloudwatch.Metric({
      namespace: REQUESTS, metricName, dimensionsMap, statistic: cloudwatch.Stats.SUM, period: Duration.minutes(1),
    }),
    // The first request is to count. The example of the documentation, with more than 1, lets it pass.
    threshold: 1,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 1,
    // There is a figure only when there are requests.
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  }).addAlarmAction(new actions.ApplicationScalingAction(action));
}

/** Known only when the app is complete: whatever can be called has been called then. */
export function warnAtTheEnd(scope: Construct, id: string, message: () => string | undefined): void {
  scope.node.addValidation({
    validate: () => {
      const text = message();
      if (text !== undefined) {
        Annotations.of(scope).addWarningV2(`cdk-sagemaker-inference:${id}`, text);
      }
      return [];
    },
  });
}
