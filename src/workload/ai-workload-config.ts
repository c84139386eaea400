import { Arn, ArnFormat, aws_secretsmanager as secretsmanager, IResource, RemovalPolicy, Resource, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { AiWorkloadConfigGrants } from './ai-workload-config-grants';
import { DatasetFormat } from './dataset-format';
import { InputChannel } from './input-channel';
import { ImportedWorkloadConfig } from './private/imported-workload-config';
import { WorkloadSpec } from './workload-spec';
import { injectable } from '../private/property-injection';
import { SageMakerResource } from '../private/sagemaker-resource';
import { checkNew } from '../private/types';
import { Validation } from '../private/validation';

/** What the hash and its hyphen leave of the 63 characters of a name. */
const MAX_PREFIX = 63 - 17;

/**
 * A workload configuration: the traffic that recommendation jobs and benchmark jobs send.
 */
export interface IAiWorkloadConfig extends IResource {
  /**
   * Name of the workload configuration.
   *
   * @attribute
   */
  readonly workloadConfigName: string;

  /**
   * ARN of the workload configuration.
   *
   * @attribute
   */
  readonly workloadConfigArn: string;

  /**
   * Whether the workload has a dataset in S3, which the throughput objective with model optimization needs.
   *
   * @default - unknown, since the workload configuration was imported
   */
  readonly hasDataset?: boolean;

  /**
   * How the records of the dataset are written. Recommendation jobs and benchmark jobs accept different formats.
   *
   * @default - there is no dataset, its format was not said, or it is unknown since the workload configuration was imported
   */
  readonly datasetFormat?: DatasetFormat;

  /**
   * Whether the workload is a concurrency sweep or a concurrency search, which only benchmark jobs run.
   *
   * @default - unknown, since the workload configuration was imported or its specification is YAML
   */
  readonly benchmarkOnly?: boolean;

  /**
   * How many requests the workload sends.
   *
   * @default - unknown, since the workload configuration was imported, its specification is YAML, or the number is not said or a token
   */
  readonly requestCount?: number;

  /**
   * How many requests are under way at a time.
   *
   * @default - unknown, since the workload configuration was imported, its specification is YAML, or there is no such number: it is not said, a
   * token, or several as in a sweep
   */
  readonly concurrency?: number;

  /**
   * Permissions on what the workload refers to.
   */
  readonly grants: AiWorkloadConfigGrants;
}

/**
 * Properties of a workload configuration.
 */
export interface AiWorkloadConfigProps {
  /**
   * The traffic.
   */
  readonly spec: WorkloadSpec;

  /**
   * Start of the name, to which a hyphen and a hash of the content are added: a workload configuration cannot be updated, so another
   * content is another one. At most 46 lower-case letters, digits and hyphens, beginning and ending with a letter or a digit.
   *
   * Capitals are refused because the service lowers them when it deletes, and then finds nothing.
   *
   * @default - made from the names of the stack and the construct
   */
  readonly workloadConfigName?: string;

  /**
   * What happens to the workload configuration when it leaves the stack or is replaced. It costs nothing.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * What is known about a workload configuration that was made elsewhere.
 */
export interface AiWorkloadConfigAttributes {
  /**
   * Name of the workload configuration, as the service has it.
   */
  readonly workloadConfigName: string;

  /**
   * Whether it has a dataset in S3.
   *
   * @default - unknown: jobs then don't check that there is one where they need one
   */
  readonly hasDataset?: boolean;

  /**
   * How the records of the dataset are written.
   *
   * @default - unknown: jobs then don't check that they accept it
   */
  readonly datasetFormat?: DatasetFormat;

  /**
   * The folders in S3 that it refers to, from `InputChannel.fromBucket`, so that the default roles of jobs may read them.
   *
   * @default - none: allow the jobs' roles to read what they need, if anything
   */
  readonly inputs?: InputChannel[];

  /**
   * The secrets that it refers to, so that the default roles of jobs may read them.
   *
   * @default - none: allow the jobs' roles to read what they need, if anything
   */
  readonly secrets?: secretsmanager.ISecret[];
}

/**
 * A workload configuration: the traffic that recommendation jobs and benchmark jobs send.
 *
 * It costs nothing. Several jobs can share one, but recommendation jobs and benchmark jobs accept different dataset formats.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/generative-ai-inference-recommendations-workload-config.html
 * @example
 *
 * new AiWorkloadConfig(this, 'Chat', {
 *   spec: WorkloadSpec.synthetic({
 *     inputTokens: { mean: 550, stddev: 150 },
 *     outputTokens: { mean: 150 },
 *     concurrency: 10,
 *     requestCount: 1000,
 *     warmup: { requestCount: 50 },
 *     tokenizer: 'openai/gpt-oss-20b',
 *   }),
 * });
 */
@injectable
export class AiWorkloadConfig extends Resource implements IAiWorkloadConfig {
  /**
   * The id by which property injectors know this class: their `constructUniqueId`.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-sagemaker-inference.AiWorkloadConfig';

  /**
   * A workload configuration that was made elsewhere, by its name.
   *
   * Nothing is known about its content: the default roles of jobs get no access to its datasets and secrets, and jobs don't check that
   * the dataset suits them. `fromWorkloadConfigAttributes` can say more.
   *
   * @param scope the scope of the import
   * @param id its id
   * @param workloadConfigName the name, as the service has it
   */
  public static fromWorkloadConfigName(scope: Construct, id: string, workloadConfigName: string): IAiWorkloadConfig {
    return AiWorkloadConfig.fromWorkloadConfigAttributes(scope, id, { workloadConfigName });
  }

  /**
   * A workload configuration that was made elsewhere, by its ARN.
   *
   * Nothing is known about its content: the default roles of jobs get no access to its datasets and secrets, and jobs don't check that
   * the dataset suits them. `fromWorkloadConfigAttributes` can say more.
   *
   * @param scope the scope of the import
   * @param id its id
   * @param workloadConfigArn the ARN
   */
  public static fromWorkloadConfigArn(scope: Construct, id: string, workloadConfigArn: string): IAiWorkloadConfig {
    const validation = new Validation('AiWorkloadConfig');
    validation.matches('workloadConfigArn', workloadConfigArn, /arn:[^:]+:sagemaker:[^:]+:[^:]+:ai-workload-config\/[^/]+/,
      'be the ARN of a workload configuration, like arn:aws:sagemaker:us-west-2:111122223333:ai-workload-config/chat');
    validation.throwIfAny(scope);
    const workloadConfigName = Arn.extractResourceName(workloadConfigArn, 'ai-workload-config');
    return new ImportedWorkloadConfig(scope, id, workloadConfigArn, { workloadConfigName });
  }

  /**
   * A workload configuration that was made elsewhere, with what is known about its content.
   *
   * @param scope the scope of the import
   * @param id its id
   * @param attributes what is known
   */
  public static fromWorkloadConfigAttributes(scope: Construct, id: string, attributes: AiWorkloadConfigAttributes): IAiWorkloadConfig {
    const arn = Stack.of(scope).formatArn({
      service: 'sagemaker',
      resource: 'ai-workload-config',
      resourceName: attributes.workloadConfigName,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    return new ImportedWorkloadConfig(scope, id, arn, attributes);
  }

  /**
   * Name of the workload configuration: the prefix and a hash of the content.
   *
   * @attribute
   */
  public readonly workloadConfigName: string;

  /**
   * ARN of the workload configuration.
   *
   * @attribute
   */
  public readonly workloadConfigArn: string;

  /**
   * Whether the workload has a dataset in S3. A public dataset is none.
   */
  public readonly hasDataset?: boolean;

  /**
   * How the records of the dataset are written, if that was said.
   */
  public readonly datasetFormat?: DatasetFormat;

  /**
   * Whether the workload is a concurrency sweep or a concurrency search, which only benchmark jobs run. Unknown where the
   * specification is YAML.
   */
  public readonly benchmarkOnly?: boolean;

  /**
   * How many requests the workload sends. Unknown where the specification is YAML, doesn't say, or says it with a token.
   */
  public readonly requestCount?: number;

  /**
   * How many requests are under way at a time. Unknown where the specification is YAML, doesn't say, says it with a token, or has several
   * levels.
   */
  public readonly concurrency?: number;

  /**
   * Permissions on what the workload refers to.
   */
  public readonly grants: AiWorkloadConfigGrants;

  constructor(scope: Construct, id: string, props: AiWorkloadConfigProps) {
    checkNew('AiWorkloadConfig', scope, id, props);
    super(scope, id);

    const validation = new Validation('AiWorkloadConfig');
    const { workloadConfigName: namePrefix } = props;
    validation.length('workloadConfigName', namePrefix, 1, MAX_PREFIX);
    validation.matches('workloadConfigName', namePrefix, /[a-z0-9](-*[a-z0-9])*/,
      'hold only lower-case letters, digits and hyphens, and begin and end with a letter or a digit');
    validation.add(props.spec._validate());
    validation.throwIfAny(this);

    const { request, channels, secrets, hasDataset, datasetFormat, benchmarkOnly, requestCount, concurrency } = props.spec._bind(this);
    const resource = new SageMakerResource(this, 'Resource', { type: 'AIWorkloadConfig', namePrefix, request });
    for (const { dependable } of channels) {
      if (dependable) {
        resource.node.addDependency(dependable);
      }
    }
    if (props.removalPolicy !== undefined) {
      resource.applyRemovalPolicy(props.removalPolicy);
    }

    this.workloadConfigName = resource.attrName;
    this.workloadConfigArn = resource.attrArn;
    this.hasDataset = hasDataset;
    this.datasetFormat = datasetFormat;
    this.benchmarkOnly = benchmarkOnly;
    this.requestCount = requestCount;
    this.concurrency = concurrency;
    this.grants = AiWorkloadConfigGrants._of(channels, secrets);
  }
}
