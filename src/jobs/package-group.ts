import { aws_sagemaker as sagemaker } from 'aws-cdk-lib';
import { Validation } from '../private/validation';

/**
 * The model package group of the Model Registry that receives the recommended configurations.
 */
export class PackageGroup {
  /**
   * A group of this app.
   *
   * @param group the group, such as a `CfnModelPackageGroup`
   */
  public static fromModelPackageGroup(group: sagemaker.IModelPackageGroupRef): PackageGroup {
    return new PackageGroup(group.modelPackageGroupRef.modelPackageGroupArn);
  }

  /**
   * An existing group of the job's account and Region.
   *
   * @param name the group's name, up to 63 letters, digits and hyphens
   */
  public static fromName(name: string): PackageGroup {
    return new PackageGroup(name);
  }

  /**
   * An existing group.
   *
   * @param arn the group's ARN
   */
  public static fromArn(arn: string): PackageGroup {
    return new PackageGroup(arn);
  }

  /**
   * Name or ARN of the group.
   */
  public readonly identifier: string;

  private constructor(identifier: string) {
    this.identifier = identifier;
  }

  /** @internal */
  public _validate(prop: string): string[] {
    const validation = new Validation(prop);
    validation.matches(prop, this.identifier,
      /(arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:model-package-group\/)?[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}/,
      'be the ARN of a model package group, or a name of 1 to 63 letters, digits and hyphens that neither starts nor ends with a hyphen');
    return validation.messages;
  }
}
