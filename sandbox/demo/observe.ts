import type { Sandbox } from '..';
import { READER } from './page';
import { Counts, EndpointReport, JobReport, Leftovers, RecommendationReport } from './report';
import { objectiveOf } from './scenario';
import { iso } from '../../cli/format';
import { pathOf, Template } from '../../cli/watch/groups';
import type { AIRecommendation } from '../sagemaker/types';
import { ServiceError } from '../service';

/** A point in the journal: what came after it belongs to what came after it. */
export interface Mark {
  readonly calls: number;
  readonly invocations: number;
  readonly events: number;
  readonly transitions: number;
}

export const START: Mark = { calls: 0, invocations: 0, events: 0, transitions: 0 };

/** What there is to see in the sandbox, as data. */
export class Observer {
  constructor(private readonly sandbox: Sandbox, private readonly account: string) {}

  public mark(): Mark {
    const { journal, stepFunctions } = this.sandbox;
    const { calls, invocations, events } = journal;
    return { calls: calls.length, invocations: invocations.length, events: events.length, transitions: stepFunctions.transitions };
  }

  public jobs(): JobReport[] {
    const now = this.sandbox.clock.now() / 1000;
    return this.sandbox.sagemaker.jobs('AIRecommendationJob').map(({ name, arn, status, request, creationTime, endTime, failureReason }) => ({
      name,
      arn,
      status,
      objective: objectiveOf(request),
      startedAt: iso(creationTime * 1000),
      endedAt: endTime === undefined ? null : iso(endTime * 1000),
      durationSeconds: (endTime ?? now) - creationTime,
      failureReason: failureReason ?? null,
    }));
  }

  /** Names of the jobs that an operation was called for with success, such as `CreateAIRecommendationJob`. */
  public jobsOf(operation: string, since: Mark): string[] {
    return this.sandbox.journal.calls.slice(since.calls)
      .filter(call => call.operation === operation && !call.error)
      .map(call => String(call.input.AIRecommendationJobName));
  }

  /** The recommendations of a job as the API answers them, and which of them the endpoint serves. */
  public async recommendations(jobName: string, endpoint: EndpointReport | null): Promise<RecommendationReport[]> {
    const described = await this.sandbox.sagemaker.console('DescribeAIRecommendationJob', { AIRecommendationJobName: jobName });
    return ((described.Recommendations ?? []) as AIRecommendation[]).map(({ ModelDetails, DeploymentConfiguration, ExpectedPerformance }, index) => {
      const instanceType = String(DeploymentConfiguration?.InstanceType);
      const inferenceSpecificationName = String(ModelDetails?.InferenceSpecificationName);
      return {
        rank: index + 1,
        inferenceSpecificationName,
        instanceType,
        instanceCount: DeploymentConfiguration?.InstanceCount ?? 1,
        copyCountPerInstance: DeploymentConfiguration?.CopyCountPerInstance ?? 1,
        modelPackageArn: String(ModelDetails?.ModelPackageArn),
        metrics: (ExpectedPerformance ?? []).map(({ Metric, Stat, Value, Unit }) => ({
          metric: String(Metric), stat: Stat ?? null, value: Number(Value), unit: String(Unit),
        })),
        chosen: endpoint?.modelPackageArn === ModelDetails?.ModelPackageArn
          && endpoint?.inferenceSpecificationName === inferenceSpecificationName && endpoint?.instanceType === instanceType,
      };
    });
  }

  /** The endpoint, and what it really serves. */
  public endpoint(): EndpointReport | null {
    const { endpoints: [endpoint], endpointConfigs, models } = this.sandbox.sagemaker;
    if (!endpoint) {
      return null;
    }
    const variant = endpointConfigs.find(config => config.name === endpoint.configName)?.request.ProductionVariants?.[0];
    const container = models.find(model => model.name === variant?.ModelName)?.request.PrimaryContainer;
    return {
      name: endpoint.name,
      arn: endpoint.arn,
      status: endpoint.status,
      createdAt: iso(endpoint.creationTime * 1000),
      lastModifiedAt: iso(endpoint.lastModifiedTime * 1000),
      configName: endpoint.configName,
      modelName: variant?.ModelName ?? '',
      inferenceSpecificationName: container?.InferenceSpecificationName ?? '',
      modelPackageArn: container?.ModelPackageName ?? '',
      instanceType: variant?.InstanceType ?? '',
      instanceCount: variant?.InitialInstanceCount ?? 0,
    };
  }

  public counts(since: Mark, { Resources }: Template): Counts {
    const { journal, stepFunctions } = this.sandbox;
    const calls = journal.calls.slice(since.calls).filter(({ caller }) => !caller.endsWith(`/${READER}`)).map(({ service, operation, error }) => ({ service, operation, refused: error !== undefined }));
    const functions = this.functionPaths(Resources);
    return {
      api: [...grouped(calls.filter(call => call.operation !== ANSWER), call => `${call.service}:${call.operation}`)].map(([, same]) => ({
        service: same[0].service, operation: same[0].operation, calls: same.length, refused: same.filter(call => call.refused).length,
      })),
      invocations: [...grouped(journal.invocations.slice(since.invocations), ({ functionName }) => functions.get(functionName) ?? functionName)]
        .map(([name, same]) => ({ function: name, invocations: same.length })),
      customResourceAnswers: calls.filter(call => call.operation === ANSWER).length,
      stateTransitions: stepFunctions.transitions - since.transitions,
      longestCustomResourceSeconds: this.longestCustomResource(since),
    };
  }

  /** Each service is asked for what it still has; of what cannot be listed, for all that the stack ever had. */
  public async leftovers(): Promise<Leftovers> {
    const { sagemaker, journal, iam, lambda } = this.sandbox;
    const last = new Map(journal.events.filter(event => event.physicalId !== '').map(event => [`${event.logicalId} ${event.physicalId}`, event]));
    const physical = (type: string) => [...new Set([...last.values()].filter(event => event.type === type).map(event => event.physicalId))];
    return {
      running: sagemaker.running(),
      jobs: sagemaker.jobs('AIRecommendationJob').map(job => job.arn),
      workloadConfigs: sagemaker.workloadConfigs.map(config => config.arn),
      models: sagemaker.models.map(model => model.arn),
      endpointConfigs: sagemaker.endpointConfigs.map(config => config.arn),
      endpoints: sagemaker.endpoints.map(endpoint => endpoint.arn),
      roles: await known(physical('AWS::IAM::Role').map(name => `arn:aws:iam::${this.account}:role/${name}`), arn => iam.unusedActions(arn)),
      functions: await known(physical('AWS::Lambda::Function'), FunctionName => lambda.handle({
        service: 'lambda', operation: 'GetFunction', input: { FunctionName }, caller: 'console',
      })),
      // Logs stay, so that they can be read.
      stackResources: [...last.values()].filter(event => event.status !== 'DELETE_COMPLETE' && event.type !== 'AWS::Logs::LogGroup')
        .map(event => event.physicalId),
      modelPackageGroups: sagemaker.modelPackageGroups.map(group => group.arn),
    };
  }

  private functionPaths(resources: Template['Resources']): Map<string, string> {
    return new Map(this.sandbox.journal.events
      .filter(event => event.type === 'AWS::Lambda::Function' && event.physicalId !== '')
      .map(event => [event.physicalId, pathOf(event.logicalId, resources)]));
  }

  /** From the first event of a custom resource to its last, in each operation on it. */
  private longestCustomResource(since: Mark): number {
    const begun = new Map<string, number>();
    let longest = 0;
    for (const { logicalId, status, time } of this.sandbox.journal.events.slice(since.events).filter(event => event.type.startsWith('Custom::'))) {
      if (!status.endsWith('_IN_PROGRESS')) {
        longest = Math.max(longest, time - (begun.get(logicalId) ?? time));
        begun.delete(logicalId);
      } else if (!begun.has(logicalId)) {
        begun.set(logicalId, time);
      }
    }
    return longest / 1000;
  }
}

/** Not an operation of an API: where custom resources put their answers. */
const ANSWER = 'CustomResourceResponse';

/** By key, alphabetically. */
function grouped<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item)) ?? [];
    group.push(item);
    groups.set(key(item), group);
  }
  return new Map([...groups].sort(([a], [b]) => a < b ? -1 : 1));
}

/** Those of the names that a service knows. */
async function known(names: readonly string[], look: (name: string) => unknown): Promise<string[]> {
  const found: string[] = [];
  for (const name of names) {
    try {
      await look(name);
      found.push(name);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
    }
  }
  return found;
}
