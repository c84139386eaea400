import { Stat } from '../jobs/benchmark/stat';
import { Validation } from '../private/validation';

/** The kinds of jobs that measure what they recommend. */
const AI = 'AIRecommendationJob';
const RECOMMENDER = 'InferenceRecommendationsJob';

/**
 * What a job expects of a recommendation.
 *
 * The services name and write the same metrics in several ways: `TimeToFirstToken` here is also their `time_to_first_token` or `ttft`, whatever
 * the unit, in milliseconds. `of` takes other metrics.
 *
 * Metrics of an `AiRecommendationJob` hold for the concurrency that the service measured them at, `CLIENT_SIDE_CONCURRENCY`, which need not
 * be that of the workload. Those of an `InferenceRecommendationsJob` hold for the most requests that the endpoint can answer, and have no
 * statistics. An `OptimizationJob` measures nothing.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AIRecommendationPerformanceMetric.html
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_RecommendationMetrics.html
 */
export class PerformanceMetric {
  /** From sending a request to the first token of its answer. In milliseconds, of each request; of an `AiRecommendationJob`. */
  public static readonly TIME_TO_FIRST_TOKEN = new PerformanceMetric('TimeToFirstToken', 'Milliseconds', AI, true);
  /** Between two tokens of an answer. In milliseconds, of each request; of an `AiRecommendationJob`. */
  public static readonly INTER_TOKEN_LATENCY = new PerformanceMetric('InterTokenLatency', 'Milliseconds', AI, true);
  /** From sending a request to the end of its answer. In milliseconds, of each request; of an `AiRecommendationJob`. */
  public static readonly REQUEST_LATENCY = new PerformanceMetric('RequestLatency', 'Milliseconds', AI, true);
  /** Requests that were answered. In requests per second, one number; of an `AiRecommendationJob`. */
  public static readonly REQUEST_THROUGHPUT = new PerformanceMetric('RequestThroughput', 'Requests/Second', AI);
  /** Tokens of all answers together. In tokens per second, one number; of an `AiRecommendationJob`. */
  public static readonly OUTPUT_TOKEN_THROUGHPUT = new PerformanceMetric('OutputTokenThroughput', 'Tokens/Second', AI);
  /** How many requests at a time the other metrics were measured with. One number; of an `AiRecommendationJob`. */
  public static readonly CLIENT_SIDE_CONCURRENCY = new PerformanceMetric('ClientSideConcurrency', 'Count', AI);

  /** Of the endpoint for an hour. In US dollars, one number; of an `InferenceRecommendationsJob`. */
  public static readonly COST_PER_HOUR = new PerformanceMetric('CostPerHour', 'USD', RECOMMENDER);
  /** Of one request. In US dollars, one number; of an `InferenceRecommendationsJob`. */
  public static readonly COST_PER_INFERENCE = new PerformanceMetric('CostPerInference', 'USD', RECOMMENDER);
  /** The most requests that the endpoint answers. In requests per minute, one number; of an `InferenceRecommendationsJob`. */
  public static readonly MAX_INVOCATIONS = new PerformanceMetric('MaxInvocations', 'Requests/Minute', RECOMMENDER);
  /**
   * How long the model takes for a request at `MAX_INVOCATIONS`. One number as the service writes it, of an `InferenceRecommendationsJob`; AWS's
   * documents say milliseconds, its examples microseconds: look at a result before you set a limit.
   */
  public static readonly MODEL_LATENCY = new PerformanceMetric('ModelLatency', undefined, RECOMMENDER);
  /** Use of the processors at `MAX_INVOCATIONS`. In percent, which can be more than 100 with several cores; of an `InferenceRecommendationsJob`. */
  public static readonly CPU_UTILIZATION = new PerformanceMetric('CpuUtilization', 'Percent', RECOMMENDER);
  /** Use of the memory at `MAX_INVOCATIONS`. In percent; of an `InferenceRecommendationsJob`. */
  public static readonly MEMORY_UTILIZATION = new PerformanceMetric('MemoryUtilization', 'Percent', RECOMMENDER);
  /** How long a serverless endpoint takes to start. One number as the service writes it, without a unit; of an `InferenceRecommendationsJob`. */
  public static readonly MODEL_SETUP_TIME = new PerformanceMetric('ModelSetupTime', undefined, RECOMMENDER);

  /**
   * A metric that this version of the library has no constant for. Its figures are taken as the service writes them, in its unit.
   *
   * @param name the metric as the service names it; casing and separators don't matter
   */
  public static of(name: string): PerformanceMetric {
    const plain = (value: string) => value.toLowerCase().replace(/[\s_./-]+/g, '');
    const constants = Object.values(PerformanceMetric).filter((value): value is PerformanceMetric => value instanceof PerformanceMetric);
    return constants.find(constant => typeof name === 'string' && plain(constant.name) === plain(name)) ?? new PerformanceMetric(name);
  }

  /**
   * Name of the metric, such as `TimeToFirstToken`.
   */
  public readonly name: string;

  /**
   * Unit of its figures and limits, such as `Milliseconds`; undefined if it is not known.
   */
  public readonly unit?: string;

  private constructor(name: string, unit?: string, private readonly jobType?: string, private readonly ofEachRequest: boolean = false) {
    this.name = name;
    this.unit = unit;
  }

  /** Whether none of its figures can be less than nothing. @internal */
  public get _isKnown(): boolean {
    return this.jobType !== undefined;
  }

  /** How the handlers name the figure. @internal */
  public _render(stat?: Stat): { readonly Metric: string; readonly Stat?: string } {
    return { Metric: this.name, Stat: stat ?? (this.ofEachRequest ? Stat.P50 : undefined) };
  }

  /**
   * @param jobType the kind of job whose recommendations are meant, in the words of the SageMaker API
   * @internal
   */
  public _validate(prop: string, stat: Stat | undefined, jobType: string): string[] {
    const validation = new Validation(prop);
    validation.length(`${prop}.metric`, this.name, 1, 256);
    validation.oneOf(`${prop}.stat`, stat, Object.values(Stat));
    validation.check(this.jobType === undefined || this.ofEachRequest || stat === undefined || (stat === Stat.AVG && this.jobType === AI),
      `${prop}.stat must be left out for ${this.name}, which is one number, got ${stat}`);
    validation.check((jobType === AI || jobType === RECOMMENDER) && (this.jobType ?? jobType) === jobType,
      `${prop}.metric must be one that the job measures, got ${this.name} of an ${jobType}: ${ADVICE[jobType] ?? 'it measures nothing, and has one recommendation'}`);
    return validation.messages;
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  [AI]: 'it measures TimeToFirstToken, InterTokenLatency, RequestLatency, RequestThroughput and OutputTokenThroughput',
  [RECOMMENDER]: 'it measures CostPerHour, CostPerInference, MaxInvocations, ModelLatency, CpuUtilization, MemoryUtilization and ModelSetupTime',
};
