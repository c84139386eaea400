import { PerformanceLimit } from './performance-limit';
import { PerformanceMetric } from './performance-metric';
import { Stat } from '../jobs/benchmark/stat';
import { MlInstanceType } from '../jobs/ml-instance-type';
import { Validation } from '../private/validation';

/**
 * Which recommendation of a job is deployed.
 *
 * It is looked for when the stack is deployed. If there is none, the deployment fails and lists those that there are, each with what it lacks;
 * if there are several, it takes the best.
 *
 * @example
 *
 * RecommendationSelector.lowest(PerformanceMetric.TIME_TO_FIRST_TOKEN, Stat.P90).require(
 *   PerformanceLimit.of(PerformanceMetric.OUTPUT_TOKEN_THROUGHPUT).atLeast(1000), // tokens per second
 * );
 */
export class RecommendationSelector {
  /**
   * The best one, as the service ranked them.
   */
  public static best(): RecommendationSelector {
    return new RecommendationSelector({});
  }

  /**
   * The one with the lowest figure, by what the job expects; of several with the same, the one that the service ranked best. One without the
   * figure is not chosen, and if none has it, the deployment fails.
   *
   * @param metric the metric, such as `PerformanceMetric.TIME_TO_FIRST_TOKEN`
   * @param stat which statistic of it; left out for a metric that is one number, and for the median of a metric of each request
   */
  public static lowest(metric: PerformanceMetric, stat?: Stat): RecommendationSelector {
    return RecommendationSelector.byFigure('Lowest', metric, stat);
  }

  /**
   * The one with the highest figure, by what the job expects; of several with the same, the one that the service ranked best. One without the
   * figure is not chosen, and if none has it, the deployment fails.
   *
   * @param metric the metric, such as `PerformanceMetric.OUTPUT_TOKEN_THROUGHPUT`
   * @param stat which statistic of it; left out for a metric that is one number, and for the median of a metric of each request
   */
  public static highest(metric: PerformanceMetric, stat?: Stat): RecommendationSelector {
    return RecommendationSelector.byFigure('Highest', metric, stat);
  }

  /**
   * The one at a place of the service's ranking. Another run may rank anew.
   *
   * @param rank the place: 1 for the best, 2 for the second best, and so on
   */
  public static byRank(rank: number): RecommendationSelector {
    // The key is part of the names of what is deployed.
    return RecommendationSelector.by('Index', rank, (prop, validation) => validation.integer(prop, rank, 1));
  }

  /**
   * The one with an inference specification, whatever its place.
   *
   * @param name name of the inference specification, up to 63 letters, digits and hyphens
   */
  public static byInferenceSpecificationName(name: string): RecommendationSelector {
    return RecommendationSelector.by('InferenceSpecificationName', name, (prop, validation) => validation.resourceName(prop, name));
  }

  /**
   * The best one on an instance type.
   *
   * @param instanceType the instance type
   */
  public static byInstanceType(instanceType: MlInstanceType): RecommendationSelector {
    return RecommendationSelector.by('InstanceType', instanceType?.value, (prop, validation) => validation.add(instanceType?._validate(prop) ?? []));
  }

  /**
   * The one with an id, which only those of Inference Recommender have. The id begins with the name of the job, so it is one for an imported
   * job: another run of a job of this app has other ids.
   *
   * @param recommendationId the id, such as `resnet-0123456789abcdef/1a2b3c4d`
   */
  public static byRecommendationId(recommendationId: string): RecommendationSelector {
    return RecommendationSelector.by('RecommendationId', recommendationId, (prop, validation, jobType) => {
      validation.matches(prop, recommendationId, /[a-zA-Z0-9](-*[a-zA-Z0-9]){0,63}\/\w{8}/, "be an id like 'resnet-0123456789abcdef/1a2b3c4d'");
      validation.check(jobType === 'InferenceRecommendationsJob',
        `${prop} must not be a recommendation id, which only recommendations of an InferenceRecommendationsJob have, got one for an ${jobType}: `
        + 'select by instance type or inference specification');
    });
  }

  private static by(criterion: string, value: string | number, check: Check): RecommendationSelector {
    return new RecommendationSelector({
      criterion: { [criterion]: value },
      check: (prop, validation, jobType) => {
        validation.check(value !== undefined && value !== null, `${prop} needs a value`);
        check(prop, validation, jobType);
      },
    });
  }

  private static byFigure(order: 'Lowest' | 'Highest', metric: PerformanceMetric, stat: Stat | undefined): RecommendationSelector {
    return new RecommendationSelector({
      criterion: { [order]: metric?._render(stat) },
      check: (prop, validation, jobType) => {
        validation.required({ [`${prop}.metric`]: metric }, `${prop}.metric`);
        validation.add(metric?._validate(prop, stat, jobType) ?? []);
      },
    });
  }

  private constructor(private readonly choice: Choice, private readonly limits: readonly PerformanceLimit[] = []) {}

  /**
   * The same choice, but only among recommendations that also keep to these limits.
   *
   * The job's figures are judged as they are, at the concurrency that the service measured them with.
   *
   * @param limits the limits, in addition to those that the selector has already
   * @returns a new selector; this one stays as it is
   */
  public require(...limits: PerformanceLimit[]): RecommendationSelector {
    return new RecommendationSelector(this.choice, [...this.limits, ...limits]);
  }

  /**
   * @param jobType the kind of job that the recommendations are of, in the words of the SageMaker API
   * @internal
   */
  public _validate(prop: string, jobType: string): string[] {
    const validation = new Validation(prop);
    this.choice.check?.(prop, validation, jobType);
    validation.add(PerformanceLimit._validateAll(prop, this.limits, jobType));
    return validation.messages;
  }

  /**
   * Undefined for the best without limits: what a deployment of it is made from has nothing to do with selectors.
   *
   * @internal
   */
  public _render(): Record<string, unknown> | undefined {
    const { criterion } = this.choice;
    return criterion === undefined && this.limits.length === 0 ? undefined : {
      ...criterion,
      Require: this.limits.length === 0 ? undefined : this.limits.map(limit => limit._render()),
    };
  }
}

/** What is chosen, of those that keep to the limits. Nothing for the best. */
interface Choice {
  /** As the handlers read it. */
  readonly criterion?: Record<string, unknown>;
  readonly check?: Check;
}

type Check = (prop: string, validation: Validation, jobType: string) => void;
