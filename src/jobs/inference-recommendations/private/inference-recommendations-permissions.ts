import { aws_iam as iam, aws_kms as kms, Stack } from 'aws-cdk-lib';
import { JobPermissions, permit } from '../../../private/execution-role';
import { InferenceRecommendationsJobProps } from '../inference-recommendations-props';

/**
 * Everything that the execution role of an Inference Recommender job needs. The job's resource waits for the role with its policies.
 *
 * AWS documents AmazonSageMakerFullAccess for these jobs, and a list of its own only for a VPC. This is what such a job is documented to do.
 */
export function permitInferenceRecommendationsJob(role: iam.IRole, stack: Stack, props: InferenceRecommendationsJobProps): void {
  const permissions = new JobPermissions(stack);
  const { model } = props;
  const statements = [
    ...permissions.runRecommenderEndpoints(),
    permissions.runCompilationJobs(),
    permissions.passItself(role),
    ...permissions.runContainers(),
    permissions.readMetrics(),
    ...(model._modelPackageArn !== undefined ? [permissions.readModelPackages([model._modelPackageArn])] : []),
    ...(props.existingEndpoint ? [permissions.readScaling()] : []),
    ...(props.vpc ? permissions.attachRecommenderToVpc() : []),
  ];
  permit(role, statements);

  model._container.samplePayload?._grantRead(role);
  model._artifacts?.forEach(artifact => artifact._location.grantRead(role));
  props.compiledOutput?._location.grantReadWrite(role);
  props.outputEncryptionKey?.grantEncryptDecrypt(role);
  if (props.volumeEncryptionKey) {
    grantVolumes(role, props.volumeEncryptionKey);
  }
}

/** SageMaker makes a grant for the volumes of each instance. The condition keeps what runs in the container from making any of its own. */
function grantVolumes(grantee: iam.IRole, key: kms.IKey): void {
  key.grant(grantee, 'kms:DescribeKey');
  iam.Grant.addToPrincipalOrResource({
    grantee,
    actions: ['kms:CreateGrant'],
    resourceArns: [key.keyArn],
    resource: key,
    conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
  });
}
