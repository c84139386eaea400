import * as fs from 'fs';
import * as path from 'path';
import { aws_s3 as s3 } from 'aws-cdk-lib';
import { DatasetFormat, DatasetSamplingStrategy, PublicDataset } from './dataset-format';
import { InputChannel, LocalUploadOptions } from './input-channel';
import { DatasetParameters } from './private/bound';
import { known, quote, Validation } from '../private/validation';

/**
 * How a public dataset is sent.
 */
export interface PublicDatasetOptions {
  /**
   * In which order the records are sent.
   *
   * @default - shuffled
   */
  readonly samplingStrategy?: DatasetSamplingStrategy;
}

/**
 * What a dataset is.
 */
export interface DatasetOptions extends PublicDatasetOptions {
  /**
   * Name of the file in the folder, such as `prompts.jsonl`; it may be in a subfolder. Left out when a local path is the file itself.
   *
   * @default - the whole folder, for formats that are read from a folder; the others need a name
   */
  readonly fileName?: string;

  /**
   * How the records are written.
   *
   * @default - the service finds out by itself
   */
  readonly format?: DatasetFormat;

  /**
   * Name of the input channel that the dataset is offered by: 1 to 64 letters, digits, `.`, `-` and `_`.
   *
   * @default 'dataset'
   */
  readonly channelName?: string;
}

/**
 * What a dataset on the synthesizing machine is, and where it is uploaded to.
 */
export interface LocalDatasetOptions extends DatasetOptions, LocalUploadOptions {}

/**
 * Real requests to send, instead of synthetic ones.
 *
 * A recommendation job with the throughput objective and model optimization needs one in S3: the optimization learns from it.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/generative-ai-inference-recommendations-workload-config.html
 * @example
 *
 * const bucket = s3.Bucket.fromBucketName(this, 'Prompts', 'amzn-s3-demo-bucket');
 * const spec = WorkloadSpec.dataset({
 *   dataset: Dataset.fromBucket(bucket, 'prompts/', { fileName: 'chat.jsonl', format: DatasetFormat.OPENAI_CHAT }),
 *   concurrency: 16,
 *   benchmarkDuration: Duration.minutes(5),
 * });
 */
export class Dataset {
  /**
   * A dataset in a bucket in the job's Region.
   *
   * @param bucket the bucket
   * @param prefix the folder, without a slash in front; one at the end is added when it is missing
   * @param options what is in it
   */
  public static fromBucket(bucket: s3.IBucket, prefix: string, options: DatasetOptions = {}): Dataset {
    const channel = InputChannel.fromBucket(bucket, prefix, { channelName: options.channelName ?? 'dataset' });
    return Dataset.inChannel(channel, options, options.fileName, []);
  }

  /**
   * A file or a folder on the machine that synthesizes the app, which the deployment uploads.
   *
   * Another content is another workload configuration, and thereby another job.
   *
   * @param localPath the file or folder; a relative path starts at the working directory
   * @param options what is in it and where it is uploaded to
   */
  public static fromLocal(localPath: string, options: LocalDatasetOptions): Dataset {
    const channel = InputChannel.fromLocal(localPath, { ...options, channelName: options.channelName ?? 'dataset' });
    const exists = fs.existsSync(localPath);
    const folder = exists && fs.statSync(localPath).isDirectory();
    // A path that leads nowhere is the channel's to report.
    const fileName = folder ? options.fileName : path.basename(localPath);
    const validation = new Validation('Dataset');
    if (folder && known(fileName)) {
      const file = path.join(localPath, fileName);
      validation.check(fs.existsSync(file), `fileName must be a file in ${quote(localPath)}, got ${quote(fileName)}`);
      validation.check(!fs.existsSync(file) || fs.statSync(file).size > 0, `fileName must be a file with content, got the empty ${quote(fileName)}`);
    } else if (exists && !folder && options.fileName !== undefined) {
      validation.check(options.fileName === fileName,
        `fileName must be left out when the path is a file, got ${quote(options.fileName)} and ${quote(localPath)}`);
    }
    return Dataset.inChannel(channel, options, fileName, validation.messages);
  }

  /**
   * A dataset that the load generator downloads by itself, which needs access to the internet.
   *
   * @param dataset which one
   * @param options how it is sent
   */
  public static fromPublic(dataset: PublicDataset, options: PublicDatasetOptions = {}): Dataset {
    return new Dataset({ publicDataset: dataset.value, samplingStrategy: options.samplingStrategy }, []);
  }

  private static inChannel(channel: InputChannel, options: PublicDatasetOptions & { format?: DatasetFormat },
    fileName: string | undefined, problems: string[]): Dataset {
    const { format, samplingStrategy } = options;
    const validation = new Validation('Dataset');
    validation.add(problems);
    validation.check(fileName !== undefined || (format !== undefined && !format._singleFile()),
      'fileName is required unless format is one that is read from a folder: name the file in the folder');
    if (known(fileName)) {
      validation.check(fileName !== '' && !fileName.startsWith('/') && !fileName.split('/').includes('..') && !/\s/.test(fileName),
        `fileName must be a path inside the folder without spaces, got ${quote(fileName)}`);
    }
    return new Dataset(
      { format, inputFile: `${channel.containerPath}/${fileName ?? ''}`, samplingStrategy },
      validation.messages, channel);
  }

  private constructor(
    private readonly parameters: DatasetParameters,
    private readonly problems: string[],
    private readonly channel?: InputChannel,
  ) {}

  /**
   * What is wrong with the dataset itself; the channel says by itself what is wrong with it.
   *
   * @internal
   */
  public _validate(): string[] {
    return this.problems;
  }

  /**
   * What the dataset adds to the specification.
   *
   * @internal
   */
  public _parameters(): DatasetParameters {
    return this.parameters;
  }

  /**
   * The channel that the dataset is offered by, if it is in S3.
   *
   * @internal
   */
  public _channel(): InputChannel | undefined {
    return this.channel;
  }
}
