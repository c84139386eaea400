import { ArnFormat, CfnResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import { EndpointBase, IDeployRecommendation } from './endpoint-base';
import { InferenceAmiVersion } from './inference-ami-version';
import { RoutingStrategy } from './routing-strategy';
import { GpuInstanceType } from '../jobs/gpu-instance-type';
import { IRecommendationSource } from '../jobs/recommendation-source';
import { JobPermissions, jobRole } from '../private/execution-role';
import { ProviderResource, TaggedProviderResource } from '../private/sagemaker-resource';
import { Validation } from '../private/validation';

/** SageMaker's name for the one variant that takes all requests. */
const DEFAULT_VARIANT = 'AllTraffic';

/**
 * Properties of a DeployRecommendation.
 */
export interface DeployRecommendationProps {
  /**
   * The job whose best recommendation is deployed: an `AiRecommendationJob`, or an imported one.
   *
   * The deployment waits until the job has completed. An imported job must have completed already.
   */
  readonly recommendation: IRecommendationSource;

  /**
   * Name of the endpoint. 1 to 63 letters, digits and hyphens, unique in account and Region.
   *
   * Changing it replaces the endpoint: clients of the old name lose it.
   *
   * @default - a name that CloudFormation makes
   */
  readonly endpointName?: string;

  /**
   * Name of the production variant, a dimension of the endpoint's metrics. 1 to 63 letters, digits and hyphens.
   *
   * @default AllTraffic
   */
  readonly variantName?: string;

  /**
   * The role under which the endpoint runs: it reads the model from S3, pulls the image and writes logs.
   *
   * A role of one's own gets read access to the model and the job's results added, unless it was imported as immutable. It must be in
   * the account of the stack.
   *
   * @default - a role with the least privilege that serving takes
   */
  readonly role?: iam.IRole;

  /**
   * Instance type to deploy on, instead of the recommended one. The other settings of the recommendation were measured on the
   * recommended type: another one should have the same accelerators.
   *
   * @default - the recommended instance type
   */
  readonly instanceType?: GpuInstanceType;

  /**
   * Number of instances. At least 1.
   *
   * @default - the recommended number, or 1 where the recommendation names none
   */
  readonly initialInstanceCount?: number;

  /**
   * How long the download of the model may take on each instance. 60 to 3600 seconds.
   *
   * @default Duration.hours(1)
   */
  readonly modelDataDownloadTimeout?: Duration;

  /**
   * How long the container may take until it passes its first health check: loading weights into GPU memory takes minutes. 60 to
   * 3600 seconds.
   *
   * @default Duration.minutes(20)
   */
  readonly containerStartupHealthCheckTimeout?: Duration;

  /**
   * The machine image of the instances.
   *
   * @default - SageMaker's choice, or with several copies of the model on an instance `AL2_GPU_2`, which AWS documents for them. That one
   * has CUDA 12.2: an image for CUDA 13 may want `AL2023_GPU_4_1`
   */
  readonly inferenceAmiVersion?: InferenceAmiVersion;

  /**
   * How requests are spread over instances and copies.
   *
   * @default - SageMaker's choice, or with several copies of the model on an instance `LEAST_OUTSTANDING_REQUESTS`, which AWS documents for them
   */
  readonly routingStrategy?: RoutingStrategy;

  /**
   * Whether a recommended model package that nobody has approved is approved by this deployment, if SageMaker refuses to deploy it
   * otherwise. The approval's description names the stack. A package that was rejected is never deployed.
   *
   * @default - only packages in a group that the recommendation job made for itself are approved; in a group of yours that is your decision
   */
  readonly approveModelPackage?: boolean;

  /**
   * What happens to the endpoint, its configuration and its model when they are removed from the stack. A retained endpoint goes on costing
   * money, and needs its role: give it one that is retained too.
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
}

/**
 * The best recommendation of a job as a SageMaker endpoint on the recommended GPU instances.
 *
 * Which configuration won is read from the job when the stack is deployed. A job that changes updates the endpoint in place: the
 * old configuration serves until the new one does, and what the old one needed is deleted afterwards.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/generative-ai-inference-recommendations-deploy.html
 */
export class DeployRecommendation extends EndpointBase {
  /**
   * Imports an endpoint of this account and Region by its name.
   */
  public static fromEndpointName(scope: Construct, id: string, endpointName: string): IDeployRecommendation {
    return DeployRecommendation.fromEndpointAttributes(scope, id, { endpointName });
  }

  /**
   * Imports an endpoint by its ARN.
   */
  public static fromEndpointArn(scope: Construct, id: string, endpointArn: string): IDeployRecommendation {
    const { resourceName } = Stack.of(scope).splitArn(endpointArn, ArnFormat.SLASH_RESOURCE_NAME);
    return new ImportedEndpoint(scope, id, endpointArn, resourceName!, DEFAULT_VARIANT);
  }

  /**
   * Imports an endpoint of this account and Region by what is known of it.
   */
  public static fromEndpointAttributes(scope: Construct, id: string, attrs: DeployRecommendationAttributes): IDeployRecommendation {
    const arn = Stack.of(scope).formatArn({ service: 'sagemaker', resource: 'endpoint', resourceName: attrs.endpointName });
    return new ImportedEndpoint(scope, id, arn, attrs.endpointName, attrs.variantName ?? DEFAULT_VARIANT);
  }

  /**
   * ARN of the endpoint.
   */
  public readonly endpointArn: string;

  /**
   * Name of the endpoint.
   */
  public readonly endpointName: string;

  /**
   * Name of the production variant that serves the requests.
   */
  public readonly variantName: string;

  /**
   * The role under which the endpoint runs.
   */
  public readonly role: iam.IRole;

  /**
   * Name of the SageMaker model that is served.
   */
  public readonly modelName: string;

  /**
   * Name of the endpoint configuration that is served.
   */
  public readonly endpointConfigName: string;

  /**
   * Instance type that the endpoint runs on, such as `ml.g6.24xlarge`.
   */
  public readonly instanceType: string;

  /**
   * Number of instances that the endpoint starts with.
   */
  public readonly instanceCount: string;

  /**
   * Copies of the model on each instance.
   */
  public readonly copyCountPerInstance: string;

  /**
   * The chosen recommendation, by the name of its inference specification. Empty for one without a model package.
   */
  public readonly inferenceSpecificationName: string;

  /**
   * ARN of the model package that is served. Empty for a recommendation without one.
   */
  public readonly modelPackageArn: string;

  constructor(scope: Construct, id: string, props: DeployRecommendationProps) {
    super(scope, id, { physicalName: props.endpointName });
    validate(this, props);

    this.role = props.role ?? servingRole(this);
    const source = props.recommendation.bindRecommendation(this, { endpointRole: this.role });

    const deployment = new TaggedProviderResource(this, 'Deployment', {
      type: 'RecommendationDeployment',
      properties: {
        Source: { JobType: source.jobType, JobName: source.jobName },
        ExecutionRoleArn: this.role.roleArn,
        Options: {
          VariantName: props.variantName,
          InstanceType: props.instanceType?.instanceType,
          InitialInstanceCount: props.initialInstanceCount,
          ModelDataDownloadTimeoutInSeconds: props.modelDataDownloadTimeout?.toSeconds(),
          ContainerStartupHealthCheckTimeoutInSeconds: props.containerStartupHealthCheckTimeout?.toSeconds(),
          InferenceAmiVersion: props.inferenceAmiVersion?.name,
          RoutingStrategy: props.routingStrategy,
        },
        Approval: {
          ApproveModelPackage: props.approveModelPackage,
          GroupMadeByJob: source.ownsModelPackageGroup,
        },
      },
      passRole: this.role,
    });
    if (source.dependable) {
      deployment.node.addDependency(source.dependable);
    }

    this.modelName = deployment.attribute('ModelName');
    this.endpointConfigName = deployment.attribute('EndpointConfigName');
    this.instanceType = deployment.attribute('InstanceType');
    this.instanceCount = deployment.attribute('InstanceCount');
    this.copyCountPerInstance = deployment.attribute('CopyCountPerInstance');
    this.inferenceSpecificationName = deployment.attribute('InferenceSpecificationName');
    this.modelPackageArn = deployment.attribute('ModelPackageArn');
    this.variantName = props.variantName ?? DEFAULT_VARIANT;

    const endpoint = new sagemaker.CfnEndpoint(this, 'Resource', {
      endpointName: props.endpointName,
      endpointConfigName: this.endpointConfigName,
    });
    this.endpointArn = this.getResourceArnAttribute(endpoint.ref, {
      service: 'sagemaker', resource: 'endpoint', resourceName: this.physicalName,
    });
    this.endpointName = this.getResourceNameAttribute(endpoint.attrEndpointName);

    const check = new ProviderResource(this, 'Check', {
      type: 'EndpointCheck',
      properties: { EndpointName: endpoint.attrEndpointName, EndpointConfigName: this.endpointConfigName },
    });
    check.addDependency(endpoint);

    this.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.DESTROY);
  }

  /**
   * Applies to the endpoint and to the configuration and model that it serves: an endpoint without them cannot be updated.
   */
  public applyRemovalPolicy(policy: RemovalPolicy): void {
    for (const id of ['Resource', 'Deployment']) {
      (this.node.findChild(id) as CfnResource).applyRemovalPolicy(policy);
    }
  }
}

class ImportedEndpoint extends EndpointBase {
  constructor(
    scope: Construct,
    id: string,
    public readonly endpointArn: string,
    public readonly endpointName: string,
    public readonly variantName: string,
  ) {
    super(scope, id, { environmentFromArn: endpointArn });
  }
}

function servingRole(scope: Construct): iam.Role {
  const role = jobRole(scope, 'Role', 'Reads the model, pulls the image and writes the logs of an endpoint');
  const permissions = new JobPermissions(Stack.of(scope));
  [...permissions.pullImages(), ...permissions.writeLogs(), permissions.putMetrics()].forEach(statement => role.addToPolicy(statement));
  return role;
}

function validate(scope: Construct, props: DeployRecommendationProps): void {
  const validation = new Validation('DeployRecommendation');
  const name = /[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}/;
  const rule = 'be 1 to 63 letters, digits and hyphens, and neither start nor end with a hyphen';
  validation.matches('endpointName', props.endpointName, name, rule);
  validation.matches('variantName', props.variantName, name, rule);
  validation.integer('initialInstanceCount', props.initialInstanceCount, 1);
  validation.range('modelDataDownloadTimeout', props.modelDataDownloadTimeout?.toSeconds(), 60, 3600);
  validation.range('containerStartupHealthCheckTimeout', props.containerStartupHealthCheckTimeout?.toSeconds(), 60, 3600);
  validation.throwIfAny(scope);
}
