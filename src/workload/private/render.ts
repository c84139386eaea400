import { Duration, Token, Tokenization } from 'aws-cdk-lib';
import { Parameters } from './parameters';
import { known, quote, shown, Validation } from '../../private/validation';
import { GoodputObjective } from '../traffic';
import { ConcurrencySearchProps, ConcurrencySweepProps, SyntheticWorkloadProps, TemplateWorkloadProps } from '../workload-props';

/** The props of all kinds of workload together; each kind sets some of them. */
export type AnyWorkloadProps = Partial<SyntheticWorkloadProps & TemplateWorkloadProps & ConcurrencySweepProps & ConcurrencySearchProps>;

/** The one recipe of a concurrency search. */
const SEARCH_RECIPE = 'max-concurrency-under-sla';

/**
 * The parameters that the props stand for, by the service's names.
 *
 * Jobs are named by a hash of this: the order is fixed, and what the user did not set is not there.
 */
export function renderParameters(props: AnyWorkloadProps, validation: Validation): Parameters {
  const { inputTokens, outputTokens, warmup, images, video, sla } = props;
  const dataset = props.dataset?._parameters();
  return withoutUnset({
    prompt_input_tokens_mean: inputTokens?.mean,
    prompt_input_tokens_stddev: inputTokens?.stddev,
    output_tokens_mean: outputTokens?.mean,
    output_tokens_stddev: outputTokens?.stddev,

    concurrency: props.concurrencies ?? props.concurrency,
    request_count: props.requestCount,
    request_rate: props.requestRate,
    request_rate_mode: props.requestRateMode?.value,
    arrival_smoothness: props.arrivalSmoothness,
    benchmark_duration: seconds(props.benchmarkDuration),
    benchmark_grace_period: seconds(props.gracePeriod),
    max_concurrency: props.maxConcurrency,
    prefill_concurrency: props.prefillConcurrency,

    streaming: props.streaming,
    tokenizer: props.tokenizer,
    request_timeout_seconds: seconds(props.requestTimeout),
    goodput: renderGoodput(props.goodput, validation),
    extra_inputs: renderExtraInputs(props, validation),
    random_seed: props.randomSeed,
    verbose: props.verbose,
    num_conversations: props.conversations,
    model_selection_strategy: props.modelSelectionStrategy,

    warmup_duration: seconds(warmup?.duration),
    warmup_request_count: warmup?.requestCount,
    warmup_concurrency: warmup?.concurrency,
    warmup_prefill_concurrency: warmup?.prefillConcurrency,
    warmup_request_rate: warmup?.requestRate,
    warmup_arrival_pattern: warmup?.arrivalPattern?.value,
    warmup_grace_period: seconds(warmup?.gracePeriod),
    num_warmup_sessions: warmup?.sessions,

    public_dataset: dataset?.publicDataset,
    custom_dataset_type: dataset?.format?.value,
    input_file: dataset?.inputFile,
    dataset_sampling_strategy: dataset?.samplingStrategy,

    image_width_mean: images?.width.mean,
    image_width_stddev: images?.width.stddev,
    image_height_mean: images?.height.mean,
    image_height_stddev: images?.height.stddev,
    image_batch_size: images?.batchSize,
    image_format: images?.format,

    video_width: video?.width,
    video_height: video?.height,
    video_fps: video?.framesPerSecond,
    video_duration: seconds(video?.duration),
    video_batch_size: video?.batchSize,
    video_synth_type: video?.content,
    video_format: video?.format,
    video_codec: video?.codec,
    video_audio_num_channels: video?.audio?.channels,
    video_audio_sample_rate: video?.audio?.sampleRate,
    video_audio_codec: video?.audio?.codec,
    video_audio_depth: video?.audio?.depth,

    search_recipe: sla && SEARCH_RECIPE,
    ttft_sla_ms: milliseconds(sla?.timeToFirstToken),
    tpot_sla_ms: milliseconds(sla?.timePerOutputToken),
    e2e_sla_ms: milliseconds(sla?.requestLatency),
    error_rate_sla: sla?.errorRate,
    search_stat: props.statistic,
    concurrency_min: props.lowestConcurrency,
    concurrency_max: props.highestConcurrency,
    search_max_iterations: props.maxIterations,
  });
}

/** The object without what is undefined, or undefined when nothing is left. */
export function unlessEmpty(values: Record<string, unknown>): Record<string, unknown> | undefined {
  const set = withoutUnset(values);
  return Object.keys(set).length > 0 ? set : undefined;
}

function withoutUnset(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function seconds(duration: Duration | undefined): number | undefined {
  return duration?.toSeconds(duration.isUnresolved() ? undefined : { integral: false });
}

function milliseconds(duration: Duration | undefined): number | undefined {
  return duration?.toMilliseconds(duration.isUnresolved() ? undefined : { integral: false });
}

/** `metric:ms metric:ms` */
function renderGoodput(objectives: GoodputObjective[] | undefined, validation: Validation): string | undefined {
  if (objectives === undefined) {
    return undefined;
  }
  validation.count('goodput', objectives, 1, Infinity, 'objectives', 'leave it out to measure no goodput');
  validation.distinct('goodput', objectives.map(({ metric }) => metric.value), 'give each metric one threshold');
  return objectives.map(({ metric, threshold }) => {
    const value = milliseconds(threshold)!;
    validation.check(/^[^\s:]+$/.test(metric.value), `goodput.metric must hold no space and no colon, got ${quote(metric.value)}`);
    validation.check(Token.isUnresolved(value) || value > 0, `goodput.threshold must be more than 0 milliseconds, got ${value}`);
    return `${metric.value}:${text(value)}`;
  }).join(' ') || undefined;
}

/** `key:value key:value`, sorted: the order of a map is a matter of chance in some languages. */
function renderExtraInputs({ extraInputs = {}, template }: AnyWorkloadProps, validation: Validation): string | undefined {
  const templateInputs = template?._extraInputs() ?? [];
  const taken = templateInputs.map((input) => input.split(':')[0]);
  const rendered = Object.keys(extraInputs).sort().map((name) => {
    const value = extraInputs[name];
    validation.check(/^[^\s:]+$/.test(name), `extraInputs must have names without spaces and colons, got ${quote(name)}`);
    validation.check(!taken.includes(name), `extraInputs must not hold ${quote(name)}: the template sets it`);
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      validation.check(false,
        `extraInputs.${name} must be a text, a number or a boolean, got ${shown(value)}: use a template for more`);
      return name;
    }
    if (typeof value === 'string' && known(value)) {
      validation.check(/^\S+$/.test(value), `extraInputs.${name} must hold no space and not be empty, got ${quote(value)}`);
    }
    return `${name}:${typeof value === 'number' ? text(value) : value}`;
  });
  return [...templateInputs, ...rendered].join(' ') || undefined;
}

function text(value: number): string {
  return Token.isUnresolved(value) ? Tokenization.stringifyNumber(value) : String(value);
}
