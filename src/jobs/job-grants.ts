import { aws_iam as iam } from 'aws-cdk-lib';
import { S3Location } from '../private/s3-location';

/** Something in S3 that can be read. */
type Artifacts = Pick<S3Location, 'grantRead'>;

/**
 * Permissions on a job.
 */
export class JobGrants {
  /** @internal */
  public static _of(action: string, arn: string, artifacts: Artifacts[]): JobGrants {
    return new JobGrants(action, arn, artifacts);
  }

  private constructor(private readonly action: string, private readonly arn: string, private readonly artifacts: Artifacts[]) {}

  /**
   * Read the job: its state and its result.
   *
   * @param grantee who gets the permission
   */
  public describe(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({ grantee, actions: [`sagemaker:${this.action}`], resourceArns: [this.arn] });
  }

  /**
   * Read the files in S3 that the job's result consists of, and those that an endpoint with that result downloads: for a recommendation the
   * model, adapters in S3 and the results, for a benchmark its result bundle.
   *
   * With an imported job these are what its attributes name, and none if they name nothing.
   *
   * @param grantee who gets the permission
   */
  public readArtifacts(grantee: iam.IGrantable): iam.Grant {
    return this.artifacts
      .map(location => location.grantRead(grantee))
      .reduce((all, grant) => all.combine(grant), iam.Grant.drop(grantee, 'read the artifacts of a job whose locations are not known'));
  }
}
