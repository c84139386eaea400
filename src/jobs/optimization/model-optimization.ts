import { Token, Tokenization } from 'aws-cdk-lib';
import { QuantizationTechnique, SpeculativeDecodingTechnique } from './optimization-techniques';
import { TrainingDataSource } from './optimization-training-data';
import { Environment, QUANTIZE, TENSOR_PARALLEL_DEGREE, validateEnvironment } from './private/optimization-environment';
import { Validation } from '../../private/validation';

/**
 * What an optimization runs in.
 */
export interface OptimizationContainerOptions {
  /**
   * The image that runs the optimization: the URI of a Large Model Inference (LMI) container in Amazon ECR, in the job's Region. Up to 255
   * characters without spaces.
   *
   * @default - the service's choice
   */
  readonly imageUri?: string;

  /**
   * Environment variables that override those of the container, up to 25. Names have 1 to 256 characters, values up to 256.
   *
   * @default - none
   */
  readonly environment?: { [key: string]: string };
}

/**
 * How a model is quantized.
 */
export interface QuantizationOptions extends OptimizationContainerOptions {
  /**
   * The technique: sets `OPTION_QUANTIZE` in the container's environment.
   *
   * @default - what `OPTION_QUANTIZE` says in `environment`, here or on the job
   */
  readonly technique?: QuantizationTechnique;
}

/**
 * How a model is sharded.
 */
export interface ShardingOptions extends OptimizationContainerOptions {
  /**
   * Over how many accelerators of an instance the model is spread: sets `OPTION_TENSOR_PARALLEL_DEGREE` in the container's environment. At
   * least 1, and no more than the instance has.
   *
   * @default - what `OPTION_TENSOR_PARALLEL_DEGREE` says in `environment`, here or on the job, one of which must have it
   */
  readonly tensorParallelDegree?: number;
}

/**
 * How a model is made to foretell tokens.
 */
export interface SpeculativeDecodingOptions {
  /**
   * The technique.
   *
   * @default SpeculativeDecodingTechnique.EAGLE
   */
  readonly technique?: SpeculativeDecodingTechnique;

  /**
   * What to train with: the closer to the requests that the endpoint gets, the faster it answers them.
   *
   * @default - the service's own data sets
   */
  readonly trainingData?: TrainingDataSource;
}

/** An option that is an environment variable of the container. */
interface Preset {
  readonly option: string;
  readonly variable: string;
  readonly value?: string;
}

interface Definition {
  readonly kind: 'quantization' | 'compilation' | 'sharding' | 'speculativeDecoding';
  readonly container?: OptimizationContainerOptions;
  readonly preset?: Preset;
  readonly technique?: SpeculativeDecodingTechnique;
  readonly trainingData?: TrainingDataSource;
  readonly check?: (prop: string, validation: Validation) => void;
}

/**
 * One of the optimizations that an optimization job applies to a model.
 *
 * Which of them go together depends on where the model is to be deployed:
 *
 * - for GPUs, compilation goes with quantization
 * - for GPUs, speculative decoding goes with quantization by AWQ or FP8
 * - for GPUs, sharding is done alone
 * - for AWS Inferentia and AWS Trainium there is compilation, and nothing else
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/model-optimize.html
 */
export class ModelOptimization {
  /**
   * Makes the numbers of the model smaller, so that it needs less memory and cheaper GPUs, at some cost in accuracy.
   *
   * @param options how
   */
  public static quantization(options: QuantizationOptions = {}): ModelOptimization {
    const value = options.technique?.value;
    return new ModelOptimization({
      kind: 'quantization',
      container: options,
      preset: { option: 'technique', variable: QUANTIZE, value },
      check: (prop, validation) => validation.length(`${prop}.technique`, value, 1, 256),
    });
  }

  /**
   * Compiles the model ahead of time for the hardware, so that instances start sooner and answer faster: by TensorRT-LLM for GPUs, by AWS
   * Neuron for AWS Inferentia and AWS Trainium. For GPUs it takes no Llama model from 3.1 on.
   *
   * @param options where
   */
  public static compilation(options: OptimizationContainerOptions = {}): ModelOptimization {
    return new ModelOptimization({ kind: 'compilation', container: options });
  }

  /**
   * Splits the model's files by accelerator, so that instances load them faster (fast model loading).
   *
   * @param options how
   */
  public static sharding(options: ShardingOptions = {}): ModelOptimization {
    const degree = options.tensorParallelDegree;
    const value = degree !== undefined && Token.isUnresolved(degree) ? Tokenization.stringifyNumber(degree) : degree?.toString();
    return new ModelOptimization({
      kind: 'sharding',
      container: options,
      preset: { option: 'tensorParallelDegree', variable: TENSOR_PARALLEL_DEGREE, value },
      check: (prop, validation) => validation.integer(`${prop}.tensorParallelDegree`, degree, 1),
    });
  }

  /**
   * Trains heads that foretell tokens, which the model then only checks: the same answers in less time. AWS names LlamaForCausalLM,
   * Qwen2ForCausalLM, Qwen3ForCausalLM, Qwen3MoeForCausalLM, Qwen3NextForCausalLM and GptOssForCausalLM as the architectures for it.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ModelSpeculativeDecodingConfig.html
   * @param options how
   */
  public static speculativeDecoding(options: SpeculativeDecodingOptions = {}): ModelOptimization {
    const { technique = SpeculativeDecodingTechnique.EAGLE, trainingData } = options;
    return new ModelOptimization({
      kind: 'speculativeDecoding',
      technique,
      trainingData,
      check: (prop, validation) => {
        validation.oneOf(`${prop}.technique`, technique, Object.values(SpeculativeDecodingTechnique));
        validation.add(trainingData?._location.validate(`${prop}.trainingData`) ?? []);
      },
    });
  }

  /** @internal */
  public readonly _definition: Definition;

  private constructor(definition: Definition) {
    this._definition = definition;
  }

  /** The variables of the container, options among them. @internal */
  public get _environment(): Environment {
    const { container, preset } = this._definition;
    return { ...container?.environment, ...(preset?.value !== undefined && { [preset.variable]: preset.value }) };
  }

  /** @internal */
  public _validate(prop: string): string[] {
    const { container, preset, check } = this._definition;
    const validation = new Validation(prop);
    check?.(prop, validation);
    validation.length(`${prop}.imageUri`, container?.imageUri, 1, 255);
    validation.matches(`${prop}.imageUri`, container?.imageUri, /\S*/, 'be the URI of an image, without spaces');
    validation.check(preset?.value === undefined || container?.environment?.[preset.variable] === undefined,
      `${prop}.${preset?.option} is the variable ${preset?.variable}, which environment sets too: give one of them`);
    validation.add(validateEnvironment(`${prop}.environment`, this._environment));
    return validation.messages;
  }
}
