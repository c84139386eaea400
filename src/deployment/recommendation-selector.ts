import { MlInstanceType } from '../jobs/ml-instance-type';
import { Validation } from '../private/validation';

/**
 * Which recommendation of a job is deployed.
 *
 * It is looked for when the stack is deployed. If there is none, the deployment fails and lists those that there are; if there are
 * several, it takes the best.
 */
export class RecommendationSelector {
  /**
   * The best one, as the service ranked them.
   */
  public static best(): RecommendationSelector {
    return new RecommendationSelector();
  }

  /**
   * The one at a place of the ranking. Another run may rank anew.
   *
   * @param index the place: 1 for the best, 2 for the second best, and so on
   */
  public static byIndex(index: number): RecommendationSelector {
    return new RecommendationSelector('Index', index, (prop, validation) => validation.integer(prop, index, 1));
  }

  /**
   * The one with an inference specification, whatever its place.
   *
   * @param name name of the inference specification, up to 63 letters, digits and hyphens
   */
  public static byInferenceSpecificationName(name: string): RecommendationSelector {
    return new RecommendationSelector('InferenceSpecificationName', name, (prop, validation) => validation.resourceName(prop, name));
  }

  /**
   * The best one on an instance type.
   *
   * @param instanceType the instance type
   */
  public static byInstanceType(instanceType: MlInstanceType): RecommendationSelector {
    return new RecommendationSelector('InstanceType', instanceType?.value, (prop, validation) => validation.add(instanceType?._validate(prop) ?? []));
  }

  /**
   * The one with an id, which only those of Inference Recommender have. The id begins with the name of the job, so it is one for an imported
   * job: another run of a job of this app has other ids.
   *
   * @param recommendationId the id, such as `resnet-0123456789abcdef/1a2b3c4d`
   */
  public static byRecommendationId(recommendationId: string): RecommendationSelector {
    return new RecommendationSelector('RecommendationId', recommendationId, (prop, validation) => validation.matches(prop, recommendationId,
      /[a-zA-Z0-9](-*[a-zA-Z0-9]){0,63}\/\w{8}/, "be an id like 'resnet-0123456789abcdef/1a2b3c4d'"));
  }

  private constructor(
    private readonly criterion?: string,
    private readonly value?: string | number,
    private readonly check?: (prop: string, validation: Validation) => void,
  ) {}

  /**
   * @param jobType the kind of job that the recommendations are of, in the words of the SageMaker API
   * @internal
   */
  public _validate(prop: string, jobType: string): string[] {
    const validation = new Validation(prop);
    if (this.criterion !== undefined) {
      validation.check(this.value !== undefined && this.value !== null, `${prop} needs a value`);
      this.check?.(prop, validation);
      validation.check(this.criterion !== 'RecommendationId' || jobType === 'InferenceRecommendationsJob',
        `${prop} must not be a recommendation id, which only recommendations of an InferenceRecommendationsJob have, got one for an ${jobType}: `
        + 'select by instance type or inference specification');
    }
    return validation.messages;
  }

  /**
   * Undefined for the best: what a deployment of it is made from has nothing to do with selectors.
   *
   * @internal
   */
  public _render(): Record<string, unknown> | undefined {
    return this.criterion === undefined ? undefined : { [this.criterion]: this.value };
  }
}
