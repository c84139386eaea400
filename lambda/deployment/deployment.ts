import { CreateEndpointConfigCommand, CreateModelCommand } from '@aws-sdk/client-sagemaker';
import { approve, approveRefused, isApprovalRefusal, review } from './approval';
import { attributesOf } from './attributes';
import { Blueprint, blueprintOf, ModelBlueprint } from './blueprint';
import { chooseAll } from './choice';
import { configFactsIn, ModelFacts, modelFactsIn, retainIn, retainTag } from './facts';
import { leftOversOf, noteLeftOver } from './left-over';
import { areChanging, Live, liveOf } from './live';
import { deploymentName, modelName, modelNames } from './names';
import { hasModels, Wanted, WantedModel, wantedOf } from './properties';
import { describeConfig, describeModels, EndpointConfig, Model, modelsIn, removeConfig, removeModels } from './resources';
import { onInstances, retainsOrBegins, variantsThatMove } from './retention';
import { sagemaker } from '../aws/clients';
import { isPermission, isTaken, mayPass, reasonOf } from '../errors';
import { done, Failure, Named, NOT_YET, PlannedEvent, Progress, ResourceEvent, ResourceHandler } from '../event';
import { log } from '../log';
import { isContentName, isRunOf } from '../naming';
import { describeEndpoint, forget, isAtRest, putBack, takeOff } from '../scaling/load';
import { isAwaited, isEnding, isOfThis, isUnderWay, mayCreate, Phase, stackState, StackState } from '../stack';
import { listTags, ownerOf, OWNER_TAG, retag, updateTags } from '../tags';
import { hasPassed, HOLD, LAP, settled, SLOW_CREATE, Timed, timed } from '../time';

interface DeploymentPlan extends Timed {
  readonly operation?: string;
  /** Which way the stack went when it asked: whoever waits for an answer still when it goes back did not ask in order to go back. */
  readonly phase?: Phase;
  /** The id that the resource has already: nothing is made anew under it, not even what was deleted by hand. */
  readonly kept?: boolean;
  /** What an update was to make that was given up before CloudFormation knew of it. */
  readonly abandon?: string;
}

type Event = PlannedEvent<DeploymentPlan>;

/** How tags are come by, and what follows from those of the configuration. */
interface Reading {
  read(arn: string): Promise<Map<string, string>>;
  retain?(config: EndpointConfig, tags: Map<string, string>): Promise<boolean>;
}

/** What exists under the name. */
interface Found {
  readonly config?: EndpointConfig;
  readonly models: ReadonlyMap<string, Model>;
  readonly complete: boolean;
}

/**
 * The winners of recommendation jobs as Models and an EndpointConfig.
 *
 * All are named by the inputs, not by what was rendered from the jobs' answers: if they exist they are used as they are, so going back to
 * an earlier deployment needs neither the jobs nor answers that are still the same.
 */
export class Deployment implements ResourceHandler<DeploymentPlan> {
  public async onEvent(event: ResourceEvent): Promise<Named<DeploymentPlan>> {
    const former = event.PhysicalResourceId;
    if (event.RequestType === 'Delete') {
      return { PhysicalResourceId: former!, Plan: timed(LAP) };
    }
    const { operation, phase } = await stackState(event);
    const name = deploymentName(event);
    // Another prefix alone is no other deployment.
    const kept = former !== undefined && isRunOf(name, former);
    const abandon = kept && phase === 'rollback' ? this.abandoned(event, former) : undefined;
    return { PhysicalResourceId: kept ? former : name, Plan: { operation, phase, kept, abandon, ...timed(phase === 'rollback' ? LAP : HOLD) } };
  }

  /** In a rollback the "old" properties are those of the update that failed. Whatever that one has told CloudFormation of, the clean-up deletes. */
  private abandoned({ OldResourceProperties, ...event }: ResourceEvent, id: string): string | undefined {
    const name = OldResourceProperties && deploymentName({ ...event, ResourceProperties: OldResourceProperties });
    return name === undefined || isRunOf(name, id) ? undefined : name;
  }

  public beginToRemove(event: Event): Promise<unknown> {
    return event.RequestType === 'Delete' ? this.remove(event) : this.abandon(event);
  }

  public async isComplete(event: Event): Promise<Progress> {
    return event.RequestType === 'Delete' ? this.remove(event) : this.ensure(event);
  }

  private async ensure(event: Event): Promise<Progress> {
    const wanted = wantedOf(event);
    await this.abandon(event);
    const live = event.RequestType === 'Update' ? await liveOf(event, wanted.endpointName) : undefined;
    try {
      const back = live?.configName === event.PhysicalResourceId && (await stackState(event)).phase === 'rollback' ? await this.comeBack(event, wanted) : 'elsewhere';
      if (back === 'later') {
        return NOT_YET;
      }
      const found = await this.find(event, wanted);
      return found.complete ? await this.existing(event, wanted, found, live, back === 'tried') : await this.missing(event, wanted, found, live);
    } catch (error) {
      if (mayPass(error, event.Plan) || live?.configName === event.PhysicalResourceId) {
        throw error;
      }
      if (!await this.restoreScaling(event, wanted)) {
        return NOT_YET; // it fails again
      }
      await this.withdraw(event, wanted);
      throw error;
    }
  }

  /**
   * For a rollback to what the endpoint serves already: then nothing but this may be asked, if the update was given up before CloudFormation knew its
   * deployment, so scaling that was taken off for it comes back here. What an update that is under way leads to is waited for.
   */
  private async comeBack(event: Event, { endpointName }: Wanted): Promise<'later' | 'tried' | 'untouched'> {
    const inTime = Date.now() < event.Plan.deadline;
    const endpoint = await describeEndpoint(endpointName);
    const atRest = isAtRest(endpoint);
    if (inTime && (!atRest || endpoint?.EndpointConfigName !== event.PhysicalResourceId)) {
      return 'later';
    }
    if (!await putBack(event, endpointName) && inTime) {
      return 'later';
    }
    return !atRest || endpoint?.FailureReason !== undefined ? 'tried' : 'untouched';
  }

  /** A deployment that fails may be asked no more: scaling that it has taken off comes back at once. Whether that is over. */
  private async restoreScaling(event: Event, { endpointName }: Wanted): Promise<boolean> {
    if (event.RequestType !== 'Update' || endpointName === '') {
      return true;
    }
    try {
      const stack = await stackState(event);
      // What is off then is off for another operation.
      const others = stack.phase === 'forward' && !mayCreate(stack, event.Plan.operation);
      return others || await putBack(event, endpointName) || Date.now() >= event.Plan.deadline;
    } catch (error) {
      if (mayPass(error, event.Plan)) {
        return false;
      }
      log('scaling is not put back', { endpointName, reason: reasonOf(error) });
      return true;
    }
  }

  private async find(event: Event, { components, models }: Wanted): Promise<Found> {
    const name = event.PhysicalResourceId;
    const config = await describeConfig(name);
    // Fewer may stand by than were asked for: the configuration knows.
    const names = !config ? modelNames(name, models) : components ? models.map((_, index) => modelName(name, index)) : modelsIn(config);
    const found = await describeModels(names);
    return { config, models: found, complete: config !== undefined && found.size === names.length };
  }

  private async missing(event: Event, wanted: Wanted, found: Found, live: Live | undefined): Promise<Progress> {
    await settled(event.Plan);
    const stack = await stackState(event);
    if (event.Plan.kept || (event.RequestType === 'Update' && stack.phase !== 'forward')) {
      if (event.Plan.phase === 'forward') {
        await this.withdraw(event, wanted);
      }
      log('gone, and not made again', { name: event.PhysicalResourceId });
      return done(await this.answer(event, wanted, found, { read: arn => listTags(arn) }));
    }
    await this.refuseUnasked(event, stack);
    await this.create(event, wanted, found, live);
    const made = await this.find(event, wanted);
    return made.complete ? this.existing(event, wanted, made, live) : NOT_YET;
  }

  /** All is worked out and checked before the first of it is made. What an earlier try has made is there already. */
  private async create(event: Event, wanted: Wanted, found: Found, live: Live | undefined): Promise<void> {
    const choices = await chooseAll(wanted);
    const blueprint: Blueprint = await blueprintOf(event, wanted, choices, live);
    for (const [arn, approval] of await review(choices)) {
      await approve(event, arn, approval);
    }
    for (const model of blueprint.models.filter(({ request }) => !found.models.has(request.ModelName!))) {
      await this.createModel(event, model);
    }
    if (!found.config) {
      await sagemaker().send(new CreateEndpointConfigCommand(blueprint.config)).catch(tolerateTaken);
    }
    log('deployed', {
      name: event.PhysicalResourceId,
      recommendations: choices.map(({ candidate: { rank, inferenceSpecificationName: specification } }) => ({ rank, specification })),
    });
  }

  private async createModel(event: Event, { request, modelPackageArn, approval }: ModelBlueprint): Promise<void> {
    const create = () => sagemaker().send(new CreateModelCommand(request)).catch(tolerateTaken);
    try {
      await create();
    } catch (error) {
      if (!isApprovalRefusal(error) || !modelPackageArn) {
        throw error;
      }
      await approveRefused(event, modelPackageArn, approval);
      await create();
    }
  }

  /**
   * What a deployment has made that failed, or was given up, goes at once: CloudFormation is never told the name of an update that fails. Once the
   * operation is over, what has the name is of the one that followed.
   */
  private async withdraw(event: Event, wanted: Wanted): Promise<void> {
    const name = event.PhysicalResourceId;
    await orLeave(event, name, async () => {
      if (!event.Plan.kept && isUnderWay(await stackState(event), event.Plan.operation)) {
        await this.discard(event, name, wanted);
      }
    });
  }

  /** For a rollback to what the resource never ceased to stand for: what the update had made until it was given up goes. */
  private async abandon(event: Event): Promise<void> {
    const { OldResourceProperties: ResourceProperties = {}, Plan: { abandon } } = event;
    if (abandon !== undefined) {
      await orLeave(event, abandon, async () => this.discard(event, abandon, wantedOf({ ...event, ResourceProperties })));
    }
  }

  /** Unless the endpoint has come to serve it after all, or may be about to. */
  private async discard(event: Event, name: string, { endpointName, models }: Wanted): Promise<void> {
    const endpoint = endpointName === '' ? undefined : await describeEndpoint(endpointName);
    if (isAtRest(endpoint) && endpoint?.EndpointConfigName !== name && await removeConfig(event, name)) {
      await removeModels(event, modelNames(name, models));
    }
  }

  private async existing(event: Event, wanted: Wanted, found: Found, live: Live | undefined, tried = false): Promise<Progress> {
    const attributes = await this.answer(event, wanted, found, {
      read: arn => this.claim(event, arn), retain: (config, tags) => this.retain(event, config, tags, live, tried),
    });
    if (!live || live.configName === event.PhysicalResourceId) {
      return done(attributes);
    }
    const check = () => this.refuseLate(event);
    await check();
    const ready = await this.mayMove(event, wanted) && await takeOff(event, wanted.endpointName, variantsThatMove(found.config!, live), check);
    return ready ? done(attributes) : NOT_YET;
  }

  /** Once an update was given up, the endpoint moves no more for it, and does without nothing. In a rollback it moves too, if that was asked for. */
  private async refuseLate(event: Event): Promise<void> {
    const stack = await stackState(event);
    if (event.Plan.phase === 'forward') {
      await this.refuseUnasked(event, stack);
    }
  }

  /** Nothing is done for an operation that is over, nor for a request that CloudFormation has given up on. */
  private async refuseUnasked(event: Event, stack: StackState): Promise<void> {
    if (!mayCreate(stack, event.Plan.operation) || !await isAwaited(event)) {
      throw new Failure(`nothing was deployed, because the stack operation that asked for it is over (the stack is ${stack.status})`);
    }
  }

  /** An update that failed or was given up leaves components that are still changing, and SageMaker may refuse to move their endpoint meanwhile. */
  private async mayMove({ Plan }: Event, { components, endpointName }: Wanted): Promise<boolean> {
    return !components || hasPassed(Plan, LAP) || !await areChanging(endpointName);
  }

  private async answer(event: Event, wanted: Wanted, { config, models }: Found, { read, retain }: Reading): Promise<Record<string, string>> {
    const tags = config ? await read(config.EndpointConfigArn!) : new Map<string, string>();
    const facts = new Map<string, ModelFacts>();
    for (const [model, { ModelArn: arn }] of models) {
      facts.set(model, modelFactsIn(await read(arn!)));
    }
    return attributesOf(event, {
      wanted, config, models, facts, configFacts: configFactsIn(tags), retain: config && retain ? await retain(config, tags) : retainIn(tags),
    });
  }

  /** The tags of something that exists, which are brought in line with the template if it is ours. */
  private async claim(event: Event, arn: string): Promise<Map<string, string>> {
    const tags = await listTags(arn);
    if (tags.get(OWNER_TAG) === ownerOf(event)) {
      await retag(event, arn, tags);
    } else if (!event.Plan.kept && (await stackState(event)).phase === 'forward') {
      throw new Failure(`${arn} exists, but this stack did not make it: delete it and deploy again`);
    }
    return tags;
  }

  /**
   * Whether the endpoint keeps its number of instances when it moves to this configuration. That is decided anew each time that it does, and
   * kept while it serves it: another answer would be another property of the endpoint, which is an update of it.
   *
   * @param tried whether it is brought back to what it has not left: CloudFormation updates it anyway, which must not cost it instances
   */
  private async retain(event: Event, config: EndpointConfig, tags: Map<string, string>, live: Live | undefined, tried: boolean): Promise<boolean> {
    const before = retainIn(tags);
    const moves = event.RequestType === 'Create' || (live !== undefined && live.configName !== event.PhysicalResourceId);
    const decided = tried ? onInstances(config) : before;
    const retain = moves ? retainsOrBegins(config, configFactsIn(tags), live) : decided;
    if (retain !== before && tags.get(OWNER_TAG) === ownerOf(event)) {
      try {
        await updateTags(config.EndpointConfigArn!, tags, [retainTag(retain, tags)], []);
      } catch (error) {
        if (!isPermission(error) || (await stackState(event)).phase !== 'rollback') {
          throw error;
        }
        log('tag left as it is', { reason: reasonOf(error) });
      }
    }
    return retain;
  }

  /** The configuration first: it names the models. CloudFormation has taken the endpoint off both before this is asked for. */
  private async remove(event: Event): Promise<Progress> {
    const id = event.PhysicalResourceId;
    const ours = isContentName(id);
    const wanted = hasModels(event) ? wantedOf(event) : undefined;
    if (!wanted && !ours) {
      return done(); // a Create of such properties fails before anything is made
    }
    const { models: wantedModels, endpointName } = wanted ?? { models: [], endpointName: '' };
    const name = ours ? id : deploymentName(event);
    const stack = await stackState(event);
    if (!ours && stack.phase === 'forward') {
      return done(); // the clean-up of a Create that was given up: what has its name now is what the retry serves
    }
    let gone = await this.removeLeftOvers(event, name, stack, wantedModels);
    // An update that failed before it could say its id leaves the id of other inputs.
    const names = wanted && isEnding(stack) ? [name, deploymentName(event)] : [name];
    for (const each of gone ? new Set(names) : []) {
      const config = await describeConfig(each);
      if (each === name || !config || isOfThis(stack, config.CreationTime)) {
        gone = await this.removeNamed(event, each, config, wantedModels) && gone;
      }
    }
    if (gone && (ours || hasPassed(event.Plan, SLOW_CREATE))) {
      return await this.leaveScaling(event, endpointName, stack.phase === 'rollback') ? done() : NOT_YET;
    }
    if (Date.now() >= event.Plan.deadline) {
      await noteLeftOver(event, await otherId(event, stack), name);
      throw new Failure(`endpoint configuration ${name} is still in use: delete the endpoint that uses it, then the stack again`);
    }
    return NOT_YET;
  }

  /** Whether nothing of ours is left of a deployment. */
  private async removeNamed(event: Event, name: string, config: EndpointConfig | undefined, models: readonly WantedModel[]): Promise<boolean> {
    return await removeConfig(event, name) && removeModels(event, new Set([...modelNames(name, models), ...modelsIn(config)]));
  }

  /** Whether what could not be deleted before is gone, or else left to what the resource stands for now. */
  private async removeLeftOvers(event: Event, name: string, stack: StackState, models: readonly WantedModel[]): Promise<boolean> {
    const leftOvers = await leftOversOf(event, name);
    const current = leftOvers.length > 0 ? await otherId(event, stack) : undefined;
    let gone = true;
    for (const each of leftOvers.filter(leftOver => leftOver !== current)) {
      if (!await this.removeNamed(event, each, await describeConfig(each), models)) {
        gone = await noteLeftOver(event, current, each) && gone;
      }
    }
    return gone;
  }

  /**
   * In the clean-up of a rollback, the endpoint serves again what it served before, and the check behind it may not have been asked: then scaling that
   * was taken off comes back here. Whether that is over.
   */
  private async leaveScaling(event: Event, endpointName: string, rollback: boolean): Promise<boolean> {
    if (endpointName === '') {
      return true;
    }
    if (rollback && !await putBack(event, endpointName) && Date.now() < event.Plan.deadline) {
      return false;
    }
    await forget(event, endpointName);
    return true;
  }
}

/** Left behind is what cannot be deleted; what only cannot be just now is tried again at the next poll. */
async function orLeave({ Plan }: Event, name: string, discard: () => Promise<void>): Promise<void> {
  try {
    await discard();
  } catch (error) {
    if (mayPass(error, Plan)) {
      throw error;
    }
    log('left behind, since it cannot be deleted', { name, reason: reasonOf(error) });
  }
}

/** What the resource stands for while another one of its ids is deleted. */
async function otherId(event: Event, stack: StackState): Promise<string | undefined> {
  if (isEnding(stack)) {
    return undefined;
  }
  try {
    const { describeResource } = await import('../aws/cloudformation.js');
    const id = (await describeResource(event.StackId, event.LogicalResourceId))?.PhysicalResourceId;
    return id === event.PhysicalResourceId ? undefined : id;
  } catch (error) {
    log('what the resource stands for is not known', { reason: reasonOf(error) });
    return undefined;
  }
}

/** A name that is taken was made by an earlier try; whether it is ours is seen when it is read. */
function tolerateTaken(error: unknown): void {
  if (!isTaken(error)) {
    throw error;
  }
}
