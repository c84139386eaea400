import { Validation } from '../private/validation';

/**
 * A part of an endpoint's capacity.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CapacitySize.html
 */
export class CapacitySize {
  /**
   * A number of instances, for an endpoint without inference components.
   *
   * @param count at least 1, and no larger a part than the percentages allow
   */
  public static instances(count: number): CapacitySize {
    return new CapacitySize('INSTANCE_COUNT', count);
  }

  /**
   * A number of copies, for an endpoint with inference components.
   *
   * @param count at least 1, and no larger a part than the percentages allow
   */
  public static copies(count: number): CapacitySize {
    return new CapacitySize('COPY_COUNT', count);
  }

  /**
   * A percentage of the capacity.
   *
   * @param percentage a whole number, whose bounds depend on what it is used for
   */
  public static percent(percentage: number): CapacitySize {
    return new CapacitySize('CAPACITY_PERCENT', percentage);
  }

  private constructor(private readonly type: 'INSTANCE_COUNT' | 'COPY_COUNT' | 'CAPACITY_PERCENT', private readonly value: number) {}

  /**
   * @param unit what the endpoint's capacity is counted in
   * @internal
   */
  public _validate(prop: string, minPercent: number, maxPercent: number, unit: 'instances' | 'copies'): string[] {
    const validation = new Validation(prop);
    validation.check(this.value !== undefined && this.value !== null, `${prop} needs a value`);
    if (this.type === 'CAPACITY_PERCENT') {
      validation.integer(`${prop} in percent`, this.value ?? undefined, minPercent, maxPercent);
    } else {
      const given = this.type === 'INSTANCE_COUNT' ? 'instances' : 'copies';
      validation.check(given === unit, `${prop} must be a number of ${unit} or a percentage, got a number of ${given}: `
        + (unit === 'copies' ? 'with inference components it is copies that are replaced' : 'only inference components have copies to count'));
      validation.integer(prop, this.value ?? undefined, 1);
    }
    return validation.messages;
  }

  /** @internal */
  public _render(): { readonly type: string; readonly value: number } {
    return { type: this.type, value: this.value };
  }
}
