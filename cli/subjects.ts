import type { Aws } from './aws/aws';
import { missingAction, Refusal } from './aws/errors';
import { orNothing } from '../lambda/aws/calls';
import { string } from '../lambda/candidate';
import type { Properties } from '../lambda/event';
import type { JobKind, Kind } from '../lambda/kind';
import { KINDS } from '../lambda/kinds';
import type { Found } from '../lambda/store';

/** A kind of job, which has states. */
export type KindOfJob = Kind & { readonly job: JobKind };

export interface FoundJob extends Found {
  readonly kind: KindOfJob;
}

export interface FoundStack {
  readonly name: string;
  readonly arn: string;
}

/** What a name or an ARN stands for. */
export interface Subject {
  readonly stack?: FoundStack;
  readonly job?: FoundJob;
  /** What else has that name, as in a sentence. */
  readonly others: readonly string[];
}

const JOBS = [...KINDS.values()].filter((kind): kind is KindOfJob => kind.job !== undefined);
/** What SageMaker takes for the name of a job of any kind. */
const JOB_NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,63}$/;

/** The stack or the job of that name or ARN. A stack goes before a job of the same name. */
export async function findSubject(aws: Aws, given: string): Promise<Subject> {
  if (isStackArn(given)) {
    const stack = await findStack(aws, await checkedArn(await aws.cloudFormation(), given));
    return stack ? { stack, others: [] } : refuse(`stack ${given} does not exist: was it deleted?`);
  }
  if (given.startsWith('arn:')) {
    return { job: await findJob(aws, given), others: [] };
  }
  const [stack, jobs] = await Promise.all([attempt(findStack(aws, given)), attempt(findJobs(aws, given))]);
  const foundJobs = jobs.found ?? [];
  if (!stack.found && foundJobs.length === 0) {
    const region = await regionOf(await aws.sagemaker());
    throw stack.error ?? jobs.error ?? new Refusal(`there is no stack and no job ${given} in ${region}: look at its name and at --region`);
  }
  const others = stack.found ? foundJobs : foundJobs.slice(1);
  return { stack: stack.found, job: stack.found ? undefined : foundJobs[0], others: others.map(titleOf) };
}

/** The job of that name or ARN. */
export async function findJob(aws: Aws, given: string): Promise<FoundJob> {
  if (given.startsWith('arn:')) {
    const [, , service, , , resource = ''] = given.split(':');
    const [type, name = ''] = resource.split('/');
    const kind = JOBS.find(({ arnType }) => arnType === type);
    if (service !== 'sagemaker' || !kind || name === '') {
      const types = JOBS.map(({ arnType }) => arnType).join('|');
      throw new Refusal(`${given} is the ARN of no job: one is arn:aws:sagemaker:REGION:ACCOUNT:${types}/NAME`);
    }
    await checkedArn(await aws.sagemaker(), given);
    const job = await describeJob(aws, kind, name);
    return job?.arn === given ? job : refuse(`${kind.title} ${given} does not exist: was it deleted, or is it of another account?`);
  }
  const { found = [], error } = await attempt(findJobs(aws, given));
  if (found.length === 0) {
    throw error ?? new Refusal(`there is no job ${given} in ${await regionOf(await aws.sagemaker())}: look at its name and at --region`);
  }
  if (found.length > 1) {
    throw new Refusal(`${given} is the name of ${found.map(titleOf).join(' and of ')}: give its ARN`);
  }
  return found[0];
}

/** What Describe says of a job, or undefined if there is none of that name. */
export async function describeJob(aws: Aws, kind: KindOfJob, name: string): Promise<FoundJob | undefined> {
  const described = await orNothing(kind.describe(await aws.sagemaker(), { [kind.nameMember]: name })) as Properties | undefined;
  if (!described) {
    return undefined;
  }
  const status = string(described[kind.job.statusMember]) ?? 'Unknown';
  return { kind, name, arn: string(described[kind.arnMember]) ?? name, status, state: kind.job.states[status] ?? 'running', described };
}

/** The Region that a client asks. */
export async function regionOf(client: { readonly config: { region(): Promise<string> } }): Promise<string> {
  return client.config.region();
}

function titleOf({ kind, arn }: FoundJob): string {
  return `${kind.title} ${arn}`;
}

/** Those of all kinds that have a name. Who may not look at one kind may at others. */
async function findJobs(aws: Aws, name: string): Promise<FoundJob[]> {
  if (!JOB_NAME.test(name)) {
    return [];
  }
  const tried = await Promise.all(JOBS.map(kind => attempt(describeJob(aws, kind, name))));
  const found = tried.flatMap(each => each.found ?? []);
  const error = tried.find(each => each.error !== undefined)?.error;
  if (found.length === 0 && error !== undefined) {
    throw error;
  }
  return found;
}

async function findStack(aws: Aws, name: string): Promise<FoundStack | undefined> {
  const { DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  try {
    const { Stacks: [stack] = [] } = await (await aws.cloudFormation()).send(new DescribeStacksCommand({ StackName: name }));
    return stack && { name: stack.StackName!, arn: stack.StackId! };
  } catch (error) {
    // Of a name that no stack can have it says that too.
    if (error instanceof Error && error.name === 'ValidationError') {
      return undefined;
    }
    throw error;
  }
}

function isStackArn(given: string): boolean {
  return /^arn:[^:]*:cloudformation:/.test(given);
}

/** Each Region has its own, so that one of another is not found. */
async function checkedArn(client: Parameters<typeof regionOf>[0], arn: string): Promise<string> {
  const [, , , region] = arn.split(':');
  const asked = await regionOf(client);
  if (region !== asked) {
    throw new Refusal(`${arn} is in ${region}, and ${asked} is asked: give --region ${region}`);
  }
  return arn;
}

/** A missing permission counts only where nothing else is found; whatever else fails, fails. */
async function attempt<T>(promise: Promise<T>): Promise<{ readonly found?: T; readonly error?: unknown }> {
  try {
    return { found: await promise };
  } catch (error) {
    if (missingAction(error) === undefined) {
      throw error;
    }
    return { error };
  }
}

function refuse(message: string): never {
  throw new Refusal(message);
}
