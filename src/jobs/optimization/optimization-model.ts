import { ArnFormat, aws_sagemaker as sagemaker, CfnResource, Resource, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { validatePlace } from '../../private/environment';
import { S3Location } from '../../private/s3-location';
import { Validation } from '../../private/validation';
import { ModelSource } from '../model-source';

/**
 * How a model in S3 may be used.
 */
export interface S3ModelOptions {
  /**
   * Whether you accept the end-user license agreement of the model. A model that has one is optimized only if this is true: review the
   * agreement first, since complying with its terms is up to you.
   *
   * @default - nothing is said about an agreement
   */
  readonly acceptEula?: boolean;
}

/**
 * What is known of a SageMaker model beyond its name.
 */
export interface SageMakerModelOptions {
  /**
   * Where the model's files are, so that the execution role is allowed to read them.
   *
   * @default - not known: grant the job read access yourself, as in `bucket.grantRead(job)`
   */
  readonly artifacts?: ModelSource[];
}

/**
 * The model that an optimization job starts from.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_OptimizationJobModelSource.html
 */
export class OptimizationModel {
  /**
   * The files of a model in S3.
   *
   * @param source where the files are
   * @param options how the model may be used
   */
  public static fromS3(source: ModelSource, options: S3ModelOptions = {}): OptimizationModel {
    return new OptimizationModel([source], { acceptEula: options.acceptEula });
  }

  /**
   * A SageMaker model of the job's stack, or an imported one of its account and Region. One that is replaced is optimized again.
   *
   * @param model the model, such as a `CfnModel`
   * @param options what is known of it
   */
  public static fromModel(model: sagemaker.IModelRef, options: SageMakerModelOptions = {}): OptimizationModel {
    const modelName = sagemaker.CfnModel.isCfnModel(model)
      ? model.attrModelName
      : Stack.of(model).splitArn(model.modelRef.modelArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!;
    return new OptimizationModel(options.artifacts ?? [], { modelName, model });
  }

  /**
   * An existing SageMaker model of the job's account and Region.
   *
   * @param modelName name of the model, up to 63 letters, digits and hyphens
   * @param options what is known of it
   */
  public static fromModelName(modelName: string, options: SageMakerModelOptions = {}): OptimizationModel {
    return new OptimizationModel(options.artifacts ?? [], { modelName });
  }

  /** Undefined for files in S3. @internal */
  public readonly _modelName?: string;
  /** @internal */
  public readonly _acceptEula?: boolean;
  /** Where the model's files are, as far as that is known. @internal */
  public readonly _locations: S3Location[];
  private readonly model?: sagemaker.IModelRef;

  private constructor(sources: ModelSource[], details: { modelName?: string; model?: sagemaker.IModelRef; acceptEula?: boolean }) {
    this._locations = sources.map(source => source._location);
    this._modelName = details.modelName;
    this._acceptEula = details.acceptEula;
    this.model = details.model;
  }

  /** @internal */
  public _validate(prop: string, scope: IConstruct): string[] {
    const validation = new Validation(prop);
    validation.resourceName(prop, this._modelName);
    for (const [i, location] of this._locations.entries()) {
      validation.add(location.validate(this._modelName === undefined ? prop : `${prop}.artifacts[${i}]`));
    }
    if (this.model) {
      // CloudFormation replaces a model that changes, and its name with it; an export that is in use can't change.
      const owned = CfnResource.isCfnResource(this.model) || Resource.isOwnedResource(this.model);
      validation.check(!owned || Stack.of(this.model) === Stack.of(scope),
        `${prop} must be of the stack of the job, got one of ${Stack.of(this.model).node.path}: its name changes with its content, which a `
        + 'reference across stacks can\'t follow, so give it a name and use fromModelName');
      validation.add(validatePlace(prop, this.model.env, scope));
    }
    return validation.messages;
  }
}
