/**
 * The machine image that an endpoint's instances start from: it fixes the versions of the GPU driver and of CUDA.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariant.html
 */
export class InferenceAmiVersion {
  /** Amazon Linux 2, NVIDIA driver 535, CUDA 12.2. */
  public static readonly AL2_GPU_2 = new InferenceAmiVersion('al2-ami-sagemaker-inference-gpu-2');
  /** Amazon Linux 2, NVIDIA driver 535, CUDA 12.2, with the NVIDIA Container Toolkit's CVE-2024-0132 mitigations on. */
  public static readonly AL2_GPU_2_1 = new InferenceAmiVersion('al2-ami-sagemaker-inference-gpu-2-1');
  /** Amazon Linux 2 with a newer NVIDIA driver. */
  public static readonly AL2_GPU_3_1 = new InferenceAmiVersion('al2-ami-sagemaker-inference-gpu-3-1');
  /** Amazon Linux 2023 with a newer NVIDIA driver, which images for CUDA 13 want. */
  public static readonly AL2023_GPU_4_1 = new InferenceAmiVersion('al2023-ami-sagemaker-inference-gpu-4-1');

  /**
   * A version that this version of the library has no constant for.
   *
   * @param value the version as SageMaker names it
   */
  public static of(value: string): InferenceAmiVersion {
    return new InferenceAmiVersion(value);
  }

  /**
   * The version as SageMaker names it.
   */
  public readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }
}
