import { VirtualClock } from '../clock';
import { ForeignResources } from '../runtime/iam';
import { parsePolicy, PolicyDocument } from '../runtime/policy';
import { Buckets } from '../s3/buckets';
import { Authorization } from '../service';
import { Keys } from './keys';

export { Keys } from './keys';

/** What each action on an object of an encrypted bucket does with the bucket's key. */
const KEY_USES: Record<string, string> = { 's3:GetObject': 'kms:Decrypt', 's3:PutObject': 'kms:GenerateDataKey' };

/** What the accounts of one Region have in common, by account number: time, the names of buckets, and that they can refer to each other. */
export class Accounts<Account> implements ForeignResources {
  public readonly clock = new VirtualClock();
  public readonly buckets = new Buckets();
  public readonly keys = new Keys();
  private readonly byNumber = new Map<string, Account>();

  constructor(public readonly region: string) {
  }

  public add(account: string, itself: Account): void {
    if (this.byNumber.has(account)) {
      throw new Error(`there is a sandbox of the account ${account} already`);
    }
    this.byNumber.set(account, itself);
  }

  public get(account: string): Account | undefined {
    return this.byNumber.get(account);
  }

  public needsBehind(caller: string, { action, resource }: Authorization): Authorization[] {
    const bucket = this.bucketOf(resource);
    // Within an account the key of a bucket is not looked into.
    if (!(action in KEY_USES) || bucket?.keyArn === undefined || bucket.owner === undefined || bucket.owner === accountOf(caller)) {
      return [];
    }
    return [{ action: KEY_USES[action], resource: bucket.keyArn, context: { 'kms:ViaService': `s3.${this.region}.amazonaws.com` } }];
  }

  /** Across accounts both sides have to agree. Of accounts that have no sandbox, and of other resources, nothing is known. */
  public refusal(caller: string, authorization: Authorization): string | undefined {
    const { resource } = authorization;
    const bucket = this.bucketOf(resource);
    const owner = bucket ? bucket.owner : /^arn:[^:]+:kms:[^:]+:(\d{12}):(?:key|alias)\//.exec(resource)?.[1];
    if (owner === undefined || owner === accountOf(caller) || !this.byNumber.has(owner)) {
      return undefined;
    }
    return refusalBy(bucket ? bucket.policy : this.keys.policyOf(resource), caller, authorization);
  }

  private bucketOf(resource: string) {
    const [, name] = /^arn:[^:]+:s3:::([^/*?]+)(?:\/.*)?$/s.exec(resource) ?? [];
    return name === undefined ? undefined : this.buckets.get(name);
  }
}

function refusalBy(policy: PolicyDocument | undefined, caller: string, authorization: Authorization): string | undefined {
  // What reaches the sandbox by HTTP stands for a request by HTTPS.
  const context = { 'aws:SecureTransport': 'true', 'aws:PrincipalArn': caller, 'aws:PrincipalAccount': accountOf(caller), ...authorization.context };
  const statements = policy ? parsePolicy(policy, 'resource') : [];
  const speaking = statements.filter(statement => statement.isAbout(caller) && statement.matches({ ...authorization, context }));
  if (speaking.some(({ denies }) => denies)) {
    return 'with an explicit deny in a resource-based policy';
  }
  return speaking.length === 0 ? `because no resource-based policy allows the ${authorization.action} action` : undefined;
}

function accountOf(roleArn: string): string {
  return roleArn.split(':')[4] ?? '';
}
