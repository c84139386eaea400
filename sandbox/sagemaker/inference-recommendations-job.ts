import { Authorization, ServiceError } from '../service';
import { defaultInferenceRecommendations, failedSteps, Step, stepsOf } from './default-inference-recommendations';
import { writesOf } from './execution-roles';
import { JobKind, JobOutcome, JobServices } from './job-kind';
import { Jobs } from './jobs';
import { page } from './listing';
import { containerNeeds, keyNeeds, networkNeeds, objectReadsOf } from './role-needs';
import { HOUR, MINUTE } from './scenario';
import { CreateInferenceRecommendationsJobRequest as Request, EndpointPerformance } from './types';
import { assertShape } from './validation';
import { nameOf, Operations, World } from './world';

const DEFAULT_DURATION = 45 * MINUTE;
const ADVANCED_DURATION = 2 * HOUR;
const MAX_JOB_DURATION = 18_000;
/** What the job makes is named by so much of its own name. */
const INNER_NAME_LENGTH = 40;
const FAILURE = 'INVALID_INPUT : 1. Model (owned by the customer in the container) returned 4xx or 5xx error code.';
const SECOND = 1000;

export const inferenceRecommendationsJob: JobKind = {
  noun: 'InferenceRecommendationsJob',
  plural: 'InferenceRecommendationsJobs',
  summaryShape: 'InferenceRecommendationsJob',
  arnType: 'inference-recommendations-job',
  members: { name: 'JobName', arn: 'JobArn', status: 'Status', end: 'CompletionTime' },
  statuses: {
    starting: 'PENDING', running: 'IN_PROGRESS', completed: 'COMPLETED', failed: 'FAILED', stopping: 'STOPPING', stopped: 'STOPPED',
  },
  deletable: false,
  check,
  authorizations,
  obstacle,
  outcome,
};

interface Summary {
  readonly JobName: string;
}

interface Listing {
  readonly InferenceRecommendationsJobs: Summary[];
  readonly NextToken?: string;
}

/** The listings: of the jobs, and of what a job tried, one step for each configuration. Before a job's end there is no step to list. */
export class InferenceRecommendationsJobLists {
  public readonly operations: Operations = {
    ListInferenceRecommendationsJobs: ({ ModelNameEquals, ModelPackageVersionArnEquals, ...request }) => {
      if (ModelNameEquals !== undefined || ModelPackageVersionArnEquals !== undefined) {
        throw new Error('the stand-in does not filter Inference Recommender jobs by what they test');
      }
      const { InferenceRecommendationsJobs: summaries, NextToken } = this.jobs.operations.ListInferenceRecommendationsJobs(request) as Listing;
      return { InferenceRecommendationsJobs: summaries.map(summary => ({ ...this.described(summary), ...summary })), NextToken };
    },
    ListInferenceRecommendationsJobSteps: ({ JobName, Status, MaxResults, NextToken }) => {
      const job = this.jobs.all.get(JobName);
      if (!job) {
        throw new ServiceError('ResourceNotFound', `InferenceRecommendationsJob ${JobName} does not exist`);
      }
      const steps = ((job.result.Steps ?? []) as Step[]).filter(step => Status === undefined || step.Status === Status);
      const { items, NextToken: next } = page(steps, { MaxResults: MaxResults ?? 10, NextToken });
      return { Steps: items, NextToken: next };
    },
  };

  constructor(private readonly jobs: Pick<Jobs, 'all' | 'operations'>) {
  }

  /** The members of a summary that a job's description has elsewhere, or need not have. */
  private described({ JobName }: Summary): object {
    const { JobDescription = '', InputConfig: input } = this.jobs.all.get(JobName)!.request as Request;
    const { ModelName, ModelPackageVersionArn, ContainerConfig } = input!;
    return { JobDescription, ModelName, ModelPackageVersionArn, SamplePayloadUrl: ContainerConfig?.PayloadConfig?.SamplePayloadUrl };
  }
}

function check(request: Request, services: JobServices): void {
  const input = request.InputConfig!;
  refuseIf((input.ModelPackageVersionArn === undefined) === (input.ModelName === undefined),
    'InputConfig takes exactly one of ModelPackageVersionArn and ModelName');
  refuseIf(input.ModelName !== undefined && !input.ContainerConfig, 'ContainerConfig is required with ModelName');
  // Each throws what the service says when it is not there.
  if (input.ModelName) {
    services.models.find(input.ModelName);
  } else {
    services.modelPackages.find(input.ModelPackageVersionArn!);
  }
  const { containers, domain, payload } = subjectOf(request, services);
  const missing = [
    ...domain ? [] : ['Domain'],
    ...input.ContainerConfig?.Framework ?? containers.some(container => 'Framework' in container) ? [] : ['Framework'],
    ...payload ? [] : ['SamplePayloadUrl'],
  ];
  refuseIf(missing.length > 0, `Specify ${missing.join(', ')} in the model package or in ContainerConfig: mandatory for the job`);
  for (const { EndpointName } of input.Endpoints ?? []) {
    services.endpoints.find(EndpointName!);
  }
  const configurations = input.EndpointConfigurations ?? [];
  const burstable = configurations.map(({ InstanceType }) => InstanceType).find(type => type?.startsWith('ml.t2.'));
  refuseIf(burstable !== undefined, `Burstable instance type ${burstable} is not allowed.`);
  refuseIf(configurations.some(({ InstanceType, ServerlessConfig }) => (InstanceType === undefined) === (ServerlessConfig === undefined)),
    'An endpoint configuration takes exactly one of InstanceType and ServerlessConfig');
  if (request.JobType === 'Advanced') {
    refuseIf(!input.EndpointConfigurations && !input.Endpoints, 'EndpointConfigurations is mandatory for an Advanced job');
    refuseIf(!input.TrafficPattern, 'TrafficPattern is mandatory for an Advanced job');
    refuseIf(!request.StoppingConditions, 'StoppingConditions is mandatory for an Advanced job');
  }
  const limit = input.JobDurationInSeconds;
  const { Phases: phases = [], Stairs: stairs } = input.TrafficPattern ?? {};
  const traffic = [...phases, ...stairs ? [stairs] : []].reduce((sum, { DurationInSeconds = 0 }) => sum + DurationInSeconds, 0);
  refuseIf(limit !== undefined && limit > MAX_JOB_DURATION, `JobDurationInSeconds must be at most ${MAX_JOB_DURATION}, got ${limit}`);
  refuseIf(limit !== undefined && traffic > limit, 'Total Traffic duration (across) should not be more than Job duration.');
}

/** What the job tests, with what it says about itself: the containers of a model that is gone by now are none. */
function subjectOf({ InputConfig: input }: Request, { models, modelPackages }: JobServices) {
  const modelPackage = modelPackages.packages.get(nameOf(input!.ModelPackageVersionArn ?? ''));
  const config = input!.ContainerConfig;
  return {
    containers: models.all.has(input!.ModelName ?? '') ? models.containersOf(input!.ModelName!)
      : modelPackage?.specifications.flatMap(specification => specification.Containers) ?? [],
    domain: config?.Domain ?? modelPackage?.request.Domain,
    payload: config?.PayloadConfig?.SamplePayloadUrl ?? modelPackage?.request.SamplePayloadUrl,
  };
}

function outcome(request: Request, nth: number, { world }: JobServices): JobOutcome {
  const scripted = world.scenario.inferenceRecommendations?.(request, nth) ?? {};
  const succeeds = scripted.status !== 'FAILED';
  const failureReason = scripted.failureReason ?? FAILURE;
  const recommendations = succeeds ? scripted.recommendations ?? defaultInferenceRecommendations(request) : [];
  const performances = succeeds ? scripted.endpointPerformances ?? (request.InputConfig!.Endpoints ?? []).map(measured) : [];
  const steps = scripted.steps ?? (succeeds ? stepsOf(recommendations) : failedSteps(request, failureReason));
  const result = onTheWire({
    Steps: steps.map(step => ({ StepType: 'BENCHMARK', JobName: request.JobName, ...step })),
    ...recommendations.length > 0 ? { InferenceRecommendations: recommendations } : {},
    ...performances.length > 0 ? { EndpointPerformances: performances } : {},
  });
  // Told at once and not an hour later, when nobody waits for the error: that of a scenario's mistake.
  assertShape('ListInferenceRecommendationsJobStepsResponse', { Steps: result.Steps });
  Object.entries(result).filter(([member]) => member !== 'Steps').forEach(([member, value]) => assertShape(member, value));
  return {
    duration: scripted.duration ?? (request.JobType === 'Advanced' ? ADVANCED_DURATION : DEFAULT_DURATION),
    succeeds,
    failureReason,
    result: () => result,
    failedResult: () => result,
  };
}

/** By sandbox: which job has an inner name. Jobs cannot be deleted, so a name stays taken. */
const INNER_NAMES = new WeakMap<World, Map<string, string>>();

/** Names that differ only behind their first 40 characters are the same to what the jobs make. */
function obstacle({ JobName }: Request, { world }: JobServices): string | undefined {
  const inner = innerNameOf(JobName!);
  const taken = INNER_NAMES.get(world) ?? new Map<string, string>();
  const holder = taken.get(inner);
  INNER_NAMES.set(world, holder === undefined ? taken.set(inner, JobName!) : taken);
  return holder === undefined ? undefined : `Cannot create already existing model "${world.arn('model', inner)}": it is of job ${holder}.`;
}

function innerNameOf(jobName: string): string {
  return jobName.slice(0, INNER_NAME_LENGTH);
}

function measured({ EndpointName }: { EndpointName?: string }): EndpointPerformance {
  return { Metrics: { MaxInvocations: 420, ModelLatency: 391_220 }, EndpointInfo: { EndpointName } };
}

/** As it travels in JSON: NaN is a string there, and times are seconds. */
function onTheWire<T>(value: T): T {
  if (value instanceof Date) {
    return value.getTime() / SECOND as T;
  }
  if (Array.isArray(value)) {
    return value.map(onTheWire) as T;
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined).map(([name, item]) => [name, onTheWire(item)])) as T;
  }
  return (Number.isNaN(value) ? 'NaN' : value) as T;
}

/**
 * What the documentation says, or what follows from it: the job makes models and endpoints of its own, calls them with the sample requests and
 * removes them again. It names AmazonSageMakerFullAccess, and actions of their own for a VPC and for keys. The inner names begin with the job's,
 * and those of endpoints, by another page, with sm-epc-: a role has to allow both.
 */
function authorizations(request: Request, services: JobServices): Authorization[] {
  const { world } = services;
  const input = request.InputConfig!;
  const inner = innerNameOf(request.JobName!);
  const { containers, payload } = subjectOf(request, services);
  const { KmsKeyId, CompiledOutputConfig: compiled } = request.OutputConfig ?? {};
  const on = (type: string, name: string, ...actions: string[]): Authorization[] => actions
    .map(action => ({ action: `sagemaker:${action}`, resource: world.arn(type, name) }));
  const onEndpoint = (name: string) => on('endpoint', name, 'CreateEndpoint', 'DescribeEndpoint', 'DeleteEndpoint', 'InvokeEndpoint');
  return [
    ...input.ModelPackageVersionArn ? [{ action: 'sagemaker:DescribeModelPackage', resource: input.ModelPackageVersionArn }] : [],
    ...input.ModelName ? on('model', input.ModelName, 'DescribeModel') : [],
    ...objectReadsOf(payload ?? ''),
    ...containers.flatMap(containerNeeds),
    ...on('model', inner, 'CreateModel', 'DescribeModel', 'DeleteModel'),
    ...on('endpoint-config', inner, 'CreateEndpointConfig', 'DescribeEndpointConfig', 'DeleteEndpointConfig'),
    ...onEndpoint(inner),
    ...onEndpoint(`sm-epc-${inner}`),
    ...(input.Endpoints ?? []).flatMap(({ EndpointName }) => on('endpoint', EndpointName!, 'DescribeEndpoint', 'InvokeEndpoint')),
    ...compiled?.S3OutputUri ? writesOf(compiled.S3OutputUri) : [],
    ...compiled ? on('compilation-job', inner, 'CreateCompilationJob', 'DescribeCompilationJob') : [],
    ...keyNeeds(KmsKeyId, 'GenerateDataKey'),
    ...keyNeeds(input.VolumeKmsKeyId, 'CreateGrant'),
    ...networkNeeds(input.VpcConfig, world, { interface: ['ModifyNetworkInterfaceAttribute'], listings: ['DescribeVpcEndpoints'] }),
    { action: 'iam:PassRole', resource: request.RoleArn!, context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
  ];
}

function refuseIf(wrong: boolean, message: string): void {
  if (wrong) {
    throw new ServiceError('ValidationException', message);
  }
}
