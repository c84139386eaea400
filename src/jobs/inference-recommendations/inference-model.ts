import { ArnFormat, aws_sagemaker as sagemaker, CfnResource, Resource, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { ModelSource } from '../model-source';
import { validateContainer } from './private/inference-recommendations-container';
import { RecommendationContainerConfig, RecommendationContainerOverrides } from './recommendation-container';
import { regionOf, validatePlace } from '../../private/environment';
import { quote, Validation } from '../../private/validation';

const PACKAGE_ARN = /arn:aws[a-z-]*:sagemaker:[a-z0-9-]{9,16}:[0-9]{12}:model-package\/\S+/;

/**
 * What is known of any model that Inference Recommender tests, beside its container.
 */
export interface InferenceModelOptions {
  /**
   * Where the files are that the model, or the model package, points to, a sample payload that only the package names included. The
   * execution role of the job and that of an endpoint are granted read access to them. Give the folder of an archive, or its whole URI by
   * `ModelSource.fromS3Uri`, and an empty list for a model without files.
   *
   * It is not part of what a job is made from.
   *
   * @default - not known: grant the roles read access yourself
   */
  readonly artifacts?: ModelSource[];
}

/**
 * What is known of a SageMaker model beside its name.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/inference-recommender-prerequisites.html
 */
export interface InferenceModelProps extends RecommendationContainerConfig, InferenceModelOptions {}

/**
 * What is known of a model package beside its ARN, and what is to be taken instead of what it says about its container.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_RecommendationJobContainerConfig.html
 */
export interface InferenceModelPackageOptions extends RecommendationContainerOverrides, InferenceModelOptions {}

/**
 * The model that Inference Recommender tests: a package of the Model Registry, or a SageMaker model.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/inference-recommender-prerequisites.html
 */
export class InferenceModel {
  /**
   * A version in the Model Registry, of the job's stack or imported. It must have a domain, a task, a framework, a sample payload and
   * content types, unless they are given here. It need not be approved for a job.
   *
   * One that is replaced is tested again.
   *
   * @param modelPackage the model package, such as a `CfnModelPackage`
   * @param options what else is known of it, and what is to be taken instead of what it says
   */
  public static fromModelPackage(modelPackage: sagemaker.IModelPackageRef, options: InferenceModelPackageOptions = {}): InferenceModel {
    return new InferenceModel({ modelPackageArn: modelPackage.modelPackageRef.modelPackageArn, reference: modelPackage }, options);
  }

  /**
   * A version in the Model Registry by its ARN. It must be of the job's Region.
   *
   * @param modelPackageArn ARN of the model package, such as `arn:aws:sagemaker:us-west-2:111122223333:model-package/resnet/3`
   * @param options what else is known of it, and what is to be taken instead of what it says
   */
  public static fromModelPackageArn(modelPackageArn: string, options: InferenceModelPackageOptions = {}): InferenceModel {
    return new InferenceModel({ modelPackageArn }, options);
  }

  /**
   * A SageMaker model of the job's stack, or an imported one of its account and Region. One that is replaced is tested again.
   *
   * @param model the model, such as a `CfnModel`
   * @param props what there is to know about it
   */
  public static fromModel(model: sagemaker.IModelRef, props: InferenceModelProps): InferenceModel {
    // The name in an ARN can have lost its capitals.
    const modelName = sagemaker.CfnModel.isCfnModel(model)
      ? model.attrModelName
      : Stack.of(model).splitArn(model.modelRef.modelArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!;
    return new InferenceModel({ modelName, reference: model }, props);
  }

  /**
   * A SageMaker model of the job's account and Region.
   *
   * @param modelName name of the model, up to 63 letters, digits and hyphens
   * @param props what there is to know about it
   */
  public static fromModelName(modelName: string, props: InferenceModelProps): InferenceModel {
    return new InferenceModel({ modelName }, props);
  }

  /** @internal */
  public readonly _modelPackageArn?: string;

  /** @internal */
  public readonly _modelName?: string;

  /** @internal */
  public readonly _container: RecommendationContainerOverrides;

  /**
   * Undefined where nobody said.
   *
   * @internal
   */
  public readonly _artifacts?: ModelSource[];

  private readonly reference?: sagemaker.IModelRef | sagemaker.IModelPackageRef;

  private constructor(
    id: { modelPackageArn?: string; modelName?: string; reference?: sagemaker.IModelRef | sagemaker.IModelPackageRef },
    known: InferenceModelPackageOptions,
  ) {
    this._modelPackageArn = id.modelPackageArn;
    this._modelName = id.modelName;
    this._container = known;
    this._artifacts = known.artifacts;
    this.reference = id.reference;
  }

  /** @internal */
  public _validate(prop: string, scope: IConstruct): string[] {
    const validation = new Validation(prop);
    if (this._modelPackageArn !== undefined) {
      validation.length(`${prop}.modelPackageArn`, this._modelPackageArn, 1, 2048);
      validation.matches(`${prop}.modelPackageArn`, this._modelPackageArn, PACKAGE_ARN, 'be the ARN of a model package');
      validation.add(validatePlace(`${prop}.modelPackageArn`, { region: regionOf(this._modelPackageArn) }, scope));
      validation.add(validateContainer(prop, this._container));
    } else {
      validation.required({ modelName: this._modelName }, 'modelName');
      validation.resourceName(`${prop}.modelName`, this._modelName);
      validation.add(validateContainer(prop, this._container, 'domain', 'task', 'framework', 'samplePayload', 'supportedContentTypes'));
    }
    if (this.reference) {
      validation.add(validateReference(prop, this.reference, scope));
      // A model is referred to by its name alone, a package by its ARN.
      validation.add(validatePlace(prop, { account: this._modelName && this.reference.env.account, region: this.reference.env.region }, scope));
    }
    for (const [i, { _location: location }] of (this._artifacts ?? []).entries()) {
      validation.add(location.validate(`${prop}.artifacts[${i}]`));
      // The slash that a bucket's folder ends with is added where it is missing.
      validation.check(!location.uri.endsWith('.tar.gz/'),
        `${prop}.artifacts[${i}] must be the folder of an archive, or its whole URI by ModelSource.fromS3Uri, got ${quote(location.uri)}`);
    }
    return validation.messages;
  }
}

/** CloudFormation replaces a model that changes, and its name with it; an export that is in use can't change. */
function validateReference(prop: string, reference: sagemaker.IModelRef | sagemaker.IModelPackageRef, scope: IConstruct): string[] {
  const validation = new Validation(prop);
  const owned = CfnResource.isCfnResource(reference) || Resource.isOwnedResource(reference);
  validation.check(!owned || Stack.of(reference) === Stack.of(scope),
    `${prop} must be of the stack of the job, got one of ${Stack.of(reference).node.path}: its name changes with its content, which a reference `
    + 'across stacks can\'t follow, so use fromModelName or fromModelPackageArn');
  return validation.messages;
}
