import * as fs from 'fs';
import * as path from 'path';
import { aws_s3 as s3 } from 'aws-cdk-lib';
import { InputChannel, LocalUploadOptions } from './input-channel';
import { known, quote, Validation } from '../private/validation';

/**
 * What a request template in S3 is.
 */
export interface RequestTemplateOptions {
  /**
   * Name of the Jinja file in the folder, such as `request.jinja`.
   */
  readonly fileName: string;

  /**
   * JMESPath expression that finds the generated text in an answer, such as `generated_text`. It may hold no space.
   */
  readonly responseField: string;

  /**
   * Name of the input channel that the template is offered by: 1 to 64 letters, digits, `.`, `-` and `_`.
   *
   * @default 'template'
   */
  readonly channelName?: string;
}

/**
 * What a request template on the synthesizing machine is, and where it is uploaded to.
 */
export interface LocalRequestTemplateOptions extends LocalUploadOptions {
  /**
   * JMESPath expression that finds the generated text in an answer, such as `generated_text`. It may hold no space.
   */
  readonly responseField: string;

  /**
   * Name of the input channel that the template is offered by: 1 to 64 letters, digits, `.`, `-` and `_`.
   *
   * @default 'template'
   */
  readonly channelName?: string;
}

/**
 * A Jinja template that makes requests in a format of one's own, for endpoints that don't speak OpenAI's chat completions.
 *
 * The template may use the variables `text`, `texts`, `model`, `max_tokens` and `stream`. The endpoint may have only one inference
 * component.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/generative-ai-inference-recommendations-benchmark.html
 */
export class RequestTemplate {
  /**
   * A template in a bucket in the job's Region.
   *
   * @param bucket the bucket
   * @param prefix the folder, without a slash in front; one at the end is added when it is missing
   * @param options what is in it
   */
  public static fromBucket(bucket: s3.IBucket, prefix: string, options: RequestTemplateOptions): RequestTemplate {
    const channel = InputChannel.fromBucket(bucket, prefix, { channelName: options.channelName ?? 'template' });
    return new RequestTemplate(channel, options.fileName, options.responseField, []);
  }

  /**
   * A template on the machine that synthesizes the app, which the deployment uploads.
   *
   * @param localPath the file; a relative path starts at the working directory
   * @param options what is in it and where it is uploaded to
   */
  public static fromLocal(localPath: string, options: LocalRequestTemplateOptions): RequestTemplate {
    const channel = InputChannel.fromLocal(localPath, { ...options, channelName: options.channelName ?? 'template' });
    const folder = fs.existsSync(localPath) && fs.statSync(localPath).isDirectory();
    return new RequestTemplate(channel, path.basename(localPath), options.responseField,
      folder ? [`localPath must be a file, got the folder ${quote(localPath)}`] : []);
  }

  private constructor(
    private readonly channel: InputChannel,
    private readonly fileName: string,
    private readonly responseField: string,
    private readonly problems: string[],
  ) {}

  /**
   * What is wrong with the template itself; the channel says by itself what is wrong with it.
   *
   * @internal
   */
  public _validate(): string[] {
    const validation = new Validation('RequestTemplate');
    validation.add(this.problems);
    validation.matches('fileName', this.fileName, /[^\s/][^\s]*/, 'be a path inside the folder without spaces');
    if (known(this.responseField)) {
      validation.check(/^\S+$/.test(this.responseField),
        `responseField must be a JMESPath expression without spaces, got ${quote(this.responseField)}`);
    }
    return validation.messages;
  }

  /**
   * What the template adds to the extra inputs, in the order that AWS documents.
   *
   * @internal
   */
  public _extraInputs(): string[] {
    return [`payload_template:${this.channel.containerPath}/${this.fileName}`, `response_field:${this.responseField}`];
  }

  /**
   * The channel that the template is offered by.
   *
   * @internal
   */
  public _channel(): InputChannel {
    return this.channel;
  }
}
