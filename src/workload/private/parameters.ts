import { Token } from 'aws-cdk-lib';
import { shown, Validation } from '../../private/validation';
import { DatasetSamplingStrategy } from '../dataset-format';
import { ImageFormat, VideoAudioCodec, VideoCodec, VideoContent, VideoFormat } from '../media';
import { ModelSelectionStrategy, SearchStatistic } from '../traffic';

/** The parameters of a specification by the service's names, in the order in which they are rendered. */
export type Parameters = Record<string, unknown>;

/** What a parameter may be. Without a bound it is a text. */
interface Rule {
  /** The prop that sets it, for messages. */
  readonly prop: string;
  /** Whole numbers only. */
  readonly whole?: boolean;
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  /** The number must be larger than this. */
  readonly above?: number;
  readonly oneOf?: readonly unknown[];
  /** Parameters of which one must be set too. */
  readonly needs?: readonly string[];
  readonly aliases?: readonly string[];
}

const COUNT = { whole: true, min: 1 } as const;
const WHOLE_SECONDS = { whole: true, unit: 'seconds' } as const;
const FLAG = { oneOf: [true, false] } as const;
const IN_WARMUP = { needs: ['warmup_duration', 'warmup_request_count', 'num_warmup_sessions'] } as const;

/** Every parameter that the service documents. */
const RULES: Record<string, Rule> = {
  prompt_input_tokens_mean: { prop: 'inputTokens.mean', ...COUNT, aliases: ['synthetic_input_tokens_mean', 'isl'] },
  prompt_input_tokens_stddev: { prop: 'inputTokens.stddev', min: 0, aliases: ['isl_stddev'] },
  output_tokens_mean: { prop: 'outputTokens.mean', ...COUNT, aliases: ['prompt_output_tokens_mean', 'osl'] },
  output_tokens_stddev: { prop: 'outputTokens.stddev', min: 0, aliases: ['osl_stddev'] },

  concurrency: { prop: 'concurrency', ...COUNT },
  request_count: { prop: 'requestCount', ...COUNT, aliases: ['num_requests'] },
  request_rate: { prop: 'requestRate', above: 0 },
  request_rate_mode: { prop: 'requestRateMode', aliases: ['arrival_pattern'] },
  arrival_smoothness: { prop: 'arrivalSmoothness', above: 0, aliases: ['vllm_burstiness'] },
  benchmark_duration: { prop: 'benchmarkDuration', ...WHOLE_SECONDS, min: 1 },
  benchmark_grace_period: { prop: 'gracePeriod', ...WHOLE_SECONDS, min: 0, needs: ['benchmark_duration'] },
  max_concurrency: { prop: 'maxConcurrency', ...COUNT },
  prefill_concurrency: { prop: 'prefillConcurrency', ...COUNT },

  streaming: { prop: 'streaming', ...FLAG },
  tokenizer: { prop: 'tokenizer' },
  request_timeout_seconds: { prop: 'requestTimeout', ...WHOLE_SECONDS, min: 1 },
  goodput: { prop: 'goodput' },
  extra_inputs: { prop: 'extraInputs' },
  random_seed: { prop: 'randomSeed', whole: true, min: 0 },
  verbose: { prop: 'verbose', ...FLAG },
  num_conversations: { prop: 'conversations', ...COUNT, aliases: ['conversation_num', 'num_sessions'] },
  model_selection_strategy: { prop: 'modelSelectionStrategy', oneOf: Object.values(ModelSelectionStrategy) },

  warmup_duration: { prop: 'warmup.duration', ...WHOLE_SECONDS, min: 1 },
  warmup_request_count: { prop: 'warmup.requestCount', ...COUNT, aliases: ['num_warmup_requests'] },
  warmup_concurrency: { prop: 'warmup.concurrency', ...COUNT, ...IN_WARMUP },
  warmup_prefill_concurrency: { prop: 'warmup.prefillConcurrency', ...COUNT, ...IN_WARMUP },
  warmup_request_rate: { prop: 'warmup.requestRate', above: 0, ...IN_WARMUP },
  warmup_arrival_pattern: { prop: 'warmup.arrivalPattern', ...IN_WARMUP },
  warmup_grace_period: { prop: 'warmup.gracePeriod', min: 0, unit: 'seconds', ...IN_WARMUP },
  num_warmup_sessions: { prop: 'warmup.sessions', ...COUNT },

  public_dataset: { prop: 'dataset' },
  custom_dataset_type: { prop: 'dataset.format' },
  input_file: { prop: 'dataset.fileName' },
  dataset_sampling_strategy: { prop: 'dataset.samplingStrategy', oneOf: Object.values(DatasetSamplingStrategy) },

  image_width_mean: { prop: 'images.width.mean', min: 1 },
  image_width_stddev: { prop: 'images.width.stddev', min: 0 },
  image_height_mean: { prop: 'images.height.mean', min: 1 },
  image_height_stddev: { prop: 'images.height.stddev', min: 0 },
  image_batch_size: { prop: 'images.batchSize', ...COUNT },
  image_format: { prop: 'images.format', oneOf: Object.values(ImageFormat) },

  video_width: { prop: 'video.width', ...COUNT },
  video_height: { prop: 'video.height', ...COUNT },
  video_fps: { prop: 'video.framesPerSecond', ...COUNT },
  video_duration: { prop: 'video.duration', above: 0, unit: 'seconds' },
  video_batch_size: { prop: 'video.batchSize', ...COUNT },
  video_synth_type: { prop: 'video.content', oneOf: Object.values(VideoContent) },
  video_format: { prop: 'video.format', oneOf: Object.values(VideoFormat) },
  video_codec: { prop: 'video.codec', oneOf: Object.values(VideoCodec) },
  video_audio_num_channels: { prop: 'video.audio.channels', oneOf: [0, 1, 2] },
  video_audio_sample_rate: { prop: 'video.audio.sampleRate', whole: true, min: 8000, max: 96000 },
  video_audio_codec: { prop: 'video.audio.codec', oneOf: Object.values(VideoAudioCodec) },
  video_audio_depth: { prop: 'video.audio.depth', oneOf: [8, 16, 24, 32] },

  search_recipe: { prop: 'sla', oneOf: ['max-concurrency-under-sla'] },
  ttft_sla_ms: { prop: 'sla.timeToFirstToken', above: 0, unit: 'milliseconds' },
  tpot_sla_ms: { prop: 'sla.timePerOutputToken', above: 0, unit: 'milliseconds' },
  e2e_sla_ms: { prop: 'sla.requestLatency', above: 0, unit: 'milliseconds' },
  error_rate_sla: { prop: 'sla.errorRate', min: 0, max: 1 },
  search_stat: { prop: 'statistic', oneOf: Object.values(SearchStatistic) },
  concurrency_min: { prop: 'lowestConcurrency', ...COUNT },
  concurrency_max: { prop: 'highestConcurrency', ...COUNT },
  search_max_iterations: { prop: 'maxIterations', ...COUNT },
};

const CANONICAL = new Map(Object.entries(RULES).flatMap(([name, { aliases = [] }]) => [name, ...aliases].map((known) => [known, name])));

/** How a parameter is called in a message: by the prop that sets it, or as it is in the user's own document. */
export type Label = (name: string) => string;

/** By the prop. */
export const propLabel: Label = (name) => RULES[name].prop;

/** A parameter's main name, or undefined when the service documents none of this name. */
export function canonicalName(name: string): string | undefined {
  return CANONICAL.get(name);
}

/** Whether there are several load tests in it, which only benchmark jobs run. */
export function isBenchmarkOnly({ concurrency, search_recipe: recipe }: Parameters): boolean {
  return Array.isArray(concurrency) || recipe !== undefined;
}

/** How many requests are sent, if a number says so. */
export function requestCountOf({ request_count: count }: Parameters): number | undefined {
  return typeof count === 'number' && !Token.isUnresolved(count) ? count : undefined;
}

/** How many requests are under way at a time, if one number says so. */
export function concurrencyOf(parameters: Parameters): number | undefined {
  const { concurrency } = parameters;
  return typeof concurrency === 'number' && !Token.isUnresolved(concurrency) && !isBenchmarkOnly(parameters) ? concurrency : undefined;
}

/** Checks each parameter against its bounds, and the parameters against each other. Names are main names. */
export function checkParameters(parameters: Parameters, label: Label, validation: Validation): void {
  for (const [name, rule] of Object.entries(RULES)) {
    const given = parameters[name];
    // A list of levels is a sweep: what holds for one holds for each.
    const values = name === 'concurrency' && Array.isArray(given) && !Token.isUnresolved(given) ? given : [given];
    values.forEach((value) => checkValue(label(name), rule, value, validation));
    if (given !== undefined && rule.needs?.every((other) => parameters[other] === undefined)) {
      validation.check(false, `${label(name)} needs ${rule.needs.map(label).join(' or ')}: without it there is nothing that it holds for`);
    }
  }
  checkConcurrency(parameters, label, validation);
  checkStreaming(parameters, label, validation);
  const { video_width: width, video_height: height } = parameters;
  validation.check((width === undefined) === (height === undefined),
    `${label('video_width')} and ${label('video_height')} must be set both, or neither: only both together switch video on`);
}

function checkValue(label: string, rule: Rule, value: unknown, validation: Validation): void {
  if (value !== undefined && !Token.isUnresolved(value)) {
    validation.check(fits(rule, value), `${label} must be ${describe(rule)}, got ${shown(value)}`);
  }
}

function fits(rule: Rule, value: unknown): boolean {
  if (rule.oneOf !== undefined) {
    return rule.oneOf.includes(value);
  }
  if (!isNumeric(rule)) {
    return typeof value === 'string' && value !== '';
  }
  const { whole = false, min = -Infinity, max = Infinity, above = -Infinity } = rule;
  return typeof value === 'number' && (whole ? Number.isInteger(value) : Number.isFinite(value)) && value >= min && value <= max && value > above;
}

function isNumeric(rule: Rule): boolean {
  return rule.min !== undefined || rule.above !== undefined;
}

function describe(rule: Rule): string {
  const { oneOf, whole, unit, min, max, above } = rule;
  if (oneOf !== undefined) {
    return `one of ${oneOf.join(', ')}`;
  }
  if (!isNumeric(rule)) {
    return 'a text that is not empty';
  }
  const noun = `a ${whole ? 'whole ' : ''}number${unit ? ` of ${unit}` : ''}`;
  const bound = above !== undefined ? `more than ${above}` : max !== undefined ? `from ${min} to ${max}` : `at least ${min}`;
  return `${noun}, ${bound}`;
}

function checkConcurrency(parameters: Parameters, label: Label, validation: Validation): void {
  const { concurrency } = parameters;
  if (Array.isArray(concurrency) && !Token.isUnresolved(concurrency)) {
    validation.distinct(label('concurrency'), concurrency.map(String), 'measure each level once');
  }
  if (parameters.search_recipe === undefined) {
    return;
  }
  validation.check(concurrency === undefined, `${label('concurrency')} must be left out of a concurrency search: the search sets it`);
  const thresholds = ['ttft_sla_ms', 'tpot_sla_ms', 'e2e_sla_ms', 'error_rate_sla'];
  validation.check(thresholds.some((name) => parameters[name] !== undefined),
    `${label('search_recipe')} needs at least one threshold: set one of ${thresholds.map(label).join(', ')}`);
  const { concurrency_min: lowest, concurrency_max: highest } = parameters;
  if (typeof lowest === 'number' && typeof highest === 'number' && !Token.isUnresolved(lowest) && !Token.isUnresolved(highest)) {
    validation.check(lowest <= highest,
      `${label('concurrency_min')} must be at most ${label('concurrency_max')}, got ${lowest} and ${highest}`);
  }
}

function checkStreaming(parameters: Parameters, label: Label, validation: Validation): void {
  if (parameters.streaming !== false) {
    return;
  }
  for (const name of ['goodput', 'ttft_sla_ms', 'tpot_sla_ms']) {
    validation.check(parameters[name] === undefined, `${label(name)} needs streaming: leave out ${label('streaming')} or set it to true`);
  }
}
