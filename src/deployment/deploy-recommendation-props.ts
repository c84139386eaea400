import { aws_ec2 as ec2, aws_iam as iam, RemovalPolicy } from 'aws-cdk-lib';
import { AsyncInference } from './async-inference';
import { DataCapture } from './data-capture';
import { Hosting } from './hosting';
import { Rollout } from './rollout';
import { ServedModelProps, VariantInstanceProps } from './served-model-props';
import { VolumeEncryption } from './volume-encryption';
import { ExecutionPolicy } from '../jobs/execution-policy';

/**
 * Properties of a DeployRecommendation.
 */
export interface DeployRecommendationProps extends ServedModelProps, VariantInstanceProps {
  /**
   * How the endpoint holds its models: a variant with instances of its own, or inference components that share instances.
   *
   * SageMaker doesn't change one into the other: give the construct another id with another hosting.
   *
   * @default Hosting.variant()
   */
  readonly hosting?: Hosting;

  /**
   * Name of the endpoint. 1 to 63 letters, digits and hyphens, unique in account and Region.
   *
   * Changing it replaces the endpoint: clients of the old name lose it.
   *
   * @default - a name that is made from the path of the construct
   */
  readonly endpointName?: string;

  /**
   * Name of the production variant, a dimension of the endpoint's metrics. 1 to 63 letters, digits and hyphens.
   *
   * @default AllTraffic
   */
  readonly variantName?: string;

  /**
   * Weight of the production variant among those that are added: it gets its share of the sum of all weights. At least 0.
   *
   * @default 1
   */
  readonly initialVariantWeight?: number;

  /**
   * How the endpoint goes over to another configuration, and what brings it back. With inference components it must be `Rollout.rolling`.
   *
   * @default - SageMaker's choice: all at once
   */
  readonly rollout?: Rollout;

  /**
   * The role under which the endpoint runs: it reads the model from S3, pulls the image and writes logs.
   *
   * A role that is defined in the same stack gets the permissions added; hand over `role.withoutPolicyUpdates()` to keep it as it is. To a
   * role from elsewhere nothing is added unless `addExecutionPermissions` is called with it. The role must be of the stack's account.
   *
   * @default - a role with the least privilege that serving takes, or with what `executionPolicy` says
   */
  readonly role?: iam.IRole;

  /**
   * What the default role is allowed: more than the least privilege, or the policy AmazonSageMakerFullAccess of AWS instead. It cannot be given
   * together with `role`.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
   * @default ExecutionPolicy.scoped()
   */
  readonly executionPolicy?: ExecutionPolicy;

  /**
   * The VPC that the containers are connected to. They reach S3 only if the VPC has an endpoint or a NAT gateway for it.
   *
   * @default - no VPC: the containers have internet access, and none to your network
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Which subnets of the VPC: 1 to 16.
   *
   * @default - the private subnets, as `vpc.selectSubnets()` chooses
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups of the containers' network interfaces: 1 to 5.
   *
   * @default - a new security group that allows all outbound traffic
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * Whether the containers can reach no network at all. SageMaker downloads the model for them.
   *
   * @default false
   */
  readonly enableNetworkIsolation?: boolean;

  /**
   * The KMS key of the instances' storage volumes.
   *
   * @default - a key of SageMaker
   */
  readonly volumeEncryption?: VolumeEncryption;

  /**
   * Requests and answers that the endpoint writes to S3.
   *
   * @default - none
   */
  readonly dataCapture?: DataCapture;

  /**
   * Makes the endpoint an asynchronous one, which queues its requests. Not with inference components, whose names asynchronous requests can't say,
   * and not with a shadow variant.
   *
   * @default - requests are answered at once
   */
  readonly asyncInference?: AsyncInference;

  /**
   * Whether metrics are also published for each instance, container and GPU. They cost extra.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch-enhanced-metrics.html
   * @default false
   */
  readonly enhancedMetrics?: boolean;

  /**
   * What happens to the endpoint, its configuration, its models and its inference components when they are removed from the stack. A retained
   * endpoint goes on costing money, and needs its role: give it one that is retained too.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * What is known of an endpoint that was deployed elsewhere.
 */
export interface DeployRecommendationAttributes {
  /**
   * Name of the endpoint.
   */
  readonly endpointName: string;

  /**
   * Name of its production variant.
   *
   * @default AllTraffic
   */
  readonly variantName?: string;

  /**
   * Names of its inference components. The metrics of requests are those of the first; grants are for all of them.
   *
   * @default - it has none
   */
  readonly inferenceComponentNames?: string[];

  /**
   * Whether it is an asynchronous endpoint.
   *
   * @default false
   */
  readonly asynchronous?: boolean;
}
