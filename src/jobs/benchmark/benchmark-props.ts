import { Attempts } from './attempts';
import { BenchmarkTarget } from './benchmark-target';
import { Expectation } from './expectation';
import { IAiWorkloadConfig } from '../../workload';
import { JobOutput } from '../job-output';
import { JobNetworkProps, JobProps } from '../job-props';
import { MlflowTracking } from '../mlflow-tracking';

/**
 * What is known of an existing benchmark job.
 */
export interface AiBenchmarkJobAttributes {
  /**
   * Name of the job.
   */
  readonly benchmarkJobName: string;

  /**
   * Where the job wrote its results, as it was given to the job. `grants.readArtifacts` gives access to it.
   *
   * @default - not known: grant read access to it yourself
   */
  readonly output?: JobOutput;
}

/**
 * What a benchmark job is to measure.
 */
export interface AiBenchmarkJobProps extends JobProps, JobNetworkProps {
  /**
   * The endpoint. A benchmark sends real load to it.
   */
  readonly target: BenchmarkTarget;

  /**
   * The traffic.
   *
   * If it has a dataset it must be in a form that the load generator reads, such as `DatasetFormat.SINGLE_TURN`. One for a recommendation job
   * may not serve a benchmark.
   */
  readonly workloadConfig: IAiWorkloadConfig;

  /**
   * Where the results go: an archive `output.tar.gz` with all figures and each request. The job's name is appended as a folder.
   *
   * The expectations and `measured` read it when the stack is deployed, so keep it while the stack is there. Of a bucket that is encrypted with
   * a KMS key, use `JobOutput.toBucket` with the key known: only then may the handlers decrypt what they read.
   */
  readonly output: JobOutput;

  /**
   * What must be measured for the deployment to go on: if an expectation is missed, the deployment fails and is rolled back, together with the
   * endpoint that it would have brought.
   *
   * Other expectations alone don't run the benchmark again: they judge the result that is there.
   *
   * @default - nothing is expected
   */
  readonly expectations?: Expectation[];

  /**
   * How often to run, and which of the runs counts. `waitTimeout` holds for each run.
   *
   * @default - one run
   */
  readonly attempts?: Attempts;

  /**
   * Where the figures are logged to as an MLflow run.
   *
   * @default - nowhere
   */
  readonly mlflow?: MlflowTracking;
}
