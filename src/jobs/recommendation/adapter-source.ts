import { S3Location } from '../../private/s3-location';
import { Validation } from '../../private/validation';
import { ModelSource } from '../model-source';

/**
 * A LoRA adapter whose files are in S3.
 */
export interface S3Adapter {
  /**
   * What the adapter is called; requests choose it by this, and it becomes the name of an inference component.
   *
   * 1 to 63 letters, digits and hyphens, neither first nor last a hyphen, different from the job's other adapters.
   */
  readonly adapterId: string;

  /**
   * The folder with its files in PEFT format, with `adapter_config.json` among them. The rank must be 1 to 512; all adapters are served at
   * one rank, that of the largest rounded up.
   */
  readonly source: ModelSource;
}

/**
 * A LoRA adapter that is registered in the Model Registry.
 */
export interface ModelPackageAdapter {
  /**
   * What the adapter is called; requests choose it by this, and it becomes the name of an inference component.
   *
   * 1 to 63 letters, digits and hyphens, neither first nor last a hyphen, different from the job's other adapters.
   */
  readonly adapterId: string;

  /**
   * ARN of the model package.
   *
   * The execution role is allowed to describe it. Access to the files that it points to is not known from here: grant it to the job, as
   * in `bucket.grantRead(job)`.
   */
  readonly modelPackageArn: string;
}

/**
 * The LoRA adapters that are to be served together with a model: all from S3, or all from the Model Registry.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/generative-ai-inference-recommendations-adapters.html
 */
export class AdapterSource {
  /**
   * Adapters in S3. The service registers them in a model package group named `<name of the job>-adapters`.
   *
   * @param adapters 1 to 10 adapters
   */
  public static fromS3(adapters: S3Adapter[]): AdapterSource {
    return new AdapterSource(adapters, []);
  }

  /**
   * Adapters in the Model Registry.
   *
   * @param adapters 1 to 10 adapters
   */
  public static fromModelPackages(adapters: ModelPackageAdapter[]): AdapterSource {
    return new AdapterSource([], adapters);
  }

  private constructor(private readonly inS3: S3Adapter[], private readonly packages: ModelPackageAdapter[]) {}

  /** @internal */
  public get _locations(): S3Location[] {
    return this.inS3.map(adapter => adapter.source._location);
  }

  /** @internal */
  public get _adapterIds(): string[] {
    return [...this.inS3, ...this.packages].map(adapter => adapter.adapterId);
  }

  /** @internal */
  public get _modelPackageArns(): string[] {
    return this.packages.map(adapter => adapter.modelPackageArn);
  }

  /** @internal */
  public _validate(prop: string): string[] {
    const validation = new Validation(prop);
    const adapters = [...this.inS3, ...this.packages];
    validation.check(adapters.length > 0, `${prop} is empty: leave it out to serve none`);
    validation.count(prop, adapters, 0, 10, 'adapters');
    validation.distinct(`${prop}.adapterId`, this._adapterIds);
    for (const [i, adapter] of adapters.entries()) {
      validation.resourceName(`${prop}[${i}].adapterId`, adapter.adapterId);
    }
    for (const [i, adapter] of adapters.entries()) {
      validation.check(adapter.adapterId !== undefined, `${prop}[${i}].adapterId is required`);
    }
    for (const [i, adapter] of this.inS3.entries()) {
      validation.check(adapter.source !== undefined, `${prop}[${i}].source is required`);
      validation.add(adapter.source?._location.validate(`${prop}[${i}].source`) ?? []);
    }
    for (const [i, adapter] of this.packages.entries()) {
      validation.check(adapter.modelPackageArn !== undefined, `${prop}[${i}].modelPackageArn is required`);
      validation.length(`${prop}[${i}].modelPackageArn`, adapter.modelPackageArn, 1, 2048);
      validation.matches(`${prop}[${i}].modelPackageArn`, adapter.modelPackageArn,
        /arn:aws[a-z-]*:sagemaker:[a-z0-9-]{9,16}:[0-9]{12}:model-package\/\S+/, 'be the ARN of a model package');
    }
    return validation.messages;
  }

  /** @internal */
  public _render(): Record<string, unknown> {
    return this.packages.length > 0
      ? { ModelPackageArns: this.packages.map(({ adapterId, modelPackageArn }) => ({ AdapterId: adapterId, ModelPackageArn: modelPackageArn })) }
      : { S3Uris: this.inS3.map(({ adapterId, source }) => ({ AdapterId: adapterId, S3Uri: source._location.uri })) };
  }
}
