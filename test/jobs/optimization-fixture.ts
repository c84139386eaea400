import { JobFixture } from './fixture';
import { GpuInstanceType, JobOutput, ModelOptimization, ModelSource, OptimizationJob, OptimizationJobProps, OptimizationModel, QuantizationTechnique } from '../../src/jobs';

export const JOB = 'Custom::SageMakerOptimizationJob';
export const WAIT = 'Custom::SageMakerJobWait';
export const TRAINING_PLAN = 'arn:aws:sagemaker:us-west-2:111122223333:training-plan/plan-1';

/** A model and an output that belong to nobody. */
export const ELSEWHERE = {
  model: OptimizationModel.fromS3(ModelSource.fromS3Uri('s3://models/llama/')),
  output: JobOutput.toS3Uri('s3://results/optimized/'),
};

/** A stack with what an optimization job needs. */
export class OptimizationFixture extends JobFixture {
  /** A job with the fewest props, and those given. */
  public optimization(props: Partial<OptimizationJobProps> = {}, id: string = 'Optimization'): OptimizationJob {
    return new OptimizationJob(this.stack, id, {
      model: OptimizationModel.fromS3(ModelSource.fromBucket(this.models, 'llama/')),
      instanceType: GpuInstanceType.G6_12XLARGE,
      optimizations: [ModelOptimization.quantization({ technique: QuantizationTechnique.AWQ })],
      output: JobOutput.toBucket(this.results, 'optimized/'),
      ...props,
    });
  }

  /** The Create request of the one job. */
  public request(): Record<string, any> {
    return this.single(JOB).Properties.Request;
  }
}
