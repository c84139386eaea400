import { aws_sagemaker as sagemaker } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { regionOf, validatePlace } from '../../private/environment';
import { known, RESOURCE_NAME, Validation } from '../../private/validation';

const ARN = new RegExp(`arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:model-package-group/${RESOURCE_NAME.source}`);

/**
 * The model package group of the Model Registry that receives the recommended configurations.
 */
export class ModelPackageGroup {
  /**
   * A group of this app.
   *
   * @param group the group, such as a `CfnModelPackageGroup`
   */
  public static fromModelPackageGroup(group: sagemaker.IModelPackageGroupRef): ModelPackageGroup {
    return ModelPackageGroup.fromArn(group.modelPackageGroupRef.modelPackageGroupArn);
  }

  /**
   * An existing group of the job's account and Region.
   *
   * @param name the group's name, up to 63 letters, digits and hyphens
   */
  public static fromName(name: string): ModelPackageGroup {
    return new ModelPackageGroup(name, (prop, validation) => validation.resourceName(prop, name));
  }

  /**
   * An existing group of the job's Region.
   *
   * @param arn the group's ARN
   */
  public static fromArn(arn: string): ModelPackageGroup {
    return new ModelPackageGroup(arn, (prop, validation, scope) => {
      validation.matches(prop, arn, ARN, 'be the ARN of a model package group');
      validation.add(validatePlace(prop, { region: regionOf(arn) }, scope));
    });
  }

  /**
   * Name or ARN of the group.
   */
  public readonly identifier: string;

  private constructor(identifier: string, private readonly check: (prop: string, validation: Validation, scope: IConstruct) => void) {
    this.identifier = identifier;
  }

  /**
   * The account in the group's ARN, if that is known.
   *
   * @internal
   */
  public get _account(): string | undefined {
    return known(this.identifier) && this.identifier.startsWith('arn:') ? this.identifier.split(':')[4] : undefined;
  }

  /** @internal */
  public _validate(prop: string, scope: IConstruct): string[] {
    const validation = new Validation(prop);
    this.check(prop, validation, scope);
    return validation.messages;
  }
}
