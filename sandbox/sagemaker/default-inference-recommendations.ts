import { createHash } from 'node:crypto';
import { InferenceRecommendationsOutcome } from './scenario';
import { CreateInferenceRecommendationsJobRequest, InferenceRecommendation, RecommendationMetrics } from './types';

/** A step as a scenario gives it: the rest follows from the job. */
export type Step = NonNullable<InferenceRecommendationsOutcome['steps']>[number];

type InputConfiguration = NonNullable<NonNullable<CreateInferenceRecommendationsJobRequest['InputConfig']>['EndpointConfigurations']>[number];

/**
 * The result that AWS's documentation shows for real-time endpoints, with utilizations added. Latency is in microseconds, whatever the text says.
 * [instance type, cost per hour, invocations per minute, latency, CPU and memory utilization]: NaN, as the service says that it does not know.
 */
const FIGURES: [string, number, number, number, number, number][] = [
  ['ml.c5.xlarge', 0.20399999618530273, 648, 263596, 92.4, 35.1],
  ['ml.c5d.large', 0.11500000208616257, 655, 826019, 98.7, 61.8],
  ['ml.m5.large', 0.11500000208616257, 570, 1085446, NaN, NaN],
];

/** What a job recommends when the scenario doesn't say: a row for each configuration that the request gives, else those of the documentation. */
export function defaultInferenceRecommendations(request: CreateInferenceRecommendationsJobRequest): InferenceRecommendation[] {
  return configurationsOf(request).map((configuration, index) => ({
    RecommendationId: `${request.JobName}/${createHash('sha256').update(`${request.JobName}/${index}`).digest('hex').slice(0, 8)}`,
    Metrics: metricsOf(configuration, index),
    ...tried(request, configuration, index),
  }));
}

/** A step for each recommendation, all of which went well. */
export function stepsOf(recommendations: InferenceRecommendation[]): Step[] {
  return recommendations.map(({ RecommendationId: _, ...benchmark }) => ({ Status: 'COMPLETED', InferenceBenchmark: benchmark }));
}

/** A step that failed for each configuration that the job tries. */
export function failedSteps(request: CreateInferenceRecommendationsJobRequest, reason: string): Step[] {
  return configurationsOf(request).map((configuration, index) => ({
    Status: 'FAILED', InferenceBenchmark: { ...tried(request, configuration, index), FailureReason: reason },
  }));
}

/** What the job tries: each configuration is a test, of which the request may limit the number. */
function configurationsOf({ InputConfig: input }: CreateInferenceRecommendationsJobRequest): InputConfiguration[] {
  const supported = input!.ContainerConfig?.SupportedInstanceTypes ?? [];
  const known = supported.length > 0 ? supported.slice(0, FIGURES.length) : FIGURES.map(([InstanceType]) => InstanceType);
  const configurations = input!.EndpointConfigurations ?? known.map(InstanceType => ({ InstanceType }) as InputConfiguration);
  return configurations.slice(0, input!.ResourceLimit?.MaxNumberOfTests ?? configurations.length);
}

function tried({ JobName }: CreateInferenceRecommendationsJobRequest, configuration: InputConfiguration, index: number) {
  const ranges = configuration.EnvironmentParameterRanges?.CategoricalParameterRanges ?? [];
  const place = `${JobName!.slice(0, 40)}-${index + 1}`;
  return {
    EndpointConfiguration: {
      EndpointName: `sm-epc-${place}`,
      VariantName: `sm-epc-variant-${place}`,
      ...(configuration.ServerlessConfig ? { ServerlessConfig: configuration.ServerlessConfig }
        : { InstanceType: configuration.InstanceType, InitialInstanceCount: 1 }),
    },
    ModelConfiguration: {
      InferenceSpecificationName: configuration.InferenceSpecificationName,
      EnvironmentParameters: ranges.length > 0
        ? ranges.map(({ Name, Value }) => ({ Key: Name, ValueType: 'String', Value: Value![0] })) : undefined,
    },
  };
}

function metricsOf(configuration: InputConfiguration, index: number): RecommendationMetrics {
  if (configuration.ServerlessConfig) {
    return { CostPerInference: 2.8e-5, MaxInvocations: 270, ModelLatency: 221500, CpuUtilization: NaN, MemoryUtilization: NaN, ModelSetupTime: 4920 };
  }
  const figures = FIGURES.find(([InstanceType]) => InstanceType === configuration.InstanceType) ?? FIGURES[index % FIGURES.length];
  const [, CostPerHour, MaxInvocations, ModelLatency, CpuUtilization, MemoryUtilization] = figures;
  return { CostPerHour, CostPerInference: CostPerHour / 60 / MaxInvocations, MaxInvocations, ModelLatency, CpuUtilization, MemoryUtilization };
}
