import { aws_ec2 as ec2 } from 'aws-cdk-lib';
import { Validation } from '../private/validation';

/**
 * A SageMaker instance type, such as `ml.c5.xlarge`. `GpuInstanceType` has constants for those with GPUs.
 */
export class MlInstanceType {
  /**
   * An instance type by its name.
   *
   * @param value the type as SageMaker names it, such as `ml.inf2.8xlarge`
   */
  public static fromName(value: string): MlInstanceType {
    return new MlInstanceType(value);
  }

  /**
   * The SageMaker instance type of an EC2 instance type, which has the same name with `ml.` before it.
   *
   * @param instanceType the EC2 instance type, such as `ec2.InstanceType.of(ec2.InstanceClass.C5, ec2.InstanceSize.XLARGE)`
   */
  public static fromEc2(instanceType: ec2.InstanceType): MlInstanceType {
    return new MlInstanceType(`ml.${instanceType.toString()}`);
  }

  /**
   * The type as SageMaker names it, such as `ml.g6.24xlarge`.
   */
  public readonly value: string;

  /**
   * @param value the type as SageMaker names it
   */
  protected constructor(value: string) {
    this.value = value;
  }

  /** @internal */
  public _validate(prop: string): string[] {
    const validation = new Validation(prop);
    validation.matches(prop, this.value, /ml\.[a-z0-9-]+\.[a-z0-9-]+/, "be an instance type like 'ml.g6.24xlarge'");
    return validation.messages;
  }
}
