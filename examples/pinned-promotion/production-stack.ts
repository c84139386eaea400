import { Annotations, Stack, StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { DeployRecommendation, PinnedRecommendation } from 'cdk-sagemaker-inference';

export interface ProductionStackProps extends StackProps {
  /** Path of the file with the recommendation, as the AWS CLI answered it in the account of development. */
  readonly recommendationFile: string;
}

/**
 * Production serves what is in a file of the repository: it changes by a commit, is reviewed as one, and goes back by a revert. What runs in
 * development meanwhile changes nothing here.
 */
export class ProductionStack extends Stack {
  constructor(scope: Construct, id: string, props: ProductionStackProps) {
    super(scope, id, props);
    const endpoint = new DeployRecommendation(this, 'Endpoint', {
      recommendation: PinnedRecommendation.fromFile(props.recommendationFile),
    });
    endpoint.addOutputs();
    Annotations.of(this).acknowledgeWarning('cdk-sagemaker-inference:pinnedModelPackage', 'development shares its model packages with this account');
  }
}
