import { Size } from 'aws-cdk-lib';
import { MlInstanceType } from '../ml-instance-type';
import { validateTestedType } from './private/inference-recommendations-types';
import { known, Validation } from '../../private/validation';

/** In MiB. */
const GIBIBYTE = 1024;

/**
 * What an endpoint of a load test has beside its machines.
 */
export interface EndpointInputOptions {
  /**
   * Which of the inference specifications of the model package to test: 1 to 63 letters, digits and hyphens.
   *
   * Only for a model from the Model Registry.
   *
   * @default - the service's choice
   */
  readonly inferenceSpecificationName?: string;

  /**
   * Environment variables of the container and the values to try for each, such as `{ OMP_NUM_THREADS: ['1', '2', '4'] }`: up to 5
   * variables with 1 to 3 values each. Names have up to 64 characters, values up to 128.
   *
   * @default - the service chooses what it tunes
   */
  readonly environmentParameterRanges?: { [name: string]: string[] };
}

/**
 * A serverless endpoint of a load test.
 */
export interface ServerlessEndpointOptions extends EndpointInputOptions {
  /**
   * Memory: 1 to 6 GiB, in whole GiB.
   */
  readonly memorySize: Size;

  /**
   * How many requests can be under way at once: 1 to 200.
   */
  readonly maxConcurrency: number;

  /**
   * How many requests the endpoint is kept warm for: 1 to 200, at most `maxConcurrency`.
   *
   * The API has the member, but is documented not to support it in Inference Recommender.
   *
   * @default - none
   */
  readonly provisionedConcurrency?: number;
}

/**
 * An endpoint that a load test tries: an instance type, or a serverless endpoint.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_EndpointInputConfiguration.html
 */
export class EndpointInputConfiguration {
  /**
   * An endpoint on an instance.
   *
   * @param instanceType the instance type; burstable ones (`ml.t2`) are not supported
   * @param options what else it has
   */
  public static realTime(instanceType: MlInstanceType, options: EndpointInputOptions = {}): EndpointInputConfiguration {
    return new EndpointInputConfiguration(options, instanceType, undefined);
  }

  /**
   * A serverless endpoint, which has no GPU and reaches into no VPC.
   *
   * @param options its size, and what else it has
   */
  public static serverless(options: ServerlessEndpointOptions): EndpointInputConfiguration {
    return new EndpointInputConfiguration(options, undefined, options);
  }

  private constructor(
    private readonly options: EndpointInputOptions,
    private readonly instanceType: MlInstanceType | undefined,
    private readonly size: ServerlessEndpointOptions | undefined,
  ) {}

  /** @internal */
  public get _serverless(): boolean {
    return this.size !== undefined;
  }

  /** @internal */
  public get _provisioned(): boolean {
    return this.size?.provisionedConcurrency !== undefined;
  }

  /** @internal */
  public get _inferenceSpecificationName(): string | undefined {
    return this.options.inferenceSpecificationName;
  }

  /** @internal */
  public _validate(prop: string): string[] {
    const validation = new Validation(prop);
    validation.add(this.size ? validateServerless(prop, this.size) : validateTestedType(`${prop}.instanceType`, this.instanceType));
    validation.resourceName(`${prop}.inferenceSpecificationName`, this.options.inferenceSpecificationName);
    validation.add(validateRanges(`${prop}.environmentParameterRanges`, this.options.environmentParameterRanges));
    return validation.messages;
  }

  /**
   * FROZEN like the request that it is part of. Variables are sorted, since their order means nothing and must not make another job.
   *
   * @internal
   */
  public _render(): Record<string, unknown> {
    const ranges = Object.entries(this.options.environmentParameterRanges ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      InstanceType: this.instanceType?.value,
      ServerlessConfig: this.size && {
        MemorySizeInMB: this.size.memorySize.toMebibytes(),
        MaxConcurrency: this.size.maxConcurrency,
        ProvisionedConcurrency: this.size.provisionedConcurrency,
      },
      InferenceSpecificationName: this.options.inferenceSpecificationName,
      EnvironmentParameterRanges: ranges.length > 0
        ? { CategoricalParameterRanges: ranges.map(([Name, Value]) => ({ Name, Value })) } : undefined,
    };
  }
}

function validateServerless(prop: string, { memorySize, maxConcurrency, provisionedConcurrency }: ServerlessEndpointOptions): string[] {
  const validation = new Validation(prop);
  validation.required({ memorySize, maxConcurrency }, 'memorySize', 'maxConcurrency');
  if (memorySize !== undefined) {
    validation.add(validateMemory(`${prop}.memorySize`, memorySize));
  }
  validation.integer(`${prop}.maxConcurrency`, maxConcurrency, 1, 200);
  validation.integer(`${prop}.provisionedConcurrency`, provisionedConcurrency, 1, 200);
  if (known(maxConcurrency) && known(provisionedConcurrency)) {
    validation.check(provisionedConcurrency <= maxConcurrency,
      `${prop}.provisionedConcurrency must be at most maxConcurrency, got ${provisionedConcurrency} and ${maxConcurrency}`);
  }
  return validation.messages;
}

function validateMemory(prop: string, size: Size): string[] {
  const validation = new Validation(prop);
  if (size.isUnresolved()) {
    validation.check(inMebibytes(size), `${prop} must be given by Size.mebibytes(), got a token in another unit`);
  } else {
    const mebibytes = size.toBytes() / 1024 / 1024;
    validation.check(mebibytes % GIBIBYTE === 0 && mebibytes >= GIBIBYTE && mebibytes <= 6 * GIBIBYTE,
      `${prop} must be 1, 2, 3, 4, 5 or 6 GiB, got ${mebibytes} MiB`);
  }
  return validation.messages;
}

/** A token can't be converted, and a size says nothing of its unit but by what it can be converted to. */
function inMebibytes(size: Size): boolean {
  try {
    size.toMebibytes();
    return true;
  } catch {
    return false;
  }
}

function validateRanges(prop: string, ranges: { [name: string]: string[] } | undefined): string[] {
  const validation = new Validation(prop);
  const entries = Object.entries(ranges ?? {});
  validation.check(ranges === undefined || entries.length > 0, `${prop} is empty: name a variable, or leave it out`);
  validation.count(prop, entries, 0, 5, 'variables', 'keep those that matter most');
  for (const [name, values] of entries) {
    validation.length(`the name of a variable in ${prop}`, name, 1, 64);
    validation.count(`${prop}.${name}`, values, 1, 3, 'values');
    validation.distinct(`${prop}.${name}`, values);
    if (known(values)) {
      values.forEach((value, i) => validation.length(`${prop}.${name}[${i}]`, value, 0, 128));
    }
  }
  return validation.messages;
}
