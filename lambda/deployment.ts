import {
  CreateEndpointConfigCommand, CreateEndpointConfigCommandInput, CreateModelCommand, CreateModelCommandInput, DeleteEndpointConfigCommand,
  DeleteModelCommand, DescribeEndpointConfigCommand, DescribeEndpointConfigCommandOutput, DescribeModelCommand, DescribeModelCommandOutput,
} from '@aws-sdk/client-sagemaker';
import { approve, isApprovalRefusal } from './approval';
import { orNothing, settled } from './aws/calls';
import { sagemaker } from './aws/clients';
import type { Candidate } from './candidate';
import { isPermission, isTaken, isTransient } from './errors';
import { done, Failure, Named, NOT_YET, PlannedEvent, Progress, Properties, record, ResourceEvent, ResourceHandler, stackOf, text } from './event';
import { KINDS } from './kinds';
import { log } from './log';
import { contentName, isContentName } from './naming';
import { choose, modelOf } from './recommendation';
import { mayCreate, stackState } from './stack';
import { Store } from './store';
import { listTags, ownerOf, OWNER_TAG, retag, Tag, tagsIn } from './tags';
import { hasPassed, HOLD, LAP, SLOW_CREATE, Timed, timed } from './time';

const MAX_NAME_LENGTH = 63;
/** The number of copies is nowhere in a model or an endpoint configuration, and a rollback must know it without reading the job. */
const COPIES_TAG = 'cdk-sagemaker-inference:copies-per-instance';
/** What AWS documents for several copies on one instance of a plain variant. */
const COPIES_AMI = 'al2-ami-sagemaker-inference-gpu-2';
const COPIES_ROUTING = 'LEAST_OUTSTANDING_REQUESTS';
/** In seconds: weights of tens of gigabytes take their time, and the service's own defaults are made for small models. */
const DOWNLOAD_TIMEOUT = 3600;
const HEALTH_CHECK_TIMEOUT = 1200;

interface DeploymentPlan extends Timed {
  readonly operation?: string;
  /** The id that the resource has already: nothing is made anew under it, not even what was deleted by hand. */
  readonly kept?: boolean;
  /** What the endpoint serves before this update. */
  readonly former?: string;
}

/**
 * The winner of a recommendation job as a Model and an EndpointConfig.
 *
 * Both are named by the inputs, not by what was rendered from the job's answer: if they exist they are used as they are, so going back to
 * an earlier deployment needs neither the job nor an answer that is still the same.
 */
export class Deployment implements ResourceHandler<DeploymentPlan> {
  public async onEvent(event: ResourceEvent): Promise<Named<DeploymentPlan>> {
    if (event.RequestType === 'Delete') {
      return { PhysicalResourceId: event.PhysicalResourceId!, Plan: timed(LAP) };
    }
    const { operation } = await stackState(event);
    const name = nameOf(event);
    const former = event.PhysicalResourceId;
    return { PhysicalResourceId: name, Plan: { operation, kept: name === former, former, ...timed(HOLD) } };
  }

  public async isComplete(event: PlannedEvent<DeploymentPlan>): Promise<Progress> {
    return event.RequestType === 'Delete' ? this.remove(event) : this.ensure(event);
  }

  private async ensure(event: PlannedEvent<DeploymentPlan>): Promise<Progress> {
    const name = event.PhysicalResourceId;
    const config = await describeConfig(name);
    const model = await describeModel(name);
    if (config && model) {
      return this.existing(event, config, model);
    }
    const stack = await stackState(event);
    if (event.Plan.kept || (event.RequestType === 'Update' && stack.phase !== 'forward')) {
      log('gone, and not made again', { name });
      return done(attributes(name, config, model, ''));
    }
    if (!mayCreate(stack, event.Plan.operation)) {
      throw new Failure(`nothing was deployed, because the stack operation that asked for it is over (the stack is ${stack.status})`);
    }
    await this.create(event, { model: model !== undefined, config: config !== undefined });
    const [newConfig, newModel] = [await describeConfig(name), await describeModel(name)];
    return newConfig && newModel ? this.existing(event, newConfig, newModel) : NOT_YET;
  }

  private async create(event: PlannedEvent<DeploymentPlan>, there: { model: boolean; config: boolean }): Promise<void> {
    const candidate = await this.candidate(event);
    await this.refuseOtherHosting(event, candidate);
    if (!there.model) {
      await this.createModel(event, candidate);
    }
    if (!there.config) {
      await this.createConfig(event, candidate);
    }
    log('deployed', { name: event.PhysicalResourceId, rank: candidate.rank, specification: candidate.inferenceSpecificationName });
  }

  /** SageMaker turns no endpoint on instances into a serverless one, so that not even a rollback of the opposite would work. */
  private async refuseOtherHosting(event: PlannedEvent<DeploymentPlan>, candidate: Candidate): Promise<void> {
    const former = event.Plan.former === undefined ? undefined : await describeConfig(event.Plan.former);
    const before = former?.ProductionVariants?.[0];
    if (before && (before.ServerlessConfig !== undefined) !== isServerless(event, candidate)) {
      const [is, wanted] = before.ServerlessConfig ? ['serverless', 'on instances'] : ['on instances', 'serverless'];
      throw new Failure(`the endpoint is ${is}, and the recommendation is to run it ${wanted}, which SageMaker does not do in an update, nor undo `
        + 'in a rollback: select another recommendation, or give the deployment another construct id for a new endpoint');
    }
  }

  private async existing(event: PlannedEvent<DeploymentPlan>, config: DescribeEndpointConfigCommandOutput, model: DescribeModelCommandOutput) {
    let copies = '';
    for (const arn of [config.EndpointConfigArn!, model.ModelArn!]) {
      const tags = await listTags(arn);
      copies ||= tags.get(COPIES_TAG) ?? '';
      if (tags.get(OWNER_TAG) === ownerOf(event)) {
        await retag(event, arn, tags);
      } else if (!event.Plan.kept && (await stackState(event)).phase === 'forward') {
        throw new Failure(`${arn} exists, but this stack did not make it: delete it and deploy again`);
      }
    }
    return done(attributes(event.PhysicalResourceId, config, model, copies));
  }

  private async candidate(event: PlannedEvent<DeploymentPlan>): Promise<Candidate> {
    const source = record(event.ResourceProperties, 'Source');
    const kind = KINDS.get(text(source, 'JobType') ?? '');
    if (!kind?.job?.candidates) {
      throw new Failure(`Source.JobType must be a kind of job whose result can be deployed, got "${text(source, 'JobType')}"`);
    }
    const name = text(source, 'JobName') ?? '';
    const found = await new Store(kind).find(name);
    if (!found) {
      throw new Failure(`${kind.title} ${name} does not exist, so there is nothing to deploy: was it deleted, or is it in another Region or account?`);
    }
    if (found.state !== 'succeeded') {
      throw new Failure(`${kind.title} ${found.arn} is ${found.status}, and only a completed one can be deployed`);
    }
    return choose(kind.job.candidates(found.described), `${kind.title} ${found.arn}`, {
      selection: record(event.ResourceProperties, 'Selection'),
      instanceType: text(options(event), 'InstanceType'),
    });
  }

  /** A configuration that is refused takes its model along: CloudFormation may never be told the name of either. */
  private async createConfig(event: PlannedEvent<DeploymentPlan>, candidate: Candidate): Promise<void> {
    try {
      await sagemaker().send(new CreateEndpointConfigCommand(endpointConfig(event, candidate))).catch(tolerateTaken);
    } catch (error) {
      if (!isTransient(error) && !isPermission(error)) {
        await sagemaker().send(new DeleteModelCommand({ ModelName: event.PhysicalResourceId }));
      }
      throw error;
    }
  }

  private async createModel(event: PlannedEvent<DeploymentPlan>, candidate: Candidate): Promise<void> {
    const model = await modelOf(candidate, describeModel);
    const create = () => sagemaker().send(new CreateModelCommand({
      ModelName: event.PhysicalResourceId,
      ...model,
      ExecutionRoleArn: text(event.ResourceProperties, 'ExecutionRoleArn'),
      Tags: ownTags(event, candidate),
    } as CreateModelCommandInput)).catch(tolerateTaken);
    try {
      await create();
    } catch (error) {
      if (!isApprovalRefusal(error) || !candidate.modelPackageArn) {
        throw error;
      }
      await approve(event, candidate.modelPackageArn);
      await create();
    }
  }

  /** The configuration first: it names the model. CloudFormation has taken the endpoint off both before this is asked for. */
  private async remove(event: PlannedEvent<DeploymentPlan>): Promise<Progress> {
    const id = event.PhysicalResourceId;
    const ours = isContentName(id);
    const name = ours ? id : nameOf(event);
    if (!ours && (await stackState(event)).phase === 'forward') {
      return done(); // the clean-up of a Create that was given up: what has its name now is what the retry serves
    }
    const config = await describeConfig(name);
    const model = await describeModel(name);
    const gone = await this.delete(event, config?.EndpointConfigArn,
      () => sagemaker().send(new DeleteEndpointConfigCommand({ EndpointConfigName: name })))
      && await this.delete(event, model?.ModelArn, () => sagemaker().send(new DeleteModelCommand({ ModelName: name })));
    if (gone && (ours || hasPassed(event.Plan, SLOW_CREATE))) {
      return done();
    }
    if (Date.now() >= event.Plan.deadline) {
      throw new Failure(`endpoint configuration ${name} is still in use: delete the endpoint that uses it, then the stack again`);
    }
    return NOT_YET;
  }

  private async delete(event: ResourceEvent, arn: string | undefined, call: () => Promise<unknown>): Promise<boolean> {
    if (!arn) {
      return true;
    }
    if ((await listTags(arn)).get(OWNER_TAG) !== ownerOf(event)) {
      log('left alone, since this stack did not make it', { arn });
      return true;
    }
    log('deleting', { arn });
    return settled(call());
  }
}

function options(event: ResourceEvent): Properties {
  return record(event.ResourceProperties, 'Options');
}

/** FROZEN like the names of jobs: a rollback may run an older version of this. Tags and approval are not part of it. */
function nameOf(event: ResourceEvent): string {
  const { NamePrefix, Source, Selection, Options, ExecutionRoleArn } = event.ResourceProperties;
  return contentName({
    stackName: stackOf(event).name,
    logicalId: event.LogicalResourceId,
    prefix: text({ NamePrefix }, 'NamePrefix'),
    content: { Source, Selection, Options, ExecutionRoleArn },
    maxLength: MAX_NAME_LENGTH,
  });
}

function ownTags(event: ResourceEvent, candidate: Candidate): Tag[] {
  return [
    ...tagsIn(event.ResourceProperties),
    { Key: OWNER_TAG, Value: ownerOf(event) },
    { Key: COPIES_TAG, Value: String(candidate.copyCountPerInstance) },
  ];
}

/** An instance type of the deployment's own is a word against serverless. */
function isServerless(event: ResourceEvent, candidate: Candidate): boolean {
  return candidate.serverless !== undefined && text(options(event), 'InstanceType') === undefined;
}

function endpointConfig(event: PlannedEvent<DeploymentPlan>, candidate: Candidate): CreateEndpointConfigCommandInput {
  const wanted = options(event);
  const number = (name: string) => text(wanted, name) === undefined ? undefined : Number(text(wanted, name));
  const instanceType = text(wanted, 'InstanceType');
  return {
    EndpointConfigName: event.PhysicalResourceId,
    ProductionVariants: [{
      VariantName: text(wanted, 'VariantName') ?? 'AllTraffic',
      ModelName: event.PhysicalResourceId,
      // A serverless variant takes nothing that has to do with instances.
      ...(isServerless(event, candidate) ? { ServerlessConfig: candidate.serverless } : instances()),
    }],
    Tags: ownTags(event, candidate),
  } as CreateEndpointConfigCommandInput;

  function instances() {
    const copies = candidate.copyCountPerInstance > 1;
    const routing = text(wanted, 'RoutingStrategy') ?? (copies ? COPIES_ROUTING : undefined);
    return {
      InstanceType: instanceType ?? candidate.instanceType,
      InitialInstanceCount: number('InitialInstanceCount') ?? candidate.instanceCount,
      InferenceAmiVersion: text(wanted, 'InferenceAmiVersion') ?? (copies ? COPIES_AMI : undefined),
      RoutingConfig: routing === undefined ? undefined : { RoutingStrategy: routing },
      ModelDataDownloadTimeoutInSeconds: number('ModelDataDownloadTimeoutInSeconds') ?? DOWNLOAD_TIMEOUT,
      ContainerStartupHealthCheckTimeoutInSeconds: number('ContainerStartupHealthCheckTimeoutInSeconds') ?? HEALTH_CHECK_TIMEOUT,
    };
  }
}

function attributes(
  name: string,
  config: DescribeEndpointConfigCommandOutput | undefined,
  model: DescribeModelCommandOutput | undefined,
  copies: string,
): Record<string, string> {
  const variant = config?.ProductionVariants?.[0];
  const container = model?.PrimaryContainer;
  return {
    ModelName: name,
    EndpointConfigName: name,
    VariantName: variant?.VariantName ?? '',
    InstanceType: variant?.InstanceType ?? '',
    InstanceCount: String(variant?.InitialInstanceCount ?? ''),
    CopyCountPerInstance: copies,
    InferenceSpecificationName: container?.InferenceSpecificationName ?? '',
    ModelPackageArn: container?.ModelPackageName ?? '',
    ImageUri: container?.Image ?? '',
  };
}

async function describeConfig(name: string): Promise<DescribeEndpointConfigCommandOutput | undefined> {
  return orNothing(sagemaker().send(new DescribeEndpointConfigCommand({ EndpointConfigName: name })));
}

async function describeModel(name: string): Promise<DescribeModelCommandOutput | undefined> {
  return orNothing(sagemaker().send(new DescribeModelCommand({ ModelName: name })));
}

/** A name that is taken was made by an earlier try; whether it is ours is seen when it is read. */
function tolerateTaken(error: unknown): void {
  if (!isTaken(error)) {
    throw error;
  }
}
