import { aws_iam as iam, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { BoundChannel } from './private/bound';

/**
 * Permissions on what a workload configuration refers to.
 */
export class AiWorkloadConfigGrants {
  /**
   * The permissions on the inputs of one workload configuration.
   *
   * @internal
   */
  public static _of(channels: BoundChannel[], secrets: secretsmanager.ISecret[]): AiWorkloadConfigGrants {
    return new AiWorkloadConfigGrants(channels, secrets);
  }

  private constructor(private readonly channels: BoundChannel[], private readonly secrets: secretsmanager.ISecret[]) {}

  /**
   * Lets the grantee read what a job with this workload needs: the datasets, templates and other folders in S3, the secrets, and
   * the keys by which they are encrypted. Jobs call it for their default roles.
   *
   * @param grantee who may read, such as the execution role of a job
   */
  public readInputs(grantee: iam.IGrantable): iam.Grant {
    const none = iam.Grant.drop(grantee, 'the workload configuration refers to nothing that has to be read');
    return [
      ...this.channels.map(({ location }) => location.grantRead(grantee)),
      ...this.secrets.map((secret) => secret.grantRead(grantee)),
    ].reduce((all, grant) => all.combine(grant), none);
  }
}
