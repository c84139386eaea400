import { aws_kms as kms } from 'aws-cdk-lib';

/**
 * The KMS key that encrypts the storage volumes of an endpoint's instances.
 *
 * Whoever deploys the stack, which is the role of CloudFormation, needs `kms:CreateGrant` for it.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html
 */
export class VolumeEncryption {
  /**
   * A key for the volumes, whatever the instance type. SageMaker refuses a key for types with local storage, which encrypt it by themselves: most
   * GPU types are such.
   *
   * @param key the key, in the Region of the stack
   */
  public static withKey(key: kms.IKey): VolumeEncryption {
    return new VolumeEncryption(key, false);
  }

  /**
   * A key for the volumes, unless the recommended instance type has local storage, which SageMaker encrypts with a key of the instance.
   *
   * @param key the key, in the Region of the stack
   */
  public static withKeyUnlessLocalStorage(key: kms.IKey): VolumeEncryption {
    return new VolumeEncryption(key, true);
  }

  /** @internal */
  public readonly _key: kms.IKey;

  private constructor(key: kms.IKey, private readonly unlessLocalStorage: boolean) {
    this._key = key;
  }

  /**
   * Members of the endpoint configuration.
   *
   * @internal
   */
  public _render(): Record<string, unknown> {
    return { KmsKeyId: this._key.keyArn, KmsKeyOnLocalStorage: this.unlessLocalStorage ? 'LeaveOut' : undefined };
  }
}
