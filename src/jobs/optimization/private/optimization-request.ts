import { renderEnvironment } from './optimization-environment';
import { JobNetwork } from '../../../private/network';
import { ModelOptimization } from '../model-optimization';
import { OptimizationModel } from '../optimization-model';
import { OptimizationJobProps } from '../optimization-props';

/**
 * The Create request without the job's name, tags and role.
 *
 * FROZEN: the job's name is a hash of this, so another rendering of the same props runs everybody's jobs again. Only what the user set is
 * in it, so that neither a default of the service nor one of the library is part of the name.
 */
export function renderOptimizationRequest(props: OptimizationJobProps, network: JobNetwork | undefined): Record<string, unknown> {
  return {
    ModelSource: renderModel(props.model),
    DeploymentInstanceType: props.instanceType.value,
    MaxInstanceCount: props.maxInstanceCount,
    OptimizationEnvironment: renderEnvironment(props.environment),
    OptimizationConfigs: props.optimizations.map(renderOptimization),
    OutputConfig: {
      S3OutputLocation: props.output.s3Uri,
      KmsKeyId: props.outputEncryptionKey?.keyArn,
      SageMakerModel: props.outputModelName === undefined ? undefined : { ModelName: props.outputModelName },
    },
    // The API wants one of these: the handlers fill the gap with 10 hours of run time.
    StoppingCondition: props.maxRuntime ?? props.maxWaitTime ?? props.maxPendingTime ? {
      MaxRuntimeInSeconds: props.maxRuntime?.toSeconds(),
      MaxWaitTimeInSeconds: props.maxWaitTime?.toSeconds(),
      MaxPendingTimeInSeconds: props.maxPendingTime?.toSeconds(),
    } : undefined,
    VpcConfig: network?.render(),
    TrainingPlanArns: props.trainingPlanArn === undefined ? undefined : [props.trainingPlanArn],
  };
}

function renderModel(model: OptimizationModel): Record<string, unknown> {
  return model._modelName === undefined
    ? {
      S3: {
        S3Uri: model._locations[0].uri,
        ModelAccessConfig: model._acceptEula === undefined ? undefined : { AcceptEula: model._acceptEula },
      },
    }
    : { SageMakerModel: { ModelName: model._modelName } };
}

/** One with nothing set is an empty structure: that it is there is what counts. */
function renderOptimization(optimization: ModelOptimization): Record<string, unknown> {
  const { kind, container, technique, trainingData } = optimization._definition;
  const inContainer = { Image: container?.imageUri, OverrideEnvironment: renderEnvironment(optimization._environment) };
  switch (kind) {
    case 'quantization': return { ModelQuantizationConfig: inContainer };
    case 'compilation': return { ModelCompilationConfig: inContainer };
    case 'sharding': return { ModelShardingConfig: inContainer };
    case 'speculativeDecoding': return {
      ModelSpeculativeDecodingConfig: {
        Technique: technique,
        TrainingDataSource: trainingData && { S3Uri: trainingData.s3Uri, S3DataType: trainingData._s3DataType },
      },
    };
  }
}
