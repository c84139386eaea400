import { Token } from 'aws-cdk-lib';
import { checkParameters, concurrencyOf, isBenchmarkOnly, Parameters, propLabel, requestCountOf } from './parameters';
import { AnyWorkloadProps, renderParameters, unlessEmpty } from './render';
import { SpecDocument, SpecParts, SpecWarning } from './spec-parts';
import { known, Validation } from '../../private/validation';
import { InputChannel } from '../input-channel';

/** Below this, an answer may end before a reasoning model has said anything. */
const SHORT_ANSWER = 32;

/**
 * The specification that the props stand for.
 *
 * @param required the prop that makes it a workload of its kind
 */
export function typedSpec(props: AnyWorkloadProps, required: keyof AnyWorkloadProps): SpecParts {
  const validation = new Validation('WorkloadSpec');
  validation.check(props[required] !== undefined, `${required} is required`);
  validation.add((props.dataset?._validate() ?? []).map((message) => `dataset: ${message}`));
  validation.add((props.template?._validate() ?? []).map((message) => `template: ${message}`));
  const parameters = renderParameters(props, validation);
  checkParameters(parameters, (name) => name === 'concurrency' && props.concurrencies ? 'concurrencies' : propLabel(name), validation);
  validation.count('concurrencies', props.concurrencies, 2, Infinity, 'levels', 'a single level is no sweep');

  const secret = props.huggingFaceToken;
  validation.check(secret === undefined || secret.secretFullArn !== undefined,
    'huggingFaceToken must be a secret whose full ARN is known: import it with Secret.fromSecretCompleteArn');
  validation.check(props.toolVersion !== '', 'toolVersion must not be empty: leave it out for the latest');
  validation.check(props.apiStandard?.value !== '', 'apiStandard must not be empty: leave it out for the default of the service');

  const document: SpecDocument = {
    // The only type that there is, and the service wants it said.
    benchmark: { type: 'aiperf' },
    ...unlessEmpty({
      parameters: unlessEmpty(parameters),
      tooling: unlessEmpty({ api_standard: props.apiStandard?.value, version: props.toolVersion }),
      secrets: unlessEmpty({ hf_token: secret?.secretFullArn }),
    }),
  };
  const dataset = props.dataset?._channel();
  return {
    inline: document,
    channels: [dataset, props.template?._channel(), ...props.additionalInputs ?? []].filter(isChannel),
    secrets: secret ? [secret] : [],
    hasDataset: dataset !== undefined,
    datasetFormat: props.dataset?._parameters().format,
    benchmarkOnly: isBenchmarkOnly(parameters),
    requestCount: requestCountOf(parameters),
    concurrency: concurrencyOf(parameters),
    problems: validation.messages,
    warnings: warnings(parameters),
  };
}

function warnings(parameters: Parameters): SpecWarning[] {
  const found: SpecWarning[] = [];
  const { concurrency, request_count: requests, output_tokens_mean: answer, public_dataset: publicDataset } = parameters;
  const { request_rate: rate, request_rate_mode: mode, arrival_smoothness: smoothness } = parameters;
  const concurrencies = (Array.isArray(concurrency) && !Token.isUnresolved(concurrency) ? concurrency : [concurrency]).filter(concrete);
  const highest = Math.max(...concurrencies);
  if (concrete(requests) && requests < highest) {
    found.push({
      id: 'fewerRequestsThanConcurrency',
      message: `requestCount is ${requests}, so a concurrency of ${highest} is never reached: send several times as many requests`,
    });
  }
  if (concrete(answer) && answer < SHORT_ANSWER) {
    found.push({
      id: 'shortAnswers',
      message: `outputTokens.mean is ${answer}: reasoning models may spend it on thinking and answer nothing, and a job fails when more than ` +
        `1 % of its requests do. Ask for at least ${SHORT_ANSWER} tokens, or lower the model's reasoning effort with extraInputs`,
    });
  }
  if ((mode ?? smoothness) !== undefined && rate === undefined) {
    found.push({
      id: 'arrivalsWithoutRate',
      message: 'requestRateMode and arrivalSmoothness spread requests that are sent at a rate: set requestRate too, or leave them out',
    });
  }
  if (publicDataset !== undefined) {
    found.push({
      id: 'publicDatasetNeedsInternet',
      message: 'a public dataset is downloaded when the job runs, which fails in subnets without access to the internet: ' +
        'put a copy into a bucket and use Dataset.fromBucket there',
    });
  }
  return found;
}

function isChannel(channel: InputChannel | undefined): channel is InputChannel {
  return channel !== undefined;
}

function concrete(value: unknown): value is number {
  return typeof value === 'number' && known(value);
}
