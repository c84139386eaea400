import { Stack, StackProps } from 'aws-cdk-lib';
import { EventField, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import {
  AiRecommendationJob, AiWorkloadConfig, DeployRecommendation, GpuInstanceType, JobOutput, ModelSource, PerformanceObjective, WorkloadSpec,
} from 'cdk-sagemaker-inference';

export interface OvernightStackProps extends StackProps {
  /** Name of the bucket with the model under `gpt-oss-20b/`; the results go to the same bucket. In the Region of the stack. */
  readonly bucketName: string;
  /** Who is told how the job ended. SNS asks for a confirmation first: give it before the job ends, or nothing is sent. */
  readonly mailAddress: string;
}

/**
 * A job that optimizes the model as well takes a night. Whoever deployed it in the evening finds a mail in the morning: what was found, or what went wrong.
 */
export class OvernightStack extends Stack {
  constructor(scope: Construct, id: string, props: OvernightStackProps) {
    super(scope, id, props);
    const bucket = Bucket.fromBucketName(this, 'Bucket', props.bucketName);

    const workloadConfig = new AiWorkloadConfig(this, 'Chat', {
      spec: WorkloadSpec.synthetic({ inputTokens: { mean: 550 }, outputTokens: { mean: 150 }, concurrency: 10, requestCount: 300 }),
    });
    const recommendation = new AiRecommendationJob(this, 'Recommendation', {
      model: ModelSource.fromBucket(bucket, 'gpt-oss-20b/'),
      workloadConfig,
      objective: PerformanceObjective.TIME_TO_FIRST_TOKEN,
      optimizeModel: true, // this is what takes the night: the deployment waits up to 16 hours
      instanceTypes: [GpuInstanceType.G6_24XLARGE, GpuInstanceType.P5_48XLARGE],
      output: JobOutput.toBucket(bucket, 'recommendations/'),
    });
    const endpoint = new DeployRecommendation(this, 'Endpoint', { recommendation });
    endpoint.addOutputs();

    const topic = new Topic(this, 'Mail', { enforceSSL: true });
    topic.addSubscription(new EmailSubscription(props.mailAddress));
    const detail = (member: string) => EventField.fromPath(`$.detail.${member}`);

    recommendation.onFinished('Finished', {
      eventPattern: { detail: { status: ['Completed'] } },
      target: new SnsTopic(topic, {
        message: RuleTargetInput.fromMultilineText([
          `${detail('jobName')} completed at ${detail('endedAt')}, after ${detail('durationSeconds')} seconds.`,
          `The endpoint of stack ${detail('stackName')} follows now.`,
        ].join('\n')),
      }),
    });
    recommendation.onFailed('Failed', {
      target: new SnsTopic(topic, {
        message: RuleTargetInput.fromMultilineText([
          `${detail('jobName')} ended ${detail('status')} at ${detail('endedAt')}: ${detail('failureReason')}`,
          `Stack ${detail('stackName')} is rolled back.`,
        ].join('\n')),
      }),
    });
  }
}
