/**
 * How the records of a dataset are written.
 *
 * Recommendation jobs and benchmark jobs accept different formats, so one dataset may not serve both: practice shows that a recommendation
 * job reads ShareGPT and the two OpenAI forms, and that a benchmark job reads the load generator's own forms such as `single_turn`.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/generative-ai-inference-recommendations-workload-config.html
 */
export class DatasetFormat {
  /** Conversations as in ShareGPT: `{"conversations": [{"from": "human", "value": "..."}, ...]}`, a record per line. */
  public static readonly SHAREGPT = new DatasetFormat('sharegpt', true, true);
  /** Requests to OpenAI's chat completions: `{"messages": [{"role": "user", "content": "..."}]}`, a record per line. */
  public static readonly OPENAI_CHAT = new DatasetFormat('openai-chat', true, true);
  /** Requests to OpenAI's completions: `{"prompt": "..."}`, a record per line. */
  public static readonly OPENAI_COMPLETIONS = new DatasetFormat('openai-completions', true, true);
  /** What the data capture of a SageMaker AI endpoint wrote: a folder, so the dataset needs no file name. */
  public static readonly SAGEMAKER_DATACAPTURE = new DatasetFormat('sagemaker-datacapture', false, undefined);
  /** One prompt per line in the load generator's form, `{"text": "...", "output_length": 128}`; a recommendation job refuses it. */
  public static readonly SINGLE_TURN = new DatasetFormat('single_turn', true, false);

  /**
   * A format that this class doesn't list.
   *
   * @param value the format as SageMaker AI or the load generator names it
   */
  public static of(value: string): DatasetFormat {
    return Object.values(DatasetFormat).find((format) => format instanceof DatasetFormat && format.value === value)
      ?? new DatasetFormat(value, false, undefined);
  }

  /**
   * @param value the format as SageMaker AI or the load generator names it
   * @param singleFile whether a dataset of this format must be one file
   * @param supportedByRecommendationJobs whether recommendation jobs read it; undefined when nobody knows
   */
  private constructor(
    public readonly value: string,
    private readonly singleFile: boolean,
    private readonly supportedByRecommendationJobs?: boolean,
  ) {}

  /**
   * Whether recommendation jobs read it; undefined when nobody knows.
   *
   * @internal
   */
  public _forRecommendationJobs(): boolean | undefined {
    return this.supportedByRecommendationJobs;
  }

  /**
   * Whether a dataset of this format must be one file.
   *
   * @internal
   */
  public _singleFile(): boolean {
    return this.singleFile;
  }
}

/**
 * A dataset that the load generator downloads by itself.
 */
export class PublicDataset {
  /**
   * Conversations of people with ChatGPT. Some of its answers are a few tokens long, which reasoning models spend on thinking: they then
   * answer nothing, and a job fails when more than one percent of its requests do.
   */
  public static readonly SHAREGPT = new PublicDataset('sharegpt');

  /**
   * A dataset that this class doesn't list.
   *
   * @param value the dataset as the load generator names it
   */
  public static of(value: string): PublicDataset {
    return new PublicDataset(value);
  }

  /**
   * @param value the dataset as the load generator names it
   */
  private constructor(public readonly value: string) {}
}

/**
 * In which order the records of a dataset are sent.
 */
export enum DatasetSamplingStrategy {
  /** At random, each once before any comes again. */
  SHUFFLE = 'shuffle',
  /** As they are in the dataset. */
  SEQUENTIAL = 'sequential',
}
