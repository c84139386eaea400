import { AiRecommendationJobProps } from '../recommendation-props';
import { renderCapacityReservation } from './capacity';
import { renderMlflow } from '../../private/mlflow';

/**
 * The Create request without the job's name, tags and role.
 *
 * FROZEN: the job's name is a hash of this, so another rendering of the same props runs everybody's jobs again. Only what the user set is
 * in it, so that neither a default of the service nor one of the library is part of the name.
 *
 * @param workloadConfigName the name of the workload configuration as the stack of the job can have it
 */
export function renderRecommendationRequest(props: AiRecommendationJobProps, workloadConfigName: string): Record<string, unknown> {
  const instanceTypes = (props.instanceTypes ?? []).map(type => type.value);
  return {
    ModelSource: { S3: { S3Uri: props.model._location.uri } },
    OutputConfig: {
      S3OutputLocation: props.output.s3Uri,
      ModelPackageGroupIdentifier: props.modelPackageGroup?.identifier,
      MlflowConfig: renderMlflow(props.mlflow),
    },
    // The name rather than the ARN: the same workload in another account or Region is the same workload.
    AIWorkloadConfigIdentifier: workloadConfigName,
    PerformanceTarget: { Constraints: [{ Metric: props.objective }] },
    InferenceSpecification: props.framework && { Framework: props.framework.value },
    OptimizeModel: props.optimizeModel,
    ComputeSpec: instanceTypes.length > 0 || props.capacityReservation ? {
      InstanceTypes: instanceTypes.length > 0 ? instanceTypes : undefined,
      CapacityReservationConfig: renderCapacityReservation(props.capacityReservation),
    } : undefined,
    AdapterSource: props.adapters?._render(),
  };
}
