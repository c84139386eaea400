import {
  AIRecommendation, AIRecommendationDeploymentConfiguration, AIRecommendationPerformanceMetric, CreateAIRecommendationJobRequest,
} from './types';

/** In a ModelDetails.ModelPackageArn: stands for the package that the job registers, whose ARN is not known before. */
export const JOB_PACKAGE = '<the package of the job>';

const MODEL_SOURCES = '/opt/ml/additional-model-data-sources';

/**
 * Figures of a real job: GPT-OSS-20B on ml.g6.24xlarge with vLLM, throughput, no optimization.
 * [metric, stat, value, unit, whether a faster configuration has more of it]
 */
const FIGURES: [string, string | undefined, number, string, boolean?][] = [
  ['RequestThroughput', 'avg', 7.5114, 'Requests/Second', true],
  ['OutputTokenThroughput', 'avg', 1893.21, 'Tokens/Second', true],
  ['RequestLatency', 'p50', 11134.94, 'Milliseconds', false],
  ['RequestLatency', 'p90', 12119.56, 'Milliseconds', false],
  ['RequestLatency', 'p99', 13762.74, 'Milliseconds', false],
  ['TimeToFirstToken', 'p50', 269.55, 'Milliseconds', false],
  ['TimeToFirstToken', 'p90', 394.81, 'Milliseconds', false],
  ['InterTokenLatency', 'p50', 43.38, 'Milliseconds', false],
  ['InterTokenLatency', 'p90', 44.35, 'Milliseconds', false],
  ['ClientSideConcurrency', undefined, 88, 'Count'],
];

/** What a job answers when the scenario doesn't say: a configuration for each instance type of the request, best first. */
export function defaultRecommendations(request: CreateAIRecommendationJobRequest): AIRecommendation[] {
  const given = request.ComputeSpec?.InstanceTypes ?? [];
  const instanceTypes = given.length > 0 ? given : ['ml.g6.24xlarge' as const];
  const metric = request.PerformanceTarget!.Constraints![0].Metric!;
  return instanceTypes.map((InstanceType, rank) => {
    const copies = copiesOn(InstanceType);
    return {
      OptimizationDetails: optimizationDetails(request),
      ModelDetails: {
        ModelPackageArn: JOB_PACKAGE,
        InferenceSpecificationName: `${{ 'throughput': 'high-otps', 'ttft-ms': 'low-ttft', 'cost': 'low-cost' }[metric]}-on-${InstanceType.slice(3).replace('.', '-')}`,
        InstanceDetails: [{ InstanceType, InstanceCount: 1, CopyCountPerInstance: copies }],
      },
      DeploymentConfiguration: {
        ...container(request, acceleratorsOf(InstanceType) / copies),
        InstanceType,
        InstanceCount: 1,
        CopyCountPerInstance: copies,
      },
      // Each rank a fifth slower than the one before.
      ExpectedPerformance: figures(0.8 ** rank),
    };
  });
}

/** The figures of the real job, for a configuration that is that many times as fast. */
export function figures(speed = 1): AIRecommendationPerformanceMetric[] {
  return FIGURES.map(([Metric, Stat, value, Unit, more]) => ({
    Metric,
    ...(Stat ? { Stat } : {}),
    Value: String(Number((more === undefined ? value : more ? value * speed : value / speed).toFixed(4))),
    Unit,
  }));
}

/** What the container of the deployment is and reads, for the framework that the request asks for. */
function container(request: CreateAIRecommendationJobRequest, tensorParallelSize: number): AIRecommendationDeploymentConfiguration {
  const drafts = optimizationDetails(request).some(detail => detail.OptimizationType === 'SpeculativeDecoding');
  const S3 = [
    { ChannelName: 'base_model', Uri: request.ModelSource!.S3!.S3Uri },
    ...(drafts ? [{ ChannelName: 'draft_model', Uri: `${request.OutputConfig!.S3OutputLocation!.replace(/\/$/, '')}/draft-model/` }] : []),
    { ChannelName: 'model-output', Uri: request.OutputConfig!.S3OutputLocation },
  ];
  if (request.InferenceSpecification?.Framework === 'LMI') {
    return {
      S3,
      ImageUri: '763104351884.dkr.ecr.us-west-2.amazonaws.com/djl-inference:0.36.0-lmi22.0.0-cu130',
      EnvironmentVariables: {
        HF_MODEL_ID: `${MODEL_SOURCES}/base_model`,
        OPTION_TENSOR_PARALLEL_DEGREE: String(tensorParallelSize),
        ...(drafts ? { OPTION_SPECULATIVE_DRAFT_MODEL: `${MODEL_SOURCES}/draft_model/` } : {}),
      },
    };
  }
  return {
    S3,
    ImageUri: '763104351884.dkr.ecr.us-west-2.amazonaws.com/vllm:0.22.0-gpu-py312-cu130-ubuntu22.04-sagemaker',
    EnvironmentVariables: {
      SM_VLLM_MODEL: `${MODEL_SOURCES}/base_model`,
      SM_VLLM_TENSOR_PARALLEL_SIZE: String(tensorParallelSize),
      SM_VLLM_MAX_NUM_SEQS: '88',
      SM_VLLM_MAX_MODEL_LEN: '-1',
      ...(drafts ? { SM_VLLM_SPECULATIVE_CONFIG: JSON.stringify({ method: 'eagle3', model: `${MODEL_SOURCES}/draft_model` }) } : {}),
    },
  };
}

/** A draft model for throughput, tuned kernels for latency, nothing for cost or without optimization. */
function optimizationDetails(request: CreateAIRecommendationJobRequest): NonNullable<AIRecommendation['OptimizationDetails']> {
  const metric = request.PerformanceTarget!.Constraints![0].Metric;
  if (request.OptimizeModel === false || metric === 'cost') {
    return [];
  }
  return [{ OptimizationType: metric === 'throughput' ? 'SpeculativeDecoding' : 'KernelTuning' }];
}

/** As on the ml.g6.24xlarge of the real job: two accelerators for each copy, where there are more than two. */
function copiesOn(instanceType: string): number {
  return Math.max(1, acceleratorsOf(instanceType) / 2);
}

function acceleratorsOf(instanceType: string): number {
  const [, family, size] = instanceType.split('.');
  if (family === 'p3') {
    return { '2xlarge': 1, '8xlarge': 4 }[size] ?? 8;
  }
  if (family === 'p5' && size === '4xlarge') {
    return 1;
  }
  if (family.startsWith('p') || size === '48xlarge') {
    return 8;
  }
  if (family === 'g7e' && size === '12xlarge' || family === 'g7' && size === '8xlarge') {
    return 2;
  }
  return ['12xlarge', '24xlarge'].includes(size) ? 4 : 1;
}
