import { MlInstanceType } from './ml-instance-type';

/**
 * A SageMaker instance type with GPUs.
 *
 * The constants are the types that recommendation jobs take at the time of writing; `of` takes those that came later. In Python and Java a constant is
 * spelled `G6_24_XLARGE`, with one underscore more.
 */
export class GpuInstanceType extends MlInstanceType {
  /** 1 NVIDIA A10G GPU with 24 GiB. */
  public static readonly G5_XLARGE = new GpuInstanceType('ml.g5.xlarge', true);
  /** 1 NVIDIA A10G GPU with 24 GiB. */
  public static readonly G5_2XLARGE = new GpuInstanceType('ml.g5.2xlarge', true);
  /** 1 NVIDIA A10G GPU with 24 GiB. */
  public static readonly G5_4XLARGE = new GpuInstanceType('ml.g5.4xlarge', true);
  /** 1 NVIDIA A10G GPU with 24 GiB. */
  public static readonly G5_8XLARGE = new GpuInstanceType('ml.g5.8xlarge', true);
  /** 4 NVIDIA A10G GPUs with 24 GiB each. */
  public static readonly G5_12XLARGE = new GpuInstanceType('ml.g5.12xlarge', true);
  /** 1 NVIDIA A10G GPU with 24 GiB. */
  public static readonly G5_16XLARGE = new GpuInstanceType('ml.g5.16xlarge', true);
  /** 4 NVIDIA A10G GPUs with 24 GiB each. */
  public static readonly G5_24XLARGE = new GpuInstanceType('ml.g5.24xlarge', true);
  /** 8 NVIDIA A10G GPUs with 24 GiB each. */
  public static readonly G5_48XLARGE = new GpuInstanceType('ml.g5.48xlarge', true);
  /** 1 NVIDIA L4 GPU with 24 GiB. */
  public static readonly G6_XLARGE = new GpuInstanceType('ml.g6.xlarge', true);
  /** 1 NVIDIA L4 GPU with 24 GiB. */
  public static readonly G6_2XLARGE = new GpuInstanceType('ml.g6.2xlarge', true);
  /** 1 NVIDIA L4 GPU with 24 GiB. */
  public static readonly G6_4XLARGE = new GpuInstanceType('ml.g6.4xlarge', true);
  /** 1 NVIDIA L4 GPU with 24 GiB. */
  public static readonly G6_8XLARGE = new GpuInstanceType('ml.g6.8xlarge', true);
  /** 4 NVIDIA L4 GPUs with 24 GiB each. */
  public static readonly G6_12XLARGE = new GpuInstanceType('ml.g6.12xlarge', true);
  /** 1 NVIDIA L4 GPU with 24 GiB. */
  public static readonly G6_16XLARGE = new GpuInstanceType('ml.g6.16xlarge', true);
  /** 4 NVIDIA L4 GPUs with 24 GiB each. */
  public static readonly G6_24XLARGE = new GpuInstanceType('ml.g6.24xlarge', true);
  /** 8 NVIDIA L4 GPUs with 24 GiB each. */
  public static readonly G6_48XLARGE = new GpuInstanceType('ml.g6.48xlarge', true);
  /** 1 NVIDIA L40S GPU with 48 GiB. */
  public static readonly G6E_XLARGE = new GpuInstanceType('ml.g6e.xlarge', true);
  /** 1 NVIDIA L40S GPU with 48 GiB. */
  public static readonly G6E_2XLARGE = new GpuInstanceType('ml.g6e.2xlarge', true);
  /** 1 NVIDIA L40S GPU with 48 GiB. */
  public static readonly G6E_4XLARGE = new GpuInstanceType('ml.g6e.4xlarge', true);
  /** 1 NVIDIA L40S GPU with 48 GiB. */
  public static readonly G6E_8XLARGE = new GpuInstanceType('ml.g6e.8xlarge', true);
  /** 4 NVIDIA L40S GPUs with 48 GiB each. */
  public static readonly G6E_12XLARGE = new GpuInstanceType('ml.g6e.12xlarge', true);
  /** 1 NVIDIA L40S GPU with 48 GiB. */
  public static readonly G6E_16XLARGE = new GpuInstanceType('ml.g6e.16xlarge', true);
  /** 4 NVIDIA L40S GPUs with 48 GiB each. */
  public static readonly G6E_24XLARGE = new GpuInstanceType('ml.g6e.24xlarge', true);
  /** 8 NVIDIA L40S GPUs with 48 GiB each. */
  public static readonly G6E_48XLARGE = new GpuInstanceType('ml.g6e.48xlarge', true);
  /** 1 NVIDIA RTX PRO 4500 Blackwell GPU with 32 GiB. */
  public static readonly G7_2XLARGE = new GpuInstanceType('ml.g7.2xlarge', true);
  /** 1 NVIDIA RTX PRO 4500 Blackwell GPU with 32 GiB. */
  public static readonly G7_4XLARGE = new GpuInstanceType('ml.g7.4xlarge', true);
  /** 2 NVIDIA RTX PRO 4500 Blackwell GPUs with 32 GiB each. */
  public static readonly G7_8XLARGE = new GpuInstanceType('ml.g7.8xlarge', true);
  /** 4 NVIDIA RTX PRO 4500 Blackwell GPUs with 32 GiB each. */
  public static readonly G7_12XLARGE = new GpuInstanceType('ml.g7.12xlarge', true);
  /** 4 NVIDIA RTX PRO 4500 Blackwell GPUs with 32 GiB each. */
  public static readonly G7_24XLARGE = new GpuInstanceType('ml.g7.24xlarge', true);
  /** 8 NVIDIA RTX PRO 4500 Blackwell GPUs with 32 GiB each. */
  public static readonly G7_48XLARGE = new GpuInstanceType('ml.g7.48xlarge', true);
  /** 1 NVIDIA RTX PRO 6000 Blackwell GPU with 96 GiB. */
  public static readonly G7E_2XLARGE = new GpuInstanceType('ml.g7e.2xlarge', true);
  /** 1 NVIDIA RTX PRO 6000 Blackwell GPU with 96 GiB. */
  public static readonly G7E_4XLARGE = new GpuInstanceType('ml.g7e.4xlarge', true);
  /** 1 NVIDIA RTX PRO 6000 Blackwell GPU with 96 GiB. */
  public static readonly G7E_8XLARGE = new GpuInstanceType('ml.g7e.8xlarge', true);
  /** 2 NVIDIA RTX PRO 6000 Blackwell GPUs with 96 GiB each. */
  public static readonly G7E_12XLARGE = new GpuInstanceType('ml.g7e.12xlarge', true);
  /** 4 NVIDIA RTX PRO 6000 Blackwell GPUs with 96 GiB each. */
  public static readonly G7E_24XLARGE = new GpuInstanceType('ml.g7e.24xlarge', true);
  /** 8 NVIDIA RTX PRO 6000 Blackwell GPUs with 96 GiB each. */
  public static readonly G7E_48XLARGE = new GpuInstanceType('ml.g7e.48xlarge', true);
  /** 1 NVIDIA V100 GPU with 16 GiB. */
  public static readonly P3_2XLARGE = new GpuInstanceType('ml.p3.2xlarge', true);
  /** 4 NVIDIA V100 GPUs with 16 GiB each. */
  public static readonly P3_8XLARGE = new GpuInstanceType('ml.p3.8xlarge', true);
  /** 8 NVIDIA V100 GPUs with 16 GiB each. */
  public static readonly P3_16XLARGE = new GpuInstanceType('ml.p3.16xlarge', true);
  /** 8 NVIDIA A100 GPUs with 40 GiB each. */
  public static readonly P4D_24XLARGE = new GpuInstanceType('ml.p4d.24xlarge', true);
  /** 8 NVIDIA A100 GPUs with 80 GiB each. */
  public static readonly P4DE_24XLARGE = new GpuInstanceType('ml.p4de.24xlarge', true);
  /** 1 NVIDIA H100 GPU with 80 GiB. */
  public static readonly P5_4XLARGE = new GpuInstanceType('ml.p5.4xlarge', true);
  /** 8 NVIDIA H100 GPUs with 80 GiB each. */
  public static readonly P5_48XLARGE = new GpuInstanceType('ml.p5.48xlarge', true);
  /** 8 NVIDIA H200 GPUs with 141 GiB each. */
  public static readonly P5E_48XLARGE = new GpuInstanceType('ml.p5e.48xlarge', true);
  /** 8 NVIDIA H200 GPUs with 141 GiB each. */
  public static readonly P5EN_48XLARGE = new GpuInstanceType('ml.p5en.48xlarge', true);
  /** 8 NVIDIA B200 GPUs with about 180 GiB each. */
  public static readonly P6_B200_48XLARGE = new GpuInstanceType('ml.p6-b200.48xlarge', true);

  /**
   * An instance type that this version of the library has no constant for.
   *
   * @param value the type as SageMaker names it, such as `ml.g6.24xlarge`
   */
  public static of(value: string): GpuInstanceType {
    return Object.values(GpuInstanceType).find(constant => constant instanceof GpuInstanceType && constant.value === value)
      ?? new GpuInstanceType(value, false);
  }

  /** @internal */
  public readonly _listed: boolean;

  private constructor(value: string, listed: boolean) {
    super(value);
    this._listed = listed;
  }
}
