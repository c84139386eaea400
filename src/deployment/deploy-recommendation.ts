import { CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import { DeployRecommendationAttributes, DeployRecommendationProps } from './deploy-recommendation-props';
import { IDeployRecommendation } from './endpoint';
import { validateDeployment, validateImport, validateSelector } from './private/deployment-rules';
import { EndpointBase } from './private/endpoint-base';
import { nameInArn } from '../private/environment';
import { JobPermissions, jobRole } from '../private/execution-role';
import { RolePermissions } from '../private/role-permissions';
import { ProviderResource, TaggedProviderResource } from '../private/sagemaker-resource';

/** SageMaker's name for the one variant that takes all requests. */
const DEFAULT_VARIANT = 'AllTraffic';

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
    const endpointName = nameInArn(scope, id, 'endpointArn', endpointArn, 'endpoint');
    return new ImportedEndpoint(scope, id, { endpointName }, endpointArn);
  }

  /**
   * Imports an endpoint of this account and Region by what is known of it.
   */
  public static fromEndpointAttributes(scope: Construct, id: string, attrs: DeployRecommendationAttributes): IDeployRecommendation {
    return new ImportedEndpoint(scope, id, attrs);
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

  private readonly permissions: RolePermissions;

  constructor(scope: Construct, id: string, props: DeployRecommendationProps) {
    super(scope, id, { physicalName: props.endpointName });
    validateDeployment(this, props);

    const source = props.recommendation.bindRecommendation(this);
    validateSelector(this, props.selector, source.jobType);
    this.role = props.role ?? jobRole(this, 'Role', 'Reads the model, pulls the image and writes the logs of an endpoint');
    this.permissions = new RolePermissions(this, this.role, 'addServingPermissions', role => {
      new JobPermissions(this.stack).runContainers().forEach(statement => role.addToPrincipalPolicy(statement));
      props.recommendation.bindEndpointRole(this, role);
    });

    const deployment = new TaggedProviderResource(this, 'Deployment', {
      type: 'RecommendationDeployment',
      properties: {
        Source: { JobType: source.jobType, JobName: source.jobName },
        ExecutionRoleArn: this.role.roleArn,
        Selection: props.selector?._render(),
        Options: {
          VariantName: props.variantName,
          InstanceType: props.instanceType?.value,
          InitialInstanceCount: props.initialInstanceCount,
          ModelDataDownloadTimeoutInSeconds: props.modelDataDownloadTimeout?.toSeconds(),
          ContainerStartupHealthCheckTimeoutInSeconds: props.containerStartupHealthCheckTimeout?.toSeconds(),
          InferenceAmiVersion: props.inferenceAmiVersion?.value,
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
   * Gives a role of your own all that the default role has, for a role to which it is not added by itself.
   *
   * @param role the role that the endpoint was made with
   */
  public addServingPermissions(role: iam.IRole): void {
    this.permissions.addTo(role);
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
  /** ARN of the endpoint. */
  public readonly endpointArn: string;
  /** Name of the endpoint. */
  public readonly endpointName: string;
  /** Name of the production variant that serves the requests. */
  public readonly variantName: string;

  constructor(scope: Construct, id: string, attrs: DeployRecommendationAttributes, arn?: string) {
    super(scope, id, { environmentFromArn: arn });
    validateImport(this, attrs);
    this.endpointName = attrs.endpointName;
    this.variantName = attrs.variantName ?? DEFAULT_VARIANT;
    this.endpointArn = arn ?? Stack.of(scope).formatArn({ service: 'sagemaker', resource: 'endpoint', resourceName: attrs.endpointName });
  }
}
