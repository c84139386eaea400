/**
 * How the numbers of a model are made smaller.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/model-optimize.html
 */
export class QuantizationTechnique {
  /** Activation-aware weight quantization: weights in 4-bit integers (INT4-AWQ). */
  public static readonly AWQ = new QuantizationTechnique('awq');

  /** Weights and activations in 8-bit floating point. */
  public static readonly FP8 = new QuantizationTechnique('fp8');

  /** Weights and activations in 8-bit integers (INT8-SmoothQuant). Goes together with `ModelOptimization.compilation` only. */
  public static readonly SMOOTHQUANT = new QuantizationTechnique('smoothquant');

  /**
   * A technique that this version of the library has no constant for. The instance types g5, g6, p4d, p4de and p5 take none.
   *
   * @param value the technique as the Large Model Inference container knows it in `OPTION_QUANTIZE`
   */
  public static of(value: string): QuantizationTechnique {
    return new QuantizationTechnique(value);
  }

  /**
   * The technique as the Large Model Inference container knows it in `OPTION_QUANTIZE`.
   */
  public readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }
}

/**
 * How tokens are foretold, so that the model only has to check them.
 */
export enum SpeculativeDecodingTechnique {
  /**
   * Small heads on the model itself, which are trained to foretell several tokens at once.
   */
  EAGLE = 'EAGLE',
}
