import { Annotations, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { BoundWorkload } from './private/bound';
import { checkChannelPaths } from './private/channel-paths';
import { customSpec } from './private/custom-spec';
import { customTextSpec } from './private/custom-text';
import { SpecDocument, SpecParts } from './private/spec-parts';
import { typedSpec } from './private/typed-spec';
import {
  ConcurrencySearchProps, ConcurrencySweepProps, CustomWorkloadOptions, DatasetWorkloadProps, SyntheticWorkloadProps, TemplateWorkloadProps,
} from './workload-props';
import { Validation } from '../private/validation';

/**
 * What traffic a job sends: which requests, how many, how fast, and what is measured.
 *
 * SageMaker AI sends it with AIPerf, an open-source load generator. Only what you set becomes part of the specification. A job's
 * name depends on it, so that another specification is another job, while a new version of this library changes nothing.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/generative-ai-inference-recommendations-workload-config.html
 */
export class WorkloadSpec {
  /**
   * Synthetic requests of given lengths.
   *
   * @param props the traffic
   */
  public static synthetic(props: SyntheticWorkloadProps): WorkloadSpec {
    return new WorkloadSpec(typedSpec(props, 'inputTokens'));
  }

  /**
   * Real requests from a dataset.
   *
   * @param props the traffic
   */
  public static dataset(props: DatasetWorkloadProps): WorkloadSpec {
    return new WorkloadSpec(typedSpec(props, 'dataset'));
  }

  /**
   * Requests in a format of the endpoint's own, made by a template.
   *
   * For endpoints that don't speak OpenAI's chat completions. The requests' texts are synthetic or come from a dataset.
   *
   * @param props the traffic
   */
  public static template(props: TemplateWorkloadProps): WorkloadSpec {
    return new WorkloadSpec(typedSpec(props, 'template'));
  }

  /**
   * The same load at several levels of concurrency, one after the other. For benchmark jobs.
   *
   * Older versions of the load generator don't know sweeps.
   *
   * @param props the traffic
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/generative-ai-inference-recommendations-concurrency-search.html
   */
  public static concurrencySweep(props: ConcurrencySweepProps): WorkloadSpec {
    return new WorkloadSpec(typedSpec(props, 'concurrencies'));
  }

  /**
   * A search for the highest concurrency that keeps a service level. For benchmark jobs.
   *
   * @param props the traffic
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/generative-ai-inference-recommendations-concurrency-search.html
   */
  public static concurrencySearch(props: ConcurrencySearchProps): WorkloadSpec {
    return new WorkloadSpec(typedSpec(props, 'sla'));
  }

  /**
   * A specification of one's own, for what this library doesn't know yet.
   *
   * What the library knows is checked; a key that it doesn't know makes a warning.
   *
   * @param document the specification by the service's names: `benchmark` with the type `aiperf`, `parameters`, `tooling`, `secrets`
   * @param options what it refers to
   */
  public static custom(document: { [key: string]: unknown }, options: CustomWorkloadOptions = {}): WorkloadSpec {
    return new WorkloadSpec(customSpec(document, options));
  }

  /**
   * A specification of one's own as text, which is sent as it is.
   *
   * JSON is checked as `custom` checks it. YAML is only checked for its `benchmark`, its files and secrets in plain text.
   *
   * @param text the specification in JSON or YAML
   * @param options what it refers to
   */
  public static customText(text: string, options: CustomWorkloadOptions = {}): WorkloadSpec {
    return new WorkloadSpec(customTextSpec(text, options));
  }

  private constructor(private readonly parts: SpecParts) {}

  /**
   * What is wrong with the specification.
   *
   * @internal
   */
  public _validate(): string[] {
    const { inline, channels, problems } = this.parts;
    const validation = new Validation('WorkloadSpec');
    validation.add(problems);
    const wrongChannels = channels.flatMap((channel) => channel._validate().map((message) => `input channel '${channel.channelName}': ${message}`));
    validation.add(wrongChannels);
    validation.distinct('channelName', channels.map(({ channelName }) => channelName), 'give each input channel a name of its own');
    if (wrongChannels.length === 0) {
      checkChannelPaths(typeof inline === 'string' ? inline : JSON.stringify(inline), channels, validation);
    }
    return validation.messages;
  }

  /**
   * Renders the specification and makes what it needs in the scope. It must be valid.
   *
   * @internal
   */
  public _bind(scope: Construct): BoundWorkload {
    const { inline, warnings, ...traits } = this.parts;
    for (const { id, message } of warnings) {
      Annotations.of(scope).addWarningV2(`cdk-sagemaker-inference:${id}`, message);
    }
    const channels = this.parts.channels.map((channel) => channel._bind(scope));
    const request = {
      AIWorkloadConfigs: { WorkloadSpec: { Inline: typeof inline === 'string' ? inline : toJson(scope, inline) } },
      DatasetConfig: channels.length === 0 ? undefined : {
        InputDataConfig: channels.map(({ channelName, location }) => ({
          ChannelName: channelName,
          DataSource: { S3DataSource: { S3Uri: location.uri } },
        })),
      },
    };
    return { ...traits, request, channels };
  }
}

/** Plain JSON where it can be, since what is sent names the jobs and should not depend on how the CDK writes JSON. */
function toJson(scope: Construct, document: SpecDocument): string {
  return holdsToken(document) ? Stack.of(scope).toJsonString(document) : JSON.stringify(document);
}

function holdsToken(value: unknown): boolean {
  if (Token.isUnresolved(value)) {
    return true;
  }
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsToken);
}
