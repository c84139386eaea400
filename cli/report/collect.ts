import { compare, expectedAgainst, readBenchmark } from './benchmarks';
import { candidatesOf, endpointsOf, figureOf } from './candidates';
import { FoundEndpoint, FoundModel, readEndpoint, serves } from './deployments';
import type { Benchmark, Deployment, Expected, Job, Report, Served, Setting, Subject } from './model';
import { Candidate, list, object, string } from '../../lambda/candidate';
import type { Properties } from '../../lambda/event';
import { titleOf } from '../../lambda/selection/choose';
import type { Aws } from '../aws/aws';
import { missingAction, Refusal } from '../aws/errors';
import { kindOfResource, stackResources } from '../stack';
import { describeJob, findSubject, FoundJob, FoundStack, KindOfJob } from '../subjects';

/** Where a model is from. */
interface Origin {
  readonly job: FoundJob;
  readonly candidate: Candidate;
}

/** All that a report says of stacks and jobs. It only reads. */
export async function collect(aws: Aws, given: readonly string[], now = new Date()): Promise<Report> {
  return new Collection(aws).report(given, now);
}

class Collection {
  private readonly notes: string[] = [];
  private readonly subjects: Subject[] = [];
  /** By ARN: a job may be asked for, and be part of a stack. */
  private readonly jobs = new Map<string, FoundJob>();
  private readonly endpoints = new Map<string, FoundEndpoint>();

  constructor(private readonly aws: Aws) {}

  public async report(given: readonly string[], now: Date): Promise<Report> {
    for (const subject of new Set(given)) {
      await this.add(subject);
    }
    const jobs = [...this.jobs.values()].sort((a, b) => timeOf(a) - timeOf(b)); // not by their ARNs, whose hashes have no order
    const benchmarks = new Map<FoundJob, Benchmark>();
    for (const job of jobs.filter(isBenchmark)) { // one after the other: each may be hundreds of megabytes
      const benchmark = await readBenchmark(this.aws, job);
      benchmarks.set(job, benchmark);
      if (benchmark.endpoint !== undefined) {
        await this.addEndpoint(benchmark.endpoint);
      }
    }
    const reports = jobs.map(job => this.jobOf(job, benchmarks.get(job)));
    const [, , , region, account] = this.subjects[0].arn.split(':');
    return {
      version: 1,
      title: this.subjects.map(({ name }) => name).join(', '),
      madeAt: now.toISOString(),
      account,
      region,
      subjects: this.subjects,
      notes: this.notes,
      deployments: [...this.endpoints.values()].map(endpoint => this.deploymentOf(endpoint)),
      jobs: reports,
      comparisons: compare(reports.flatMap(({ name, settings, benchmark }) => benchmark ? [{ name, settings, benchmark }] : [])),
    };
  }

  private async add(given: string): Promise<void> {
    const { stack, job, others } = await findSubject(this.aws, given);
    if (others.length > 0) {
      this.notes.push(`${given} is also the name of ${others.join(' and of ')}, which is not in this report: its ARN asks for it.`);
    }
    if (stack) {
      this.subjects.push({ type: 'Stack', ...stack });
      await this.addStack(stack);
    } else if (job) {
      this.subjects.push({ type: job.kind.type, name: job.name, arn: job.arn });
      this.jobs.set(job.arn, job);
    }
  }

  private async addStack(stack: FoundStack): Promise<void> {
    const resources = (await stackResources(this.aws, stack.arn)).filter(({ ResourceStatus: status }) => status !== 'DELETE_COMPLETE');
    const jobs = resources.flatMap(resource => {
      const kind = kindOfResource(resource.ResourceType);
      return kind?.job ? [{ kind: kind as KindOfJob, name: resource.PhysicalResourceId, path: resource.path.join('/') }] : [];
    });
    const endpoints = resources.filter(({ ResourceType: type }) => type === 'AWS::SageMaker::Endpoint');
    if (jobs.length === 0 && endpoints.length === 0) {
      throw new Refusal(`stack ${stack.name} has neither a job nor an endpoint to report`);
    }
    for (const { kind, name, path } of jobs) {
      const job = name ? await describeJob(this.aws, kind, name) : undefined;
      if (job) {
        this.jobs.set(job.arn, job);
      } else {
        this.notes.push(`The ${kind.title} of ${path} has not been started, or was deleted${name ? ` (${name})` : ''}.`);
      }
    }
    for (const { PhysicalResourceId: id } of endpoints) {
      if (id) {
        await this.addEndpoint(id.slice(id.lastIndexOf('/') + 1));
      }
    }
  }

  /** What is deployed is worth knowing, and no reason for no report. */
  private async addEndpoint(name: string): Promise<void> {
    if (this.endpoints.has(name)) {
      return;
    }
    try {
      const endpoint = await readEndpoint(this.aws, name);
      if (endpoint) {
        this.endpoints.set(name, endpoint);
      } else {
        this.notes.push(`Endpoint ${name} does not exist now, so what it served is not known.`);
      }
    } catch (error) {
      const action = missingAction(error);
      if (action === undefined) {
        throw error;
      }
      this.notes.push(`What endpoint ${name} serves is not known: the permission ${action} is missing.`);
    }
  }

  private jobOf(job: FoundJob, benchmark: Benchmark | undefined): Job {
    const { kind, name, arn, status, state, described } = job;
    const found = state === 'succeeded' && kind.job.candidates?.(described);
    return {
      type: kind.type,
      kind: kind.title,
      name,
      arn,
      status,
      state,
      startedAt: iso(described.CreationTime),
      endedAt: iso(described.EndTime ?? described.CompletionTime ?? described.OptimizationEndTime),
      failureReason: string(described.FailureReason),
      settings: settingsOf(described),
      ...(found && candidatesOf(job, found, candidate => this.endpointsServing(job, candidate))),
      endpoints: endpointsOf(job),
      benchmark: benchmark && { ...benchmark, expected: this.expectedOf(job, benchmark) },
    };
  }

  private endpointsServing(job: FoundJob, candidate: Candidate): string[] {
    return [...this.endpoints.values()]
      .filter(({ served }) => served.some(model => {
        const origin = this.originOf(model);
        return origin?.job === job && origin.candidate.rank === candidate.rank;
      }))
      .map(({ name }) => name);
  }

  /** The recommendation that a model was made from, if a job of this report made it. */
  private originOf(model: FoundModel): Origin | undefined {
    for (const job of this.jobs.values()) {
      const candidate = job.state === 'succeeded' ? job.kind.job.candidates?.(job.described).find(each => serves(model, each)) : undefined;
      if (candidate) {
        return { job, candidate };
      }
    }
    return undefined;
  }

  private deploymentOf({ name, arn, status, configName, configuredAt, served }: FoundEndpoint): Deployment {
    const models = served.map(model => this.servedOf(model));
    return { endpoint: name, arn, status, endpointConfig: configName, configuredAt: iso(configuredAt), served: models };
  }

  private servedOf(model: FoundModel): Served {
    const origin = this.originOf(model);
    const { name, component, shadow, instanceType, instanceCount, modelName, container, rank } = model;
    return {
      name,
      ...(component && { inferenceComponent: true }),
      ...(shadow && { shadow: true }),
      instanceType,
      instanceCount,
      model: modelName,
      modelPackageArn: container.ModelPackageName,
      inferenceSpecificationName: container.InferenceSpecificationName,
      image: container.Image,
      rank: origin?.candidate.rank ?? rank,
      job: origin?.job.name,
      expected: origin ? origin.candidate.performance.map(figureOf) : model.expected,
    };
  }

  /** Only where it is sure what was measured: the endpoint serves one model, or the benchmark says which, and has not been changed since. */
  private expectedOf({ described }: FoundJob, benchmark: Benchmark): Expected | undefined {
    const endpoint = this.endpoints.get(benchmark.endpoint ?? '');
    if (!endpoint || benchmark.runs.length === 0) {
      return undefined;
    }
    const { inferenceComponents: [...components] = [] } = benchmark;
    const measured = endpoint.served.filter(({ name, shadow }) => !shadow && (components.length === 0 || components.includes(name)));
    if (measured.length !== 1) {
      return undefined;
    }
    const [served] = measured.map(model => this.servedOf(model));
    const origin = this.originOf(measured[0]);
    const of = origin ? titleOf(origin.candidate) : titleOf({ rank: served.rank ?? 1, ...served });
    if (endpoint.configuredAt && described.CreationTime instanceof Date && endpoint.configuredAt > described.CreationTime) {
      return { of, caveat: `Endpoint ${endpoint.name} was updated after this benchmark: what was measured is not what it serves now.`, figures: [] };
    }
    return expectedAgainst(benchmark, of, served.expected);
  }
}

function isBenchmark({ kind }: FoundJob): boolean {
  return kind.type === 'AIBenchmarkJob';
}

function timeOf({ described: { CreationTime: time } }: FoundJob): number {
  return time instanceof Date ? time.getTime() : 0;
}

function iso(time: unknown): string | undefined {
  return time instanceof Date ? time.toISOString() : undefined;
}

type Read = (described: Properties) => unknown;
const source = (described: Properties) => object(described.ModelSource);

/** What of a job's request helps to read its figures. */
const SETTINGS: readonly (readonly [name: string, read: Read])[] = [
  ['Objective', ({ PerformanceTarget }) => list(object(PerformanceTarget).Constraints).map(({ Metric }) => Metric).join(', ')],
  ['Target', ({ BenchmarkTarget }) => object(object(BenchmarkTarget).Endpoint).Identifier],
  ['Workload', ({ AIWorkloadConfigIdentifier }) => AIWorkloadConfigIdentifier],
  ['Job type', ({ JobType }) => JobType],
  ['Model', described => object(source(described).S3).S3Uri ?? object(source(described).SageMakerModel).ModelName],
  ['Model package', ({ InputConfig }) => object(InputConfig).ModelPackageVersionArn],
  ['SageMaker model', ({ InputConfig }) => object(InputConfig).ModelName],
  ['Optimize the model', ({ OptimizeModel }) => OptimizeModel === undefined ? undefined : OptimizeModel ? 'yes' : 'no'],
  ['Framework', ({ InferenceSpecification }) => object(InferenceSpecification).Framework],
  ['Instance types', ({ ComputeSpec, DeploymentInstanceType }) => {
    const types = object(ComputeSpec).InstanceTypes;
    return Array.isArray(types) ? types.join(', ') : DeploymentInstanceType;
  }],
];

function settingsOf(described: Properties): Setting[] {
  return SETTINGS.flatMap(([name, read]) => {
    const value = read(described);
    return typeof value === 'string' && value !== '' ? [{ name, value }] : [];
  });
}
