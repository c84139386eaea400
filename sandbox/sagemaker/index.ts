import { VirtualClock } from '../clock';
import type { LogStore } from '../cloudwatch-logs';
import { ObjectStore } from '../s3';
import { Authorization, ServiceCall, ServiceError, ServiceStandIn } from '../service';
import { authorizationsOf } from './authorization';
import { benchmarkJob } from './benchmark-job';
import { Capacities } from './capacities';
import { EndpointConfig, EndpointConfigs } from './endpoint-configs';
import { Endpoint, Endpoints } from './endpoints';
import { ExecutionRoles, RoleChecks } from './execution-roles';
import { componentRefusal, fleetRefusal } from './hosting-roles';
import { InferenceComponent, InferenceComponents } from './inference-components';
import { InferenceRecommendationsJobLists, inferenceRecommendationsJob } from './inference-recommendations-job';
import { InnerJobs, Job } from './job-kind';
import { JOB_KINDS } from './job-kinds';
import { Jobs } from './jobs';
import { OPERATIONS } from './model';
import { ModelPackage, ModelPackageGroup, ModelPackages } from './model-packages';
import { Model, Models } from './models';
import { OptimizationJobSummaries, optimizationJob } from './optimization-job';
import { Scenario } from './scenario';
import { TagStore } from './tags';
import { assertShape, validateInput } from './validation';
import { WorkloadConfig, WorkloadConfigs } from './workload-configs';
import { nameOf, Neighbours, Operations, World } from './world';

export type { AIRecommendation } from './types';
export type { AlarmState, Neighbours, OtherAccount } from './world';
export type {
  BenchmarkOutcome, EndpointOutcome, InferenceComponentOutcome, InferenceRecommendationsOutcome, OptimizationOutcome, RecommendationOutcome, Scenario,
} from './scenario';
export { HOUR, MINUTE } from './scenario';

/** The members of `Neighbours` ask what is around SageMaker: alarms, scalable targets and other accounts. */
export interface SageMakerOptions extends Neighbours {
  readonly account: string;
  readonly region: string;
  /**
   * Where the execution roles of jobs and models are.
   *
   * @default - they are not looked into
   */
  readonly iam?: RoleChecks;
  /**
   * Where jobs leave their results.
   *
   * @default - they are dropped
   */
  readonly s3?: ObjectStore;
  /**
   * Where jobs log to.
   *
   * @default - it is dropped
   */
  readonly logs?: LogStore;
}

/** A local stand-in for the SageMaker API: AI workload configurations, jobs, model packages, models, endpoints and what is on them. */
export class SageMaker implements ServiceStandIn {
  /** May be replaced at any time; what has begun goes on as it was to. */
  public scenario: Scenario;
  private readonly world: World;
  private readonly parts: ReturnType<typeof partsOf>;
  private readonly operations: Operations;

  constructor(clock: VirtualClock, options: SageMakerOptions, scenario: Scenario = {}) {
    this.scenario = scenario;
    this.world = worldOf(clock, options, () => this.scenario);
    this.parts = partsOf(this.world, options.s3 ?? { put: () => {} }, options.logs ?? { put: () => {} });
    const { jobs, ...others } = this.parts;
    this.operations = Object.assign({}, this.world.tags.operations, ...[...jobs, ...Object.values(others)].map(part => part.operations));
  }

  public authorizations(call: ServiceCall): Authorization[] {
    return authorizationsOf(call, this.world, endpoint => this.parts.endpoints.scaledVariants(endpoint));
  }

  public async handle({ operation, input, caller }: ServiceCall): Promise<object> {
    const model = OPERATIONS.get(operation);
    if (!model) {
      throw new ServiceError('UnknownOperationException', `SageMaker has no operation ${operation}, or the stand-in lacks it`);
    }
    validateInput(model, input);
    const refusal = this.scenario.refuse?.(operation, input);
    if (refusal) {
      throw refusal;
    }
    // Through JSON, as on the wire: nobody changes the stand-in's state through what goes in or comes out.
    const output = overTheWire(this.operations[operation](overTheWire(input), caller) ?? {});
    if (model.output) {
      assertShape(model.output, output);
    }
    return output;
  }

  /** What a person does in the console: a call that needs no permission. */
  public console(operation: string, input: Record<string, any>): Promise<any> {
    return this.handle({ service: 'sagemaker', operation, input, caller: 'console' });
  }

  /** The jobs of a kind, such as `AIRecommendationJob`. */
  public jobs(noun: string): Job[] {
    const part = this.parts.jobs.find(({ kind }) => kind.noun === noun);
    if (!part) {
      throw new Error(`no such kind of job: ${noun}`);
    }
    return [...part.all.values()];
  }

  public get workloadConfigs(): WorkloadConfig[] {
    return [...this.parts.workloadConfigs.all.values()];
  }

  public get modelPackageGroups(): ModelPackageGroup[] {
    return [...this.parts.modelPackages.groups.values()];
  }

  public get modelPackages(): ModelPackage[] {
    return [...this.parts.modelPackages.packages.values()];
  }

  public get models(): Model[] {
    return [...this.parts.models.all.values()];
  }

  public get endpointConfigs(): EndpointConfig[] {
    return [...this.parts.endpointConfigs.all.values()];
  }

  public get endpoints(): Endpoint[] {
    return [...this.parts.endpoints.all.values()];
  }

  public get inferenceComponents(): InferenceComponent[] {
    return [...this.parts.inferenceComponents.all.values()];
  }

  /** The tags of a resource, undefined if there is no such resource. */
  public tags(arn: string): Record<string, string> | undefined {
    return this.world.tags.of(arn);
  }

  /** ARNs of everything that costs money at this moment: jobs that have not ended, and endpoints with instances, which are those of their inference components too. */
  public running(): string[] {
    return [...this.parts.jobs.flatMap(part => part.active()), ...this.parts.endpoints.active()].map(resource => resource.arn);
  }
}

/** The families of operations, which look into each other where the service does. */
function partsOf(world: World, s3: ObjectStore, logs: LogStore) {
  const modelPackages = new ModelPackages(world);
  const workloadConfigs: WorkloadConfigs = new WorkloadConfigs(world, config => jobUsing(config));
  const models = new Models(world, modelPackages);
  const configOf = (name: string): EndpointConfig => endpointConfigs.find(name);
  const inferenceComponents: InferenceComponents = new InferenceComponents(world, () => endpoints, models, (component, specifications, alarms) =>
    componentRefusal(component, specifications, alarms, configOf(endpoints.find(component.endpointName).configName), models, world));
  const endpoints = new Endpoints(world, configOf, inferenceComponents, (fleet, alarms) =>
    fleetRefusal(fleet, alarms, configOf(fleet.configName), models, world));
  const endpointConfigs = new EndpointConfigs(world, models, name => endpoints.userOf(name)?.arn);
  const capacities = new Capacities(world, endpoints, configOf);
  const services = { world, workloadConfigs, modelPackages, models, endpoints, endpointConfigs, inferenceComponents, s3, logs };
  const innerBenchmarks: InnerJobs = {
    begin: request => benchmarks().begin(request),
    end: (...job) => benchmarks().end(...job),
  };
  const jobs = JOB_KINDS.map(kind => new Jobs(kind, { ...services, innerBenchmarks }));
  const benchmarks = () => jobs.find(({ kind }) => kind === benchmarkJob)!.inner;
  // Behind the jobs: what these add to a listing replaces the plain one.
  const optimizations = new OptimizationJobSummaries(jobs.find(({ kind }) => kind === optimizationJob)!);
  const inferenceRecommendations = new InferenceRecommendationsJobLists(jobs.find(({ kind }) => kind === inferenceRecommendationsJob)!);
  const jobUsing = (config: WorkloadConfig): string | undefined => jobs
    .flatMap(part => part.active().filter(job => nameOf(part.kind.workloadConfig?.(job.request) ?? '') === config.name))[0]?.arn;
  const hosting = { models, endpoints, endpointConfigs, capacities, inferenceComponents };
  return { modelPackages, workloadConfigs, jobs, ...hosting, optimizations, inferenceRecommendations };
}

function worldOf(clock: VirtualClock, options: SageMakerOptions, scenario: () => Scenario): World {
  return {
    clock,
    tags: new TagStore(),
    roles: new ExecutionRoles(options.account, options.iam),
    neighbours: options,
    account: options.account,
    region: options.region,
    get scenario() { return scenario(); },
    arn: (type, name) => `arn:aws:sagemaker:${options.region}:${options.account}:${type}/${name}`,
    seconds: () => clock.now() / 1000,
  };
}

function overTheWire(value: object): object {
  return JSON.parse(JSON.stringify(value));
}
