import { AIWorkloadInputDataConfig } from './types';

type Type = 'integer' | 'number' | 'string' | 'boolean' | 'integer or list of integers' | ReadonlyArray<string | number>;

/** The parameters that the service takes, and what their values must be. */
const PARAMETERS: Record<string, Type> = {
  ...each('integer', 'prompt_input_tokens_mean', 'output_tokens_mean', 'request_count', 'benchmark_duration', 'benchmark_grace_period',
    'max_concurrency', 'prefill_concurrency', 'request_timeout_seconds', 'random_seed', 'num_conversations', 'warmup_duration',
    'warmup_request_count', 'warmup_concurrency', 'warmup_prefill_concurrency', 'num_warmup_sessions', 'image_batch_size', 'video_width',
    'video_height', 'video_fps', 'video_batch_size', 'video_audio_sample_rate', 'concurrency_min', 'concurrency_max', 'search_max_iterations'),
  ...each('number', 'prompt_input_tokens_stddev', 'output_tokens_stddev', 'request_rate', 'arrival_smoothness', 'warmup_request_rate',
    'warmup_grace_period', 'image_width_mean', 'image_width_stddev', 'image_height_mean', 'image_height_stddev', 'video_duration',
    'ttft_sla_ms', 'tpot_sla_ms', 'e2e_sla_ms', 'error_rate_sla'),
  ...each('string', 'request_rate_mode', 'tokenizer', 'hf_token', 'goodput', 'extra_inputs', 'warmup_arrival_pattern', 'public_dataset',
    'custom_dataset_type', 'input_file'),
  ...each('boolean', 'streaming', 'verbose'),
  concurrency: 'integer or list of integers',
  model_selection_strategy: ['round_robin', 'random'],
  dataset_sampling_strategy: ['shuffle', 'sequential'],
  image_format: ['png', 'jpeg', 'random'],
  video_synth_type: ['moving_shapes', 'grid_clock', 'noise'],
  video_format: ['webm'],
  video_codec: ['libvpx-vp9'],
  video_audio_num_channels: [0, 1, 2],
  video_audio_codec: ['auto', 'aac', 'libvorbis', 'libopus'],
  video_audio_depth: [8, 16, 24, 32],
  search_recipe: ['max-concurrency-under-sla'],
  search_stat: ['avg', 'p50', 'p90', 'p95', 'p99'],
};

const ALIASES: Record<string, string> = {
  synthetic_input_tokens_mean: 'prompt_input_tokens_mean',
  isl: 'prompt_input_tokens_mean',
  isl_stddev: 'prompt_input_tokens_stddev',
  prompt_output_tokens_mean: 'output_tokens_mean',
  osl: 'output_tokens_mean',
  osl_stddev: 'output_tokens_stddev',
  num_requests: 'request_count',
  arrival_pattern: 'request_rate_mode',
  vllm_burstiness: 'arrival_smoothness',
  conversation_num: 'num_conversations',
  num_sessions: 'num_conversations',
  num_warmup_requests: 'warmup_request_count',
};

const STREAMING_ONLY = ['goodput', 'ttft_sla_ms', 'tpot_sla_ms'];
const SLAS = ['ttft_sla_ms', 'tpot_sla_ms', 'e2e_sla_ms', 'error_rate_sla'];
const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+$/;
const CHANNEL_PATH = /\/opt\/ml\/input\/data\/([^/\s]+)\//g;

/** What is wrong with a workload specification, which the API takes as one string. */
export function specProblems(inline: string, channels: AIWorkloadInputDataConfig[]): string[] {
  let document: unknown;
  try {
    document = JSON.parse(inline);
  } catch {
    return ['the document is not JSON (the service reads YAML too, this stand-in does not)'];
  }
  if (!isObject(document)) {
    return ['the document is not an object'];
  }
  const { benchmark, parameters = {}, tooling = {}, secrets = {}, ...others } = document;
  if (!isObject(parameters) || !isObject(tooling) || !isObject(secrets)) {
    return ['parameters, tooling and secrets are objects'];
  }
  return [
    ...Object.keys(others).map(key => `unknown key "${key}"`),
    ...benchmarkProblems(benchmark),
    ...parametersProblems(parameters),
    ...channelProblems(parameters, channels),
    ...Object.entries(tooling).flatMap(([key, value]) => ['api_standard', 'version'].includes(key)
      ? typeProblems(`tooling.${key}`, 'string', value) : [`unknown key "tooling.${key}"`]),
    ...Object.entries(secrets).filter(([, value]) => typeof value !== 'string' || !SECRET_ARN.test(value))
      .map(([key]) => `secrets.${key} is not the ARN of a Secrets Manager secret`),
  ];
}

function benchmarkProblems(benchmark: unknown): string[] {
  if (!isObject(benchmark)) {
    return ['benchmark is required'];
  }
  const unknown = Object.keys(benchmark).filter(key => key !== 'type').map(key => `unknown key "benchmark.${key}"`);
  return benchmark.type === 'aiperf' ? unknown : [...unknown, 'benchmark.type must match ^(aiperf)$'];
}

function parametersProblems(parameters: Record<string, unknown>): string[] {
  const problems: string[] = [];
  const values = new Map<string, unknown>();
  for (const [given, value] of Object.entries(parameters)) {
    const name = ALIASES[given] ?? given;
    if (!(name in PARAMETERS)) {
      problems.push(`unknown parameter "${given}"`);
      continue;
    }
    if (values.has(name)) {
      problems.push(`parameter "${name}" is given twice, once as "${given}"`);
    }
    values.set(name, value);
    problems.push(...typeProblems(given, PARAMETERS[name], value));
  }
  if (values.get('streaming') === false) {
    problems.push(...STREAMING_ONLY.filter(name => values.has(name)).map(name => `${name} needs streaming`));
  }
  if (values.has('search_recipe')) {
    if (values.has('concurrency')) problems.push('search_recipe excludes a fixed concurrency');
    if (!SLAS.some(name => values.has(name))) problems.push(`search_recipe needs one of ${SLAS.join(', ')}`);
  }
  if (values.has('video_width') !== values.has('video_height')) {
    problems.push('video needs both video_width and video_height');
  }
  return problems;
}

/** A file that a parameter names lies under the folder of a channel, so the channel has to exist. */
function channelProblems(parameters: Record<string, unknown>, channels: AIWorkloadInputDataConfig[]): string[] {
  const known = channels.map(channel => channel.ChannelName);
  return ['input_file', 'extra_inputs'].flatMap(parameter => [...String(parameters[parameter] ?? '').matchAll(CHANNEL_PATH)]
    .filter(match => !known.includes(match[1]))
    .map(match => `${parameter} reads the channel "${match[1]}", which DatasetConfig does not have`));
}

function typeProblems(name: string, type: Type, value: unknown): string[] {
  const fits = typeof type !== 'string' ? type.includes(value as string | number)
    : type === 'integer' ? Number.isInteger(value)
      : type === 'number' ? Number.isFinite(value)
        : type === 'integer or list of integers' ? [value].flat().length > 0 && [value].flat().every(Number.isInteger)
          : typeof value === type;
  return fits ? [] : [`${name} must be ${typeof type === 'string' ? `of type ${type}` : `one of ${type.join(', ')}`}, got ${JSON.stringify(value)}`];
}

function each(type: Type, ...names: string[]): Record<string, Type> {
  return Object.fromEntries(names.map(name => [name, type]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
