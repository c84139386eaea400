import { Stack, StackProps, TimeZone } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-applicationautoscaling';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import {
  AiRecommendationJob, AiWorkloadConfig, DeployRecommendation, GpuInstanceType, Hosting, JobOutput, ModelSource, PerformanceObjective, WorkloadSpec,
} from 'cdk-sagemaker-inference';

export interface ScaleToZeroStackProps extends StackProps {
  /** Name of the bucket with the model under `gpt-oss-20b/`; the results go to the same bucket. In the Region of the stack. */
  readonly bucketName: string;
  /** How many copies of the model there may be in working hours. By default four. */
  readonly maxCopies?: number;
}

/**
 * Copies of a model follow the load in working hours, and at night there are none: no copy, no instance, no cost.
 *
 * The instances are left to SageMaker, which starts one when a copy has no room and stops one on which nothing runs. Somebody who comes at night all
 * the same wakes the endpoint: the first requests fail, for as many minutes as an instance and the model take to start.
 */
export class ScaleToZeroStack extends Stack {
  constructor(scope: Construct, id: string, props: ScaleToZeroStackProps) {
    super(scope, id, props);
    const bucket = Bucket.fromBucketName(this, 'Bucket', props.bucketName);
    const maxCopies = props.maxCopies ?? 4;

    const recommendation = new AiRecommendationJob(this, 'Recommendation', {
      model: ModelSource.fromBucket(bucket, 'gpt-oss-20b/'),
      workloadConfig: new AiWorkloadConfig(this, 'Chat', {
        spec: WorkloadSpec.synthetic({ inputTokens: { mean: 550 }, outputTokens: { mean: 150 }, concurrency: 10, requestCount: 300 }),
      }),
      objective: PerformanceObjective.THROUGHPUT,
      optimizeModel: false,
      instanceTypes: [GpuInstanceType.G6_24XLARGE],
      output: JobOutput.toBucket(bucket, 'recommendations/'),
    });

    const endpoint = new DeployRecommendation(this, 'Endpoint', {
      recommendation,
      hosting: Hosting.inferenceComponents({ managedInstanceScaling: { minInstanceCount: 0, maxInstanceCount: maxCopies } }),
    });

    const copies = endpoint.autoScaleCopies({ minCapacity: 0, maxCapacity: maxCopies });
    copies.scaleOnConcurrency('Load', { concurrentRequestsPerCopy: 10 }); // what the job measured at
    copies.scaleFromZero();
    const timeZone = TimeZone.EUROPE_BERLIN;
    copies.scaleOnSchedule('Morning', { schedule: Schedule.cron({ hour: '7', minute: '30', weekDay: 'MON-FRI' }), timeZone, minCapacity: 1, maxCapacity: maxCopies });
    copies.scaleOnSchedule('Evening', { schedule: Schedule.cron({ hour: '20', minute: '0' }), timeZone, minCapacity: 0, maxCapacity: 0 });
    // From here on somebody can wake it: with an upper bound of 0 nothing would start.
    copies.scaleOnSchedule('Night', { schedule: Schedule.cron({ hour: '20', minute: '30' }), timeZone, minCapacity: 0, maxCapacity: maxCopies });

    endpoint.addOutputs();
  }
}
