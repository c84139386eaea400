import { patienceOf } from './aws/patience';
import { readPlanned, readRequest } from './door';
import { forCloudFormation, isUnreadable, mayPass, reasonOf } from './errors';
import { Failure, Named, NOT_YET, PlannedEvent, Progress, ResourceEvent, ResourceHandler } from './event';
import { JobResource } from './job-resource';
import { JobWait } from './job-wait';
import { KINDS } from './kinds';
import { log } from './log';
import { ServingCheck } from './serving-check';
import { LAP, Timed } from './time';

/*
 * The two entries that the CDK's provider framework calls: onEvent once for each request of CloudFormation, then isComplete every 30
 * seconds until it says that it is. Both functions run this bundle, in processes of their own.
 */

export async function onEvent(given: ResourceEvent): Promise<Named<Timed>> {
  try {
    const event = readRequest(given);
    const handler = await handlerOf(event);
    const began = Date.now();
    patienceOf('onEvent');
    const answer = endingInTime(began, await handler.onEvent(event));
    log('named', { ...summary(event), PhysicalResourceId: answer.PhysicalResourceId, Plan: answer.Plan });
    await beginToRemove(handler, { ...event, ...answer });
    return answer;
  } catch (error) {
    throw failed(given, error);
  }
}

export async function isComplete(given: PlannedEvent<Timed>): Promise<Progress> {
  patienceOf('isComplete');
  try {
    const event = readPlanned(given);
    return await (await handlerOf(event)).isComplete(event);
  } catch (error) {
    if (mayPass(error, given.Plan)) {
      log('tried again at the next poll', { ...summary(given), reason: reasonOf(error) });
      return NOT_YET;
    }
    throw failed(given, error);
  }
}

/** Jobs and waits are what most invocations are for: whatever else there is, is loaded when it is asked for. */
async function handlerOf(event: ResourceEvent): Promise<ResourceHandler<Timed>> {
  const type = event.ResourceType.replace('Custom::SageMaker', '');
  const kind = KINDS.get(type);
  if (kind) {
    return new JobResource(kind);
  }
  switch (type) {
    case 'JobWait': return new JobWait();
    case 'BenchmarkResult': return new (await import('./benchmark/benchmark-result.js')).BenchmarkResult();
    case 'ModelPackageSharing': return new (await import('./model-packages/sharing.js')).ModelPackageSharing();
    case 'RecommendationDeployment': return new (await import('./deployment/deployment.js')).Deployment();
    case 'EndpointCheck': return new ServingCheck((await import('./endpoint-check.js')).ENDPOINT);
    case 'InferenceComponentCheck': return new ServingCheck((await import('./component-check.js')).INFERENCE_COMPONENT);
    default: throw new Failure(`this version of cdk-sagemaker-inference does not know the resource type ${event.ResourceType}`);
  }
}

/** CloudFormation's hour began before the first call, however often that had to be tried again. */
function endingInTime(began: number, { Plan, ...answer }: Named<Timed>): Named<Timed> {
  return { ...answer, Plan: { ...Plan, deadline: Math.min(Plan.deadline, began + LAP) } };
}

/**
 * Where the framework's waiter cannot be started for a Delete in a clean-up, or for an Update that gives up what the one before had begun, CloudFormation
 * lets go of what is there, and isComplete is never asked. So it is tried once before, with the patience of onEvent. Whatever is left to do, or goes
 * wrong, is the waiter's.
 */
async function beginToRemove(handler: ResourceHandler<Timed>, event: PlannedEvent<Timed>): Promise<void> {
  try {
    await handler.beginToRemove?.(event);
  } catch (error) {
    log('not removed at the first try', { ...summary(event), reason: reasonOf(error) });
  }
}

function failed(event: ResourceEvent, error: unknown): Error {
  const clipped = forCloudFormation(isUnreadable(error) ? unreadable(event, error) : error, whereItIsLogged());
  log('failed', { ...summary(event), reason: clipped.message, ...(error instanceof Failure ? {} : { stack: error instanceof Error && error.stack }) });
  return clipped;
}

/** The framework goes on with `Logs: /aws/lambda/<function>`, which is the group that a function has by default. Ours have another. */
function whereItIsLogged(): string {
  const group = process.env.AWS_LAMBDA_LOG_GROUP_NAME;
  return group ? ` [decisions of the handlers: log group ${group}]` : '';
}

function unreadable({ LogicalResourceId }: ResourceEvent, error: Error): Failure {
  // What is no JSON would be quoted.
  const reason = error instanceof SyntaxError ? 'it is no JSON' : error.message;
  return new Failure(`something cannot be read in the properties of ${LogicalResourceId}, or in an answer of the service: ${reason}`);
}

/** What identifies a request in the log. The ResponseURL is a credential and stays out. */
function summary(event: ResourceEvent) {
  const { RequestType, RequestId, ResourceType, LogicalResourceId, PhysicalResourceId } = event ?? {};
  return { RequestType, RequestId, ResourceType, LogicalResourceId, PhysicalResourceId };
}
