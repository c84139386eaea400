import { aws_iam as iam, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { jobRole } from './execution-role';
import { JobProvider } from './job-provider';
import { RolePermissions, validateRole } from './role-permissions';
import { SageMakerResource, SageMakerResourceProps } from './sagemaker-resource';
import { Validation } from './validation';
import { WaitChain } from './wait-chain';
import type { JobProps } from '../jobs/job-props';

/** Each 50 minutes take a resource of the stack, of which there are 500. */
const MAX_WAIT_SECONDS = 7 * 24 * 3600;

/** Of a name, a hyphen, 16 of the hash, and up to 4 for the number of the run are not the user's. */
const NAME_ENDING = 21;

/** The longest name that a run of a job can have: 54 characters for all but Inference Recommender, as the handlers have it. */
export const MAX_JOB_NAME = 54;

/** Name of the folder that each run gets below the output prefix, with its slashes. */
export const OUTPUT_FOLDER = MAX_JOB_NAME + 2;

/** What is wrong with what all jobs have in common. */
export function validateJob(props: JobProps, scope: IConstruct, maxName: number = MAX_JOB_NAME): string[] {
  const validation = new Validation('job');
  validation.add(validateRole(props, scope));
  validation.length('jobName', props.jobName, 1, maxName - NAME_ENDING);
  validation.matches('jobName', props.jobName, /[a-zA-Z0-9](-*[a-zA-Z0-9])*/,
    'hold only letters, digits and hyphens, and neither start nor end with a hyphen');
  if (props.waitTimeout?.isUnresolved()) {
    validation.check(false, 'waitTimeout must be known at synthesis, got a token: the number of resources that wait depends on it');
  } else {
    validation.duration('waitTimeout', props.waitTimeout, 60, MAX_WAIT_SECONDS);
  }
  validation.check(props.rerunToken !== '', 'rerunToken must not be empty: leave it out, or give it a value');
  return validation.messages;
}

export interface JobDefinition {
  /** Kind of the job, as SageMaker's API names it. */
  readonly type: Exclude<SageMakerResourceProps['type'], 'AIWorkloadConfig'>;
  readonly props: JobProps;
  /** The Create request without name, tags and role. FROZEN: the job's name is a hash of it. */
  readonly request: Record<string, unknown>;
  /** What the job looks at beyond its request: part of the hash too. */
  readonly subject?: Record<string, string>;
  /** Properties that are no part of the hash. */
  readonly unhashed?: Record<string, unknown>;
  /** How long to wait if the props don't say. */
  readonly waitTimeout: Duration;
  /** Whether a run that failed is judged by somebody else: the wait for it succeeds. */
  readonly acceptFailure?: boolean;
}

/** The resources of one run of a job: the job itself, and the wait for it. */
export class JobRun {
  public readonly resource: SageMakerResource;
  public readonly wait: WaitChain;

  constructor(scope: Construct, role: iam.IRole, definition: JobDefinition) {
    const { type, props } = definition;
    this.resource = new SageMakerResource(scope, 'Resource', {
      type,
      namePrefix: props.jobName,
      rerunToken: props.rerunToken,
      subject: definition.subject,
      request: definition.request,
      unhashed: definition.unhashed,
      role,
    });
    this.resource.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.DESTROY);
    this.wait = new WaitChain(scope, 'Wait', {
      jobType: type,
      jobName: this.resource.attrName,
      waitTimeout: props.waitTimeout ?? definition.waitTimeout,
      acceptFailure: definition.acceptFailure,
    });
  }

  /** From now on an event says that the job has ended. */
  public announce(): void {
    JobProvider.getOrCreate(this.resource).allowAnnouncing();
    this.wait.announce(this.resource.logicalId);
  }
}

/** The execution role of a job and the permissions in it. */
export class JobRole {
  public readonly role: iam.IRole;
  private readonly permissions: RolePermissions;

  /** @param permit adds what the job needs to a role; the job's resource waits for the role with its policies */
  constructor(scope: Construct, props: JobProps, title: string, permit: (role: iam.IRole) => void) {
    this.role = props.role ?? jobRole(scope, 'ExecutionRole', `Runs the SageMaker ${title} ${scope.node.path}`, props.executionPolicy);
    this.permissions = new RolePermissions(scope, this.role, 'addExecutionPermissions', permit);
  }

  public addPermissions(role: iam.IRole): void {
    this.permissions.addTo(role);
  }
}
