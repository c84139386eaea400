/**
 * The serving framework whose configurations a job looks at.
 */
export class InferenceFramework {
  /** Large Model Inference, AWS's serving container on DJL Serving. */
  public static readonly LMI = new InferenceFramework('LMI');

  /** vLLM. */
  public static readonly VLLM = new InferenceFramework('VLLM');

  /**
   * A framework that this version of the library has no constant for.
   *
   * @param value the framework as SageMaker's API names it, such as `VLLM`
   */
  public static of(value: string): InferenceFramework {
    return new InferenceFramework(value);
  }

  /**
   * The framework as SageMaker's API names it.
   */
  public readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }
}
