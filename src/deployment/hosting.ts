import { Duration, Size } from 'aws-cdk-lib';
import { compact } from './private/compact';
import { validateCopies } from './private/copies';
import { MlInstanceType } from '../jobs/ml-instance-type';
import { known, Validation } from '../private/validation';

/**
 * Which instances go when there is room for fewer.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariantManagedInstanceScaling.html
 */
export enum ScaleInStrategy {
  /** Those on which nothing runs. */
  IDLE_RELEASE = 'IDLE_RELEASE',
  /** Those whose copies fit on the others, to which they are moved. */
  CONSOLIDATION = 'CONSOLIDATION',
}

/**
 * SageMaker adds and removes instances by itself, as the copies of the inference components need them.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariantManagedInstanceScaling.html
 */
export interface ManagedInstanceScalingOptions {
  /**
   * The fewest instances. 0 or more: with 0 an endpoint without copies costs nothing, and its first request waits for an instance.
   *
   * @default - SageMaker's choice
   */
  readonly minInstanceCount?: number;

  /**
   * The most instances. 1 or more.
   *
   * @default - SageMaker's choice
   */
  readonly maxInstanceCount?: number;

  /**
   * Which instances go when there is room for fewer.
   *
   * @default - SageMaker's choice
   */
  readonly scaleInStrategy?: ScaleInStrategy;

  /**
   * How many instances go at a time: 1 to 100. Needs `scaleInStrategy`.
   *
   * @default - SageMaker's choice
   */
  readonly scaleInMaximumStepSize?: number;

  /**
   * How long to wait after some have gone until others may: 5 to 1440 minutes. Needs `scaleInStrategy`.
   *
   * @default - SageMaker's choice
   */
  readonly scaleInCooldown?: Duration;
}

/**
 * What an instance has: for types that this version of the library doesn't know, or instead of its figures.
 */
export interface InstanceHardware {
  /**
   * The instance type.
   */
  readonly instanceType: MlInstanceType;

  /**
   * How many accelerators, such as GPUs, an instance has. 0 or more.
   */
  readonly accelerators: number;

  /**
   * Memory of an instance, not of its accelerators. At least 1 GiB.
   */
  readonly memory: Size;
}

/**
 * How many copies of a model there are, and what each one takes. What is not given here comes from the recommendation.
 */
export interface ModelCopies {
  /**
   * How many copies there are at first. 0 or more.
   *
   * An update of the component sets this number again, whatever automatic scaling has made of it.
   *
   * @default - the recommended copies on an instance, times the instances
   */
  readonly copyCount?: number;

  /**
   * How many accelerators, such as GPUs, each copy takes. At least 1.
   *
   * @default - as many as the recommended configuration uses
   */
  readonly acceleratorsPerCopy?: number;

  /**
   * How much of an instance's memory each copy takes at least. At least 128 MiB.
   *
   * @default - as much as the recommendation says, or else its share of the instance
   */
  readonly minMemoryPerCopy?: Size;

  /**
   * Whether each LoRA adapter of the recommendation job becomes an inference component of its own on top of the model's. Those of an imported job
   * are only known if its attributes name them.
   *
   * @default true
   */
  readonly serveAdapters?: boolean;

  /**
   * What the names of the adapters' components begin with. The id of the adapter follows, together up to 63 characters. Names are unique in account
   * and Region: give a prefix where the same adapters are served twice.
   *
   * @default - nothing: the component is named by the id of its adapter
   */
  readonly adapterNamePrefix?: string;

  /**
   * Name of the inference component. 1 to 63 letters, digits and hyphens, unique in account and Region.
   *
   * @default - a name that is made from the path of the construct
   */
  readonly inferenceComponentName?: string;
}

/**
 * Options of an endpoint with inference components.
 */
export interface InferenceComponentHostingOptions extends ModelCopies {
  /**
   * What instances have: for types that this version of the library doesn't know, or instead of its figures.
   *
   * @default - the library's figures
   */
  readonly hardware?: InstanceHardware[];

  /**
   * Lets SageMaker add and remove instances as the copies need them.
   *
   * @default - the number of instances stays as it is
   */
  readonly managedInstanceScaling?: ManagedInstanceScalingOptions;
}

/**
 * How an endpoint holds its models.
 */
export class Hosting {
  /**
   * A variant with a model on instances of its own, as the recommendation was measured.
   */
  public static variant(): Hosting {
    return new Hosting();
  }

  /**
   * Inference components: models that share the instances of one variant, each with copies that can be scaled, down to none, and with adapters.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/realtime-endpoints-deploy-models.html
   * @param options copies, adapters and instances
   */
  public static inferenceComponents(options: InferenceComponentHostingOptions = {}): Hosting {
    return new Hosting(options);
  }

  /**
   * Undefined for a variant.
   *
   * @internal
   */
  public readonly _components?: InferenceComponentHostingOptions;

  private constructor(components?: InferenceComponentHostingOptions) {
    this._components = components;
  }

  /** @internal */
  public _validate(prop: string, initialInstanceCount?: number): string[] {
    const validation = new Validation(prop);
    const options = this._components;
    if (options === undefined) {
      return [];
    }
    validation.add(validateCopies(`${prop}.`, options));
    validation.add(validateScaling(`${prop}.managedInstanceScaling`, options.managedInstanceScaling, initialInstanceCount));
    options.hardware?.forEach((hardware, i) => validation.add(validateHardware(`${prop}.hardware[${i}]`, hardware)));
    validation.distinct(`${prop}.hardware`, options.hardware?.map(({ instanceType }) => instanceType?.value), 'keep one of them');
    return validation.messages;
  }

  /**
   * A member of the production variant.
   *
   * @internal
   */
  public _renderScaling(): Record<string, unknown> | undefined {
    const scaling = this._components?.managedInstanceScaling;
    return scaling && compact({
      Status: 'ENABLED',
      MinInstanceCount: scaling.minInstanceCount,
      MaxInstanceCount: scaling.maxInstanceCount,
      ScaleInPolicy: compact({
        Strategy: scaling.scaleInStrategy,
        MaximumStepSize: scaling.scaleInMaximumStepSize,
        CooldownInMinutes: scaling.scaleInCooldown?.toMinutes(),
      }),
    });
  }

  /** @internal */
  public _renderHardware(): Record<string, unknown> | undefined {
    return compact(Object.fromEntries((this._components?.hardware ?? []).map(({ instanceType, accelerators, memory }) =>
      [instanceType.value, { Accelerators: accelerators, MemoryInGiB: memory.toGibibytes() }])));
  }
}

function validateScaling(prop: string, scaling: ManagedInstanceScalingOptions | undefined, initialInstanceCount: number | undefined): string[] {
  const validation = new Validation(prop);
  if (scaling === undefined) {
    return [];
  }
  const { minInstanceCount: min, maxInstanceCount: max, scaleInStrategy, scaleInMaximumStepSize, scaleInCooldown } = scaling;
  validation.integer(`${prop}.minInstanceCount`, min, 0);
  validation.integer(`${prop}.maxInstanceCount`, max, 1);
  if (known(min) && known(max)) {
    validation.check(min <= max, `${prop}.minInstanceCount must be at most maxInstanceCount, got ${min} and ${max}`);
  }
  if (known(initialInstanceCount)) {
    validation.check(!known(max) || initialInstanceCount <= max,
      `initialInstanceCount must be at most maxInstanceCount of ${prop}, got ${initialInstanceCount} and ${max}`);
    validation.check(!known(min) || initialInstanceCount >= min,
      `initialInstanceCount must be at least minInstanceCount of ${prop}, got ${initialInstanceCount} and ${min}`);
  }
  validation.oneOf(`${prop}.scaleInStrategy`, scaleInStrategy, Object.values(ScaleInStrategy));
  validation.integer(`${prop}.scaleInMaximumStepSize`, scaleInMaximumStepSize, 1, 100);
  validation.minutes(`${prop}.scaleInCooldown`, scaleInCooldown, 5, 1440);
  validation.check(scaleInStrategy !== undefined || (scaleInMaximumStepSize === undefined && scaleInCooldown === undefined),
    `${prop} needs scaleInStrategy with scaleInMaximumStepSize or scaleInCooldown: give it, or leave them out`);
  return validation.messages;
}

function validateHardware(prop: string, hardware: InstanceHardware): string[] {
  const validation = new Validation(prop);
  for (const name of ['instanceType', 'accelerators', 'memory'] as const) {
    validation.check(hardware[name] !== undefined && hardware[name] !== null, `${prop}.${name} is required`);
  }
  validation.add(hardware.instanceType?._validate(`${prop}.instanceType`) ?? []);
  validation.check(!known(hardware.instanceType) || known(hardware.instanceType.value), `${prop}.instanceType must be known at synthesis, got a token`);
  validation.integer(`${prop}.accelerators`, hardware.accelerators, 0);
  validation.size(`${prop}.memory`, hardware.memory, 'GiB', 1);
  return validation.messages;
}
