import { JobNetwork } from '../../../private/network';
import { renderMlflow } from '../../private/mlflow';
import { AiBenchmarkJobProps } from '../benchmark-props';

/**
 * The Create request without the job's name, tags and role.
 *
 * FROZEN: the job's name is a hash of this, so another rendering of the same props runs everybody's jobs again. Only what the user set is
 * in it, so that neither a default of the service nor one of the library is part of the name.
 *
 * @param workloadConfigName the name of the workload configuration as the stack of the job can have it
 */
export function renderBenchmarkRequest(
  props: AiBenchmarkJobProps, workloadConfigName: string, network: JobNetwork | undefined,
): Record<string, unknown> {
  return {
    BenchmarkTarget: props.target._render(),
    OutputConfig: {
      S3OutputLocation: props.output.s3Uri,
      MlflowConfig: renderMlflow(props.mlflow),
    },
    // The name rather than the ARN: the same workload in another account or Region is the same workload.
    AIWorkloadConfigIdentifier: workloadConfigName,
    NetworkConfig: network && { VpcConfig: network.render() },
  };
}
