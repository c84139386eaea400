import * as fs from 'fs';
import * as path from 'path';
import { aws_s3 as s3, aws_s3_deployment as s3deploy, FileSystem, Size, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { BoundChannel } from './private/bound';
import { CONTAINER_ROOT } from './private/channel-paths';
import { contentHash } from './private/content-hash';
import { checkLocalFiles } from './private/local-files';
import { S3Location, withSlash } from '../private/s3-location';
import { known, quote, Validation } from '../private/validation';

/** What is left of the 1,024 characters of an S3 URI after the longest bucket name. */
const MAX_PREFIX = 1024 - 's3://'.length - 63 - '/'.length;

/** BucketDeployment tags the bucket with the prefix and an id, and a tag's key has 128 characters at most. */
const MAX_DEPLOYMENT_PREFIX = 128 - 'aws-cdk:cr-owned::'.length - 8;

/** The hash and a slash. */
const HASH_FOLDER = 17;

/**
 * How a folder is offered to the load generator.
 */
export interface InputChannelOptions {
  /**
   * Name of the channel: the folder that the load generator sees it under. 1 to 64 letters, digits, `.`, `-` and `_`, distinct within
   * a workload.
   */
  readonly channelName: string;
}

/**
 * Where local files are uploaded to.
 */
export interface LocalUploadOptions {
  /**
   * The bucket that the files are uploaded to, in the job's Region. What was uploaded stays there when the stack is deleted or the
   * files change, because a job that still runs, or a rollback, may need it.
   */
  readonly destinationBucket: s3.IBucket;

  /**
   * The folder in the bucket. Below it, a folder named by a hash of the content takes the files: other content is another
   * folder, so the workload changes with it, while the same content changes nothing.
   *
   * @default 'datasets/'
   */
  readonly destinationPrefix?: string;

  /**
   * Memory of the function that uploads the files: 128 to 10,240 MiB. Give it more when large files make it fail.
   *
   * @default - that of BucketDeployment, 128 MiB
   */
  readonly memoryLimit?: Size;
}

/**
 * How local files are offered to the load generator.
 */
export interface LocalInputChannelOptions extends InputChannelOptions, LocalUploadOptions {}

/**
 * A folder in S3 that the load generator sees as local files: a dataset, a request template, the files of a tokenizer.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/generative-ai-inference-recommendations-workload-config.html
 */
export class InputChannel {
  /**
   * A folder of a bucket in the job's Region.
   *
   * @param bucket the bucket
   * @param prefix the folder, without a slash in front; one at the end is added when it is missing
   * @param options its name
   */
  public static fromBucket(bucket: s3.IBucket, prefix: string, options: InputChannelOptions): InputChannel {
    const folder = withSlash(prefix);
    const validation = new Validation('InputChannel');
    checkChannelName(validation, options.channelName);
    validation.check(bucket !== undefined, 'bucket is required');
    if (known(prefix)) {
      validation.check(!prefix.startsWith('/'), `prefix must not begin with a slash, got ${quote(prefix)}: S3 keys have none`);
      validation.length('prefix', folder, 0, MAX_PREFIX);
      validation.matches('prefix', prefix, /.*/, 'be one line');
    }
    return new InputChannel(options.channelName, validation.messages, () => ({
      channelName: options.channelName, location: S3Location.inBucket(bucket, folder),
    }), false);
  }

  /**
   * A file or a folder on the machine that synthesizes the app, which the deployment uploads.
   *
   * @param localPath the file or folder; a relative path starts at the working directory
   * @param options its name and where it is uploaded to
   */
  public static fromLocal(localPath: string, options: LocalInputChannelOptions): InputChannel {
    const { channelName, destinationBucket: bucket, destinationPrefix = 'datasets/' } = options;
    const source = path.resolve(localPath);
    const folder = withSlash(destinationPrefix);
    const validation = new Validation('InputChannel');
    checkChannelName(validation, channelName);
    validation.check(!Token.isUnresolved(channelName), 'channelName must be known at synthesis: give it as plain text');
    validation.check(bucket !== undefined, 'destinationBucket is required: the files are uploaded to it');
    checkLocalFiles(localPath, validation);
    validation.check(!options.memoryLimit?.isUnresolved(), 'memoryLimit must be known at synthesis, got a token');
    validation.size('memoryLimit', options.memoryLimit, 'MiB', 128, 10_240);
    validation.check(!Token.isUnresolved(destinationPrefix), 'destinationPrefix must be known at synthesis: give it as plain text');
    if (known(destinationPrefix)) {
      validation.check(!destinationPrefix.startsWith('/'), `destinationPrefix must not begin with a slash, got ${quote(destinationPrefix)}`);
      validation.matches('destinationPrefix', destinationPrefix, /.*/, 'be one line');
      validation.length('destinationPrefix', folder, 0, MAX_DEPLOYMENT_PREFIX - HASH_FOLDER);
    }

    return new InputChannel(channelName, validation.messages, (scope) => {
      const prefix = `${folder}${contentHash(source)}/`;
      const dependable = new s3deploy.BucketDeployment(scope, `Upload-${channelName}`, {
        sources: [s3deploy.Source.asset(folderOf(source))],
        destinationBucket: bucket,
        destinationKeyPrefix: prefix,
        memoryLimit: options.memoryLimit?.toMebibytes(),
        prune: false,
      });
      return { channelName, location: S3Location.inBucket(bucket, prefix), dependable };
    }, true);
  }

  /** The path of the folder as the load generator sees it, `/opt/ml/input/data/` and the channel's name. */
  public readonly containerPath: string;

  /**
   * @param channelName name of the channel
   * @param problems what is wrong with it, to be reported with all else that is wrong with the workload
   * @param toBound makes what the channel needs in the scope of a workload configuration
   * @param local whether the files are on this machine
   */
  private constructor(
    public readonly channelName: string,
    private readonly problems: string[],
    private readonly toBound: (scope: Construct) => BoundChannel,
    private readonly local: boolean,
  ) {
    this.containerPath = `${CONTAINER_ROOT}/${channelName}`;
  }

  /**
   * What is wrong with the channel.
   *
   * @internal
   */
  public _validate(): string[] {
    return this.problems;
  }

  /**
   * Whether the files are on the machine that synthesizes the app.
   *
   * @internal
   */
  public _isLocal(): boolean {
    return this.local;
  }

  /**
   * Called once for each workload configuration that uses the channel.
   *
   * @internal
   */
  public _bind(scope: Construct): BoundChannel {
    const bound = this.toBound(scope);
    bound.location.warnOfOtherRegion('inputChannel', scope);
    return bound;
  }
}

function checkChannelName(validation: Validation, channelName: string): void {
  validation.check(channelName !== undefined, 'channelName is required');
  validation.length('channelName', channelName, 1, 64);
  validation.matches('channelName', channelName, /[A-Za-z0-9.\-_]*/, 'hold only letters, digits, ".", "-" and "_"');
}

/** Assets are folders: a single file gets one of its own. */
function folderOf(source: string): string {
  if (fs.statSync(source).isDirectory()) {
    return source;
  }
  const folder = FileSystem.mkdtemp('cdk-sagemaker-inference');
  fs.copyFileSync(source, path.join(folder, path.basename(source)));
  return folder;
}
