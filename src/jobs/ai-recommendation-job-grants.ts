import * as iam from 'aws-cdk-lib/aws-iam';
import { IAiRecommendationJob } from './ai-recommendation-job';
import { S3Location } from '../private/s3-location';

/**
 * Permissions on a recommendation job.
 */
export class AiRecommendationJobGrants {
  /** @internal */
  public static _of(job: IAiRecommendationJob, artifacts: S3Location[]): AiRecommendationJobGrants {
    return new AiRecommendationJobGrants(job, artifacts);
  }

  private constructor(private readonly job: IAiRecommendationJob, private readonly artifacts: S3Location[]) {}

  /**
   * Read the job: its state and its recommendations.
   *
   * @param grantee who gets the permission
   */
  public describe(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['sagemaker:DescribeAIRecommendationJob'],
      resourceArns: [this.job.recommendationJobArn],
    });
  }

  /**
   * Read the files that an endpoint with a recommended configuration downloads: the model, adapters in S3, and the job's results.
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
