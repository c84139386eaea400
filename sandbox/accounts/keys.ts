import { PolicyDocument } from '../runtime/policy';

/** The keys of KMS in all accounts, as far as a stack has made them: their policies, by ARN. */
export class Keys {
  private readonly policies = new Map<string, PolicyDocument>();

  /** @param policy by default that of an API call without one: the account itself decides */
  public put(arn: string, policy?: PolicyDocument): void {
    const [, partition, , , account] = arn.split(':');
    const ownAccount = { Effect: 'Allow', Principal: { AWS: `arn:${partition}:iam::${account}:root` }, Action: 'kms:*', Resource: '*' };
    this.policies.set(arn, policy ?? { Statement: [ownAccount] });
  }

  public delete(arn: string): void {
    this.policies.delete(arn);
  }

  public policyOf(arn: string): PolicyDocument | undefined {
    return this.policies.get(arn);
  }
}
