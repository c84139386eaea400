import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as appscaling from 'aws-cdk-lib/aws-applicationautoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { app, AppOptions, failing } from './app';
import { DeployRecommendation, GpuInstanceType } from '../../src';

export const ENDPOINT = 'chat';
export const [SMALL, LARGE] = [GpuInstanceType.of('ml.g6.24xlarge'), GpuInstanceType.of('ml.p5.48xlarge')];

/** What a test says of it. */
export interface ScaledOptions {
  readonly type?: GpuInstanceType;
  readonly scaled?: boolean;
  readonly maxCapacity?: number;
  /** Requests at a time that are tracked. */
  readonly concurrency?: number;
  readonly startup?: Duration;
  readonly fails?: boolean;
  /** Another variant, scaled too. */
  readonly other?: boolean;
  readonly removalPolicy?: RemovalPolicy;
  readonly job?: AppOptions['job'];
}

/** An endpoint with all kinds of scaling. */
export function scaled(options: ScaledOptions = {}): (stack: Stack) => void {
  const { type = SMALL, scaled: isScaled = true, maxCapacity = 6, concurrency = 5, startup, fails, other, removalPolicy, job } = options;
  return app({
    job,
    endpoint: { endpointName: ENDPOINT, instanceType: type, containerStartupHealthCheckTimeout: startup, removalPolicy },
    also: (stack, recommendation) => {
      const endpoint = stack.node.findChild('Endpoint') as DeployRecommendation;
      if (isScaled) {
        const scaling = endpoint.autoScaleInstances({ maxCapacity });
        scaling.scaleOnConcurrency('Concurrency', { concurrentRequestsPerModel: concurrency });
        scaling.scaleOnMetric('Latency', {
          metric: new cloudwatch.Metric({ namespace: 'AWS/SageMaker', metricName: 'ModelLatency', dimensionsMap: { EndpointName: ENDPOINT } }),
          scalingSteps: [{ upper: 1e5, change: -1 }, { lower: 1e6, change: 1 }, { lower: 5e6, change: 2 }],
        });
        scaling.scaleOnSchedule('Night', { schedule: appscaling.Schedule.cron({ hour: '20', minute: '0' }), minCapacity: 1, maxCapacity: 2 });
      }
      if (other) {
        const variant = endpoint.addVariant('Green', { recommendation, instanceType: SMALL });
        variant.autoScaleInstances({ maxCapacity: 2 }).scaleOnInvocations('Invocations', { invocationsPerInstance: 70 });
      }
      if (fails) {
        failing(stack, endpoint);
      }
    },
  });
}
