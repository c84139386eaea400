import { Authorization, ServiceError } from '../service';

/** What of IAM the stand-in needs to act under the roles that requests hand over. */
export interface RoleChecks {
  /** Throws unless the role may do all this. */
  check(roleArn: string, authorizations: Authorization[]): void;
  /** Throws unless the role exists and lets the service take it on. */
  checkTrust(roleArn: string, service: string, context: Record<string, string>): void;
}

/** The execution roles of jobs and models. Without IAM they are not looked into. */
export class ExecutionRoles {
  constructor(private readonly account: string, private readonly iam?: RoleChecks) {
  }

  /** When a request hands over a role, the service tries at once to assume it. */
  public assume(roleArn: string): void {
    try {
      this.iam?.checkTrust(roleArn, 'sagemaker.amazonaws.com', { 'aws:SourceAccount': this.account });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      throw new ServiceError('ValidationException',
        `Could not assume role ${roleArn}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.`);
    }
  }

  /** What the role is refused of all this, if anything: found out while the work goes on, so it is no error but a reason to fail. */
  public refusal(roleArn: string, authorizations: Authorization[]): string | undefined {
    try {
      this.iam?.check(roleArn, authorizations);
      return undefined;
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return error.message;
    }
  }
}

/** What reading everything under a location takes. */
export function readsOf(s3Uri: string): Authorization[] {
  const [bucket, ...prefix] = s3Uri.replace(/^s3:\/\//, '').split('/');
  return [
    { action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}`, context: { 's3:prefix': prefix.join('/') } },
    { action: 's3:GetObject', resource: objectUnder(s3Uri) },
  ];
}

/** What writing under a location takes. */
export function writesOf(s3Uri: string): Authorization[] {
  return [{ action: 's3:PutObject', resource: objectUnder(s3Uri) }];
}

/** What pulling a private image takes: its name is `<account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>`. */
export function pullsOf(image: string): Authorization[] {
  const [, account, region, repository] = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.[^/]+\/([^:@]+)/.exec(image) ?? [];
  return repository === undefined ? [] : [
    { action: 'ecr:GetAuthorizationToken', resource: '*' },
    ...['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'].map(action => ({ action, resource: `arn:aws:ecr:${region}:${account}:repository/${repository}` })),
  ];
}

function objectUnder(s3Uri: string): string {
  return `arn:aws:s3:::${s3Uri.replace(/^s3:\/\//, '').replace(/\/?$/, '/object')}`;
}
