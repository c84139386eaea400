/**
 * What is known of a metric that has no constant.
 */
export interface BenchmarkMetricOptions {
  /**
   * Whether more of it is better, as of a throughput, or less, as of a latency. `regressesAtMostPercent` needs to know.
   *
   * @default - not known
   */
  readonly higherIsBetter?: boolean;
}

/**
 * What a benchmark measures.
 *
 * The constants are the metrics of a streamed chat benchmark by AIPerf 0.8, the load generator that SageMaker AI runs; `of` takes others. Which
 * of them a result has depends on the workload: without streaming, for instance, there is no time to first token.
 *
 * Some are measured of each request, and have all statistics. Others are one number for the whole benchmark, whose only statistic
 * is `Stat.AVG`.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/generative-ai-inference-recommendations-benchmark.html
 */
export class BenchmarkMetric {
  /** From sending a request to the first token of its answer, reasoning included. In milliseconds, of each request with streaming; less is better. */
  public static readonly TIME_TO_FIRST_TOKEN = BenchmarkMetric.ofEach('time_to_first_token', 'ms', false);
  /** From the first to the second token. In milliseconds, of each request with streaming; less is better. */
  public static readonly TIME_TO_SECOND_TOKEN = BenchmarkMetric.ofEach('time_to_second_token', 'ms', false);
  /** From sending a request to the first token that is not reasoning. In milliseconds, of each request with streaming; less is better. */
  public static readonly TIME_TO_FIRST_OUTPUT_TOKEN = BenchmarkMetric.ofEach('time_to_first_output_token', 'ms', false);
  /** Between two tokens, on average over an answer after its first token. In milliseconds, of each request with streaming; less is better. */
  public static readonly INTER_TOKEN_LATENCY = BenchmarkMetric.ofEach('inter_token_latency', 'ms', false);
  /** Between two pieces of an answer, which can have several tokens. In milliseconds, of each piece with streaming; less is better. */
  public static readonly INTER_CHUNK_LATENCY = BenchmarkMetric.ofEach('inter_chunk_latency', 'ms', false);
  /** From sending a request to the end of its answer. In milliseconds, of each request; less is better. */
  public static readonly REQUEST_LATENCY = BenchmarkMetric.ofEach('request_latency', 'ms', false);

  /** Requests that were answered. In requests per second, one number; more is better. */
  public static readonly REQUEST_THROUGHPUT = BenchmarkMetric.ofAll('request_throughput', 'requests/sec', true);
  /** Tokens of all answers together. In tokens per second, one number; more is better. */
  public static readonly OUTPUT_TOKEN_THROUGHPUT = BenchmarkMetric.ofAll('output_token_throughput', 'tokens/sec', true);
  /** Tokens of all requests and answers together. In tokens per second, one number; more is better. */
  public static readonly TOTAL_TOKEN_THROUGHPUT = BenchmarkMetric.ofAll('total_token_throughput', 'tokens/sec', true);
  /** How fast one user gets tokens after the first one. In tokens per second and user, of each request with streaming; more is better. */
  public static readonly OUTPUT_TOKEN_THROUGHPUT_PER_USER = BenchmarkMetric.ofEach('output_token_throughput_per_user', 'tokens/sec/user', true);
  /** How fast one user gets tokens, with the wait for the first one. In tokens per second and user, of each request; more is better. */
  public static readonly END_TO_END_OUTPUT_TOKEN_THROUGHPUT = BenchmarkMetric.ofEach('e2e_output_token_throughput', 'tokens/sec/user', true);
  /** How fast the tokens of one request are taken in. In tokens per second and user, of each request with streaming; more is better. */
  public static readonly PREFILL_THROUGHPUT_PER_USER = BenchmarkMetric.ofEach('prefill_throughput_per_user', 'tokens/sec/user', true);
  /** Requests that kept the workload's `goodput` objectives. In requests per second, one number; more is better. */
  public static readonly GOODPUT = BenchmarkMetric.ofAll('goodput', 'requests/sec', true);

  /** How many requests were answered. One number; more is better. */
  public static readonly REQUEST_COUNT = BenchmarkMetric.ofAll('request_count', 'requests', true);
  /** How many requests failed. One number; less is better. If they are more than one percent, the job fails by itself. */
  public static readonly ERROR_REQUEST_COUNT = BenchmarkMetric.ofAll('error_request_count', 'requests', false);
  /** How many requests kept the workload's `goodput` objectives. One number; more is better. */
  public static readonly GOOD_REQUEST_COUNT = BenchmarkMetric.ofAll('good_request_count', 'requests', true);
  /** How many answers had another length than was asked for. One number; less is better. */
  public static readonly OSL_MISMATCH_COUNT = BenchmarkMetric.ofAll('osl_mismatch_count', 'requests', false);
  /** By how many percent an answer is longer than was asked for, negative if it is shorter. Of each request. */
  public static readonly OSL_MISMATCH_DIFF_PCT = BenchmarkMetric.ofEach('osl_mismatch_diff_pct', '%');
  /** From the first request to the end of the last answer. In seconds, one number. */
  public static readonly BENCHMARK_DURATION = BenchmarkMetric.ofAll('benchmark_duration', 'sec');

  /** Length of the requests. In tokens, of each request. */
  public static readonly INPUT_SEQUENCE_LENGTH = BenchmarkMetric.ofEach('input_sequence_length', 'tokens');
  /** Length of the answers, reasoning included. In tokens, of each request. */
  public static readonly OUTPUT_SEQUENCE_LENGTH = BenchmarkMetric.ofEach('output_sequence_length', 'tokens');
  /** Length of the answers without reasoning. In tokens, of each request. */
  public static readonly OUTPUT_TOKEN_COUNT = BenchmarkMetric.ofEach('output_token_count', 'tokens');
  /** Length of the reasoning. In tokens, of each request. */
  public static readonly REASONING_TOKEN_COUNT = BenchmarkMetric.ofEach('reasoning_token_count', 'tokens');
  /** Tokens of all requests that were answered. One number. */
  public static readonly TOTAL_ISL = BenchmarkMetric.ofAll('total_isl', 'tokens');
  /** Tokens of all answers, reasoning included. One number. */
  public static readonly TOTAL_OSL = BenchmarkMetric.ofAll('total_osl', 'tokens');
  /** Tokens of all answers without reasoning. One number. */
  public static readonly TOTAL_OUTPUT_TOKENS = BenchmarkMetric.ofAll('total_output_tokens', 'tokens');
  /** Tokens of all reasoning. One number. */
  public static readonly TOTAL_REASONING_TOKENS = BenchmarkMetric.ofAll('total_reasoning_tokens', 'tokens');
  /** Length of the requests that failed. In tokens, of each of them. */
  public static readonly ERROR_ISL = BenchmarkMetric.ofEach('error_isl', 'tokens');
  /** Tokens of all requests that failed. One number; less is better. */
  public static readonly TOTAL_ERROR_ISL = BenchmarkMetric.ofAll('total_error_isl', 'tokens', false);

  // The load generator talks to a proxy beside it, which signs the requests: these are about that connection and what comes through it.
  /** Waiting for a free connection. In milliseconds, of each request; less is better. */
  public static readonly HTTP_REQ_BLOCKED = BenchmarkMetric.ofEach('http_req_blocked', 'ms', false);
  /** Looking up the host. In milliseconds, of each request; less is better. */
  public static readonly HTTP_REQ_DNS_LOOKUP = BenchmarkMetric.ofEach('http_req_dns_lookup', 'ms', false);
  /** Connecting. In milliseconds, of each request; less is better. */
  public static readonly HTTP_REQ_CONNECTING = BenchmarkMetric.ofEach('http_req_connecting', 'ms', false);
  /** Waiting for a connection, looking up the host and connecting. In milliseconds, of each request; less is better. */
  public static readonly HTTP_REQ_CONNECTION_OVERHEAD = BenchmarkMetric.ofEach('http_req_connection_overhead', 'ms', false);
  /** Whether a connection was used again: 1 or 0, of each request; more is better. */
  public static readonly HTTP_REQ_CONNECTION_REUSED = BenchmarkMetric.ofEach('http_req_connection_reused', 'ratio', true);
  /** Sending the request. In milliseconds, of each request; less is better. */
  public static readonly HTTP_REQ_SENDING = BenchmarkMetric.ofEach('http_req_sending', 'ms', false);
  /** From the end of the request to the first byte of the answer. In milliseconds, of each request; less is better. */
  public static readonly HTTP_REQ_WAITING = BenchmarkMetric.ofEach('http_req_waiting', 'ms', false);
  /** From the first byte of the answer to its last. In milliseconds, of each request; less is better. */
  public static readonly HTTP_REQ_RECEIVING = BenchmarkMetric.ofEach('http_req_receiving', 'ms', false);
  /** Sending, waiting and receiving. In milliseconds, of each request; less is better. */
  public static readonly HTTP_REQ_DURATION = BenchmarkMetric.ofEach('http_req_duration', 'ms', false);
  /** Everything from waiting for a connection to the last byte. In milliseconds, of each request; less is better. */
  public static readonly HTTP_REQ_TOTAL = BenchmarkMetric.ofEach('http_req_total', 'ms', false);
  /** Size of the requests. In kilobytes, of each request. */
  public static readonly HTTP_REQ_DATA_SENT = BenchmarkMetric.ofEach('http_req_data_sent', 'KB');
  /** Size of the answers. In kilobytes, of each request. */
  public static readonly HTTP_REQ_DATA_RECEIVED = BenchmarkMetric.ofEach('http_req_data_received', 'KB');
  /** In how many pieces the request was sent. Of each request. */
  public static readonly HTTP_REQ_CHUNKS_SENT = BenchmarkMetric.ofEach('http_req_chunks_sent', 'count');
  /** In how many pieces the answer came. Of each request. */
  public static readonly HTTP_REQ_CHUNKS_RECEIVED = BenchmarkMetric.ofEach('http_req_chunks_received', 'count');

  /**
   * A metric that this version of the library has no constant for.
   *
   * @param name the metric as `profile_export_aiperf.json` names it: lower-case letters, digits and underscores
   * @param options what is known of it
   */
  public static of(name: string, options: BenchmarkMetricOptions = {}): BenchmarkMetric {
    const listed = Object.values(BenchmarkMetric).find(constant => constant instanceof BenchmarkMetric && constant.name === name);
    return new BenchmarkMetric(name, listed?._singleValue ?? false, listed?.unit, options.higherIsBetter ?? listed?.higherIsBetter);
  }

  private static ofEach(name: string, unit: string, higherIsBetter?: boolean): BenchmarkMetric {
    return new BenchmarkMetric(name, false, unit, higherIsBetter);
  }

  private static ofAll(name: string, unit: string, higherIsBetter?: boolean): BenchmarkMetric {
    return new BenchmarkMetric(name, true, unit, higherIsBetter);
  }

  /**
   * The metric as `profile_export_aiperf.json` names it, such as `time_to_first_token`.
   */
  public readonly name: string;

  /**
   * Its unit, as that file has it, such as `ms`; undefined if not known.
   */
  public readonly unit?: string;

  /**
   * Whether more of it is better, or less; undefined if neither or not known.
   */
  public readonly higherIsBetter?: boolean;

  /**
   * Whether it is one number for the whole benchmark, which has no statistic but `Stat.AVG`.
   *
   * @internal
   */
  public readonly _singleValue: boolean;

  private constructor(name: string, singleValue: boolean, unit?: string, higherIsBetter?: boolean) {
    this.name = name;
    this.unit = unit;
    this.higherIsBetter = higherIsBetter;
    this._singleValue = singleValue;
  }
}
