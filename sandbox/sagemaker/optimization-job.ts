import { Authorization, ServiceError } from '../service';
import { pullsOf, readsOf, writesOf } from './execution-roles';
import { JobKind, JobOutcome, JobServices } from './job-kind';
import { Jobs } from './jobs';
import { containerNeeds, keyNeeds, networkNeeds, objectReadsOf } from './role-needs';
import { HOUR } from './scenario';
import { CreateModelInput, CreateOptimizationJobRequest as Request } from './types';
import { assertShape } from './validation';
import { Operations, World } from './world';

const DURATION = 3 * HOUR;
const SECOND = 1000;
const FAILURE = 'AlgorithmError: the optimization of the model failed. See the CloudWatch logs of the job for the reason.';

/** Families that the rules of AWS's own SDK know: of later ones nobody says what they can do. */
const GPU = ['g5', 'g6', 'p4d', 'p4de', 'p5'];
const NEURON = ['inf2', 'trn1', 'trn1n'];

/** Techniques by the member of the configuration that asks for them. */
const TECHNIQUES = {
  ModelQuantizationConfig: 'Quantization',
  ModelCompilationConfig: 'Compilation',
  ModelShardingConfig: 'Sharding',
  ModelSpeculativeDecodingConfig: 'Speculative Decoding',
};

export const optimizationJob: JobKind = {
  noun: 'OptimizationJob',
  plural: 'OptimizationJobs',
  listMember: 'OptimizationJobSummaries',
  summaryShape: 'OptimizationJobSummary',
  arnType: 'optimization-job',
  members: {
    name: 'OptimizationJobName',
    arn: 'OptimizationJobArn',
    status: 'OptimizationJobStatus',
    start: 'OptimizationStartTime',
    end: 'OptimizationEndTime',
  },
  statuses: {
    starting: 'STARTING', running: 'INPROGRESS', completed: 'COMPLETED', failed: 'FAILED', stopping: 'STOPPING', stopped: 'STOPPED',
  },
  deletable: true,
  check,
  authorizations,
  outcome,
};

interface Summary {
  readonly OptimizationJobName: string;
}

interface Listing {
  readonly OptimizationJobSummaries: Summary[];
  readonly NextToken?: string;
}

/** In a listing, each job has the names of its techniques. */
export class OptimizationJobSummaries {
  public readonly operations: Operations = {
    ListOptimizationJobs: ({ OptimizationContains, ...request }) => {
      if (OptimizationContains !== undefined) {
        throw new Error('the stand-in does not filter optimization jobs by their techniques');
      }
      const { OptimizationJobSummaries: summaries, NextToken } = this.jobs.operations.ListOptimizationJobs(request) as Listing;
      return { OptimizationJobSummaries: summaries.map(summary => ({ ...summary, OptimizationTypes: this.typesOf(summary) })), NextToken };
    },
  };

  constructor(private readonly jobs: Pick<Jobs, 'all' | 'operations'>) {
  }

  private typesOf({ OptimizationJobName }: Summary): string[] {
    return techniquesOf(this.jobs.all.get(OptimizationJobName)!.request as Request).map(technique => technique.replace(' ', ''));
  }
}

function check(request: Request, { models }: JobServices): void {
  const { S3: s3, SageMakerModel: model } = request.ModelSource!;
  const output = request.OutputConfig!.SageMakerModel;
  refuseIf((s3 === undefined) === (model === undefined), 'ModelSource takes exactly one of S3 and SageMakerModel');
  refuseIf(s3 !== undefined && !s3.S3Uri, 'ModelSource.S3.S3Uri is required');
  refuseIf(model !== undefined && !model.ModelName, 'ModelSource.SageMakerModel.ModelName is required');
  refuseIf(output !== undefined && !output.ModelName, 'OutputConfig.SageMakerModel.ModelName is required');
  refuseIf(request.OptimizationConfigs!.length === 0, 'OptimizationConfigs needs at least one configuration');
  const unsupported = unsupportedOf(request);
  refuseIf(unsupported !== undefined, `Optimizations that use ${unsupported}.`);
  if (model) {
    models.find(model.ModelName!);
  }
}

/** What the instances cannot do, in the words of AWS's own SDK, which checks the same before it calls. */
function unsupportedOf(request: Request): string | undefined {
  const techniques = techniquesOf(request);
  const quantization = request.OptimizationConfigs!.map(config => config.ModelQuantizationConfig?.OverrideEnvironment?.OPTION_QUANTIZE).find(Boolean);
  const [, family] = request.DeploymentInstanceType!.split('.');
  if (NEURON.includes(family)) {
    const other = techniques.find(technique => technique !== 'Compilation');
    return other && `${other} are not supported on Neuron instances`;
  }
  const excluded = GPU.includes(family) ? ['Speculative Decoding', 'Sharding'] : ['Speculative Decoding'];
  const besideCompilation = techniques.includes('Compilation') ? techniques.find(technique => excluded.includes(technique)) : undefined;
  if (besideCompilation) {
    return `Compilation and ${besideCompilation} are not supported for GPU instances`;
  }
  if (!quantization || !GPU.includes(family) || ['awq', 'fp8'].includes(quantization)) {
    return undefined;
  }
  if (quantization !== 'smoothquant') {
    return `Quantization:${quantization} are not supported for GPU instances`;
  }
  return techniques.includes('Compilation') ? undefined : 'Quantization:smoothquant must be provided with Compilation for GPU instances';
}

function outcome(request: Request, nth: number, { world, models }: JobServices): JobOutcome {
  const scripted = world.scenario.optimization?.(request, nth) ?? {};
  const OptimizationOutput = { RecommendedInferenceImage: scripted.image ?? imageOf(request, world) };
  assertShape('OptimizationOutput', OptimizationOutput);
  const duration = scripted.duration ?? DURATION;
  const limit = (request.StoppingCondition!.MaxRuntimeInSeconds ?? Infinity) * SECOND;
  return {
    duration: Math.min(duration, limit),
    succeeds: scripted.status !== 'FAILED' && duration <= limit,
    failureReason: duration > limit
      ? `MaxRuntimeExceeded: the job ran longer than its MaxRuntimeInSeconds of ${limit / SECOND}` : scripted.failureReason ?? FAILURE,
    result: () => {
      const output = request.OutputConfig!.SageMakerModel?.ModelName;
      if (output) {
        models.put(optimizedModel(request, output, OptimizationOutput.RecommendedInferenceImage, models.all.get(output)?.request));
      }
      return { OptimizationOutput };
    },
  };
}

/** The model that the job leaves: new, or the one of that name with another container. */
function optimizedModel(request: Request, ModelName: string, Image: string, existing?: CreateModelInput): CreateModelInput {
  const S3Uri = request.OutputConfig!.S3OutputLocation!.replace(/\/?$/, '/');
  return {
    ExecutionRoleArn: request.RoleArn,
    ...existing,
    ModelName,
    Containers: undefined,
    PrimaryContainer: {
      Image,
      ModelDataSource: { S3DataSource: { S3Uri, S3DataType: 'S3Prefix', CompressionType: 'None' } },
      Environment: existing?.PrimaryContainer?.Environment,
    },
  };
}

/**
 * What the API's documentation says that the job does under its role: it reads the model and the training data, and writes the result. It says of
 * no training job or endpoint in the account, and that the service itself chooses the instances.
 */
function authorizations(request: Request, { world, models }: JobServices): Authorization[] {
  const { S3: s3, SageMakerModel: model } = request.ModelSource!;
  const { S3OutputLocation, KmsKeyId, SageMakerModel: output } = request.OutputConfig!;
  const training = request.OptimizationConfigs!.flatMap(config => config.ModelSpeculativeDecodingConfig?.TrainingDataSource ?? []);
  const images = request.OptimizationConfigs!.flatMap(config => Object.values(config)).map(config => 'Image' in config ? config.Image ?? '' : '');
  return [
    ...s3 ? readsOf(s3.S3Uri!) : [],
    ...model ? [{ action: 'sagemaker:DescribeModel', resource: world.arn('model', model.ModelName!) }] : [],
    // The model may be gone by now.
    ...model && models.all.has(model.ModelName!) ? models.containersOf(model.ModelName!).flatMap(containerNeeds) : [],
    ...training.flatMap(({ S3DataType, S3Uri }) => S3DataType === 'ManifestFile' ? objectReadsOf(S3Uri!) : readsOf(S3Uri!)),
    ...writesOf(S3OutputLocation!),
    ...keyNeeds(KmsKeyId, 'GenerateDataKey', 'Decrypt'),
    ...networkNeeds(request.VpcConfig, world),
    ...(request.TrainingPlanArns ?? []).map(resource => ({ action: 'sagemaker:DescribeTrainingPlan', resource })),
    ...[imageOf(request, world), ...images].flatMap(pullsOf),
    ...output ? [
      { action: 'sagemaker:CreateModel', resource: world.arn('model', output.ModelName!) },
      { action: 'iam:PassRole', resource: request.RoleArn!, context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    ] : [],
  ];
}

/** AWS's own serving image: of a kind of its own for Neuron instances and for what was compiled for GPUs. */
function imageOf(request: Request, world: World): string {
  const [, , , region] = world.arn('', '').split(':');
  const [, family] = request.DeploymentInstanceType!.split('.');
  const forGpus = techniquesOf(request).includes('Compilation') ? 'tensorrtllm0.21.0-cu128' : 'lmi15.0.0-cu128';
  const tag = NEURON.includes(family) ? 'neuronx-sdk2.24.0' : forGpus;
  return `763104351884.dkr.ecr.${region}.amazonaws.com/djl-inference:0.33.0-${tag}`;
}

function techniquesOf(request: Request): string[] {
  return request.OptimizationConfigs!.flatMap(config => Object.keys(config)).map(member => TECHNIQUES[member as keyof typeof TECHNIQUES]);
}

function refuseIf(wrong: boolean, message: string): void {
  if (wrong) {
    throw new ServiceError('ValidationException', message);
  }
}
