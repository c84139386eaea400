import { readFileSync } from 'fs';
import { Annotations, aws_iam as iam, Stack, Token } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { parsePinned, PinnedAnswer } from './private/pinned-answer';
import { adapterIdsIn, adapterUrisIn, channelsIn, hasImage, modelPackageArnsIn } from './private/pinned-content';
import { renderPinned } from './private/pinned-kinds';
import { ModelSource } from '../jobs/model-source';
import { IRecommendationSource, RecommendationSourceConfig } from '../jobs/recommendation-source';
import { S3Location } from '../private/s3-location';
import { known, quote, Validation } from '../private/validation';

/**
 * Where the files of one channel of a recommendation are instead of where the pinned text says.
 */
export interface PinnedArtifact {
  /**
   * Name of the channel, such as `base_model`. `model_data` is what an optimization job wrote.
   */
  readonly channelName: string;

  /**
   * The copy of its files.
   */
  readonly source: ModelSource;
}

/**
 * How a pinned recommendation is deployed.
 */
export interface PinnedRecommendationOptions {
  /**
   * Whether it is deployed from its image, environment and S3 channels although it has a model package, because this account may not read
   * the package. Only recommendations of an AI recommendation job have all of these.
   *
   * @default false
   */
  readonly withoutModelPackage?: boolean;

  /**
   * Copies of files that the recommendation names, such as in a bucket of this account. A model package names its files itself: with one it
   * takes `withoutModelPackage`.
   *
   * @default - the files are where the pinned text says
   */
  readonly artifacts?: PinnedArtifact[];
}

/**
 * A recommendation as text in your repository, instead of a job: what is deployed then changes by a commit, and by nothing else. The job may be
 * long gone, or of another account, and an earlier recommendation is a revert away.
 *
 * The text is what the command of this package prints of a job that has completed:
 *
 *     npx cdk-sagemaker-inference pin nightly > recommendation.json
 *
 * or the answer of the AWS CLI's `describe-ai-recommendation-job`, `describe-inference-recommendations-job` or `describe-optimization-job` in JSON.
 *
 * Recommendations that are not to be deployed can be removed from it by hand; of those that remain, the deployment's `selector` takes
 * one. What has nothing to do with deploying, such as times and tags, changes no deployment.
 *
 * What the text refers to must still be there: the model package, the files in S3, and the image. A model package of another account must be
 * shared with this one by the resource policy of its group, or is left aside by `withoutModelPackage`. The endpoint's role may read the files
 * that the text names; who owns a bucket of another account, or its KMS key, must allow that role to do so.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeAIRecommendationJob.html
 * @example
 *
 * new DeployRecommendation(this, 'Endpoint', {
 *   recommendation: PinnedRecommendation.fromText(`{
 *     "Recommendations": [{
 *       "ModelDetails": {
 *         "ModelPackageArn": "arn:aws:sagemaker:us-west-2:111122223333:model-package/nightly/1",
 *         "InferenceSpecificationName": "high-otps-on-g6-24xlarge",
 *         "InstanceDetails": [{ "InstanceType": "ml.g6.24xlarge", "InstanceCount": 1, "CopyCountPerInstance": 2 }]
 *       }
 *     }]
 *   }`),
 * });
 */
export class PinnedRecommendation implements IRecommendationSource {
  /**
   * The text in a file. It is read when the app is synthesized; one that can't be read, or is no such answer, is an error.
   *
   * @param path path of the file, relative to the working directory of the app, or absolute
   * @param options how it is deployed
   */
  public static fromFile(path: string, options?: PinnedRecommendationOptions): PinnedRecommendation {
    const subject = `PinnedRecommendation ${quote(String(path))}`;
    let bytes: Buffer;
    try {
      bytes = readFileSync(path);
    } catch (error) {
      const validation = new Validation(subject);
      validation.check(false, `path must be that of a file that can be read, relative to ${process.cwd()}, got ${quote(String(path))}: ${(error as Error).message}`);
      validation.throwIfAny();
      throw error;
    }
    // Windows PowerShell writes what it redirects in UTF-16.
    const text = bytes.toString(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf16le' : 'utf8');
    return new PinnedRecommendation(subject, parsePinned(text, subject), options);
  }

  /**
   * The text itself.
   *
   * @param text the answer, in JSON
   * @param options how it is deployed
   */
  public static fromText(text: string, options?: PinnedRecommendationOptions): PinnedRecommendation {
    return new PinnedRecommendation('PinnedRecommendation', parsePinned(String(text), 'PinnedRecommendation'), options);
  }

  /**
   * The kind of job that it is of, in the words of the SageMaker API, such as `AIRecommendationJob`.
   */
  public readonly jobType: string;

  /**
   * Name of the job; empty if the text doesn't say it.
   */
  public readonly jobName: string;

  private readonly answer: PinnedAnswer['answer'];
  private readonly withoutModelPackage: boolean;
  private readonly artifacts: PinnedArtifact[];

  private constructor(subject: string, { jobType, jobName, answer }: PinnedAnswer, options: PinnedRecommendationOptions = {}) {
    this.jobType = jobType;
    this.jobName = jobName;
    this.answer = answer;
    this.withoutModelPackage = options.withoutModelPackage ?? false;
    this.artifacts = options.artifacts ?? [];
    this.validate(subject);
  }

  public bindRecommendation(scope: Construct): RecommendationSourceConfig {
    this.warnOfPlace(scope);
    const adapterIds = adapterIdsIn(this.answer);
    return {
      jobType: this.jobType,
      jobName: this.jobName,
      imported: true,
      ownsModelPackageGroup: false,
      pinned: renderPinned(this.answer),
      adapterIds: adapterIds.length > 0 ? adapterIds : undefined,
      withoutModelPackage: this.withoutModelPackage || undefined,
      artifacts: this.artifacts.length > 0
        ? this.artifacts.map(({ channelName, source }) => ({ channelName, s3Uri: source._location.uri })) : undefined,
    };
  }

  public bindEndpointRole(scope: Construct, role: iam.IGrantable): void {
    const replaced = new Set(this.artifacts.map(({ channelName }) => channelName));
    const named = channelsIn(this.answer).filter(({ name }) => !replaced.has(name)).map(({ uri }) => uri);
    const locations = [
      ...[...new Set([...named, ...adapterUrisIn(this.answer)])].map(uri => S3Location.atUri(uri)),
      ...this.artifacts.map(({ source }) => source._location),
    ];
    locations.forEach(location => location.grantRead(role));
    if (locations.length === 0) {
      Annotations.of(scope).addWarningV2('cdk-sagemaker-inference:pinnedArtifacts',
        'the pinned recommendation doesn\'t say where the files of its model are: grant the endpoint\'s role read access to them');
    }
  }

  private validate(subject: string): void {
    const validation = new Validation(subject);
    const packages = modelPackageArnsIn(this.answer);
    const channels = channelsIn(this.answer);
    const adapters = adapterUrisIn(this.answer);
    for (const { path, uri } of [...channels, ...adapters.map(each => ({ path: 'AdapterDetails.S3Uri', uri: each }))]) {
      validation.add(S3Location.atUri(uri).validate(path));
    }
    if (this.withoutModelPackage) {
      validation.check(hasImage(this.answer),
        `withoutModelPackage must be left out for an ${this.jobType} without an image, which can only be deployed by its model package or its model`);
    }
    const names = [...new Set(channels.map(({ name }) => name))];
    validation.check(this.artifacts.length === 0 || packages.length === 0 || this.withoutModelPackage,
      'artifacts is of no use with a model package, which names its files itself: set withoutModelPackage');
    validation.distinct('artifacts.channelName', this.artifacts.map(({ channelName }) => channelName));
    for (const [i, { channelName, source }] of this.artifacts.entries()) {
      const prop = `artifacts[${i}]`;
      const required = { [`${prop}.channelName`]: channelName, [`${prop}.source`]: source };
      validation.required(required, ...Object.keys(required));
      validation.add(source?._location.validate(`${prop}.source`) ?? []);
      if (!known(channelName)) {
        continue;
      }
      const rule = names.length > 0 ? `a channel of the recommendation, one of ${names.join(', ')}` : 'a channel of the recommendation, which has none';
      validation.check(names.includes(channelName), `${prop}.channelName must be ${rule}, got ${quote(channelName)}`);
      const places = new Set(channels.filter(({ name }) => name === channelName).map(({ uri }) => uri));
      validation.check(places.size <= 1,
        `${prop}.channelName must be a channel that all recommendations have in the same place, got ${quote(channelName)} in ${[...places].join(' and ')}: `
        + 'remove the recommendations that are not to be deployed');
    }
    validation.throwIfAny();
  }

  /** Endpoints are made of packages of their Region, and of other accounts' only if those share them. */
  private warnOfPlace(scope: IConstruct): void {
    const { account, region } = Stack.of(scope);
    for (const arn of this.withoutModelPackage ? [] : modelPackageArnsIn(this.answer)) {
      const [, , , theirRegion, theirAccount] = Token.isUnresolved(arn) ? [] : arn.split(':');
      const elsewhere = [
        ...(theirRegion && known(region) && theirRegion !== region ? [`in ${theirRegion} and the stack in ${region}, where it can't be deployed`] : []),
        ...(theirAccount && known(account) && theirAccount !== account
          ? [`of account ${theirAccount} and the stack of ${account}, with which its group must be shared by a resource policy`] : []),
      ];
      if (elsewhere.length > 0) {
        Annotations.of(scope).addWarningV2('cdk-sagemaker-inference:pinnedModelPackage',
          `model package ${arn} is ${elsewhere.join(', and ')}: see to that, or set withoutModelPackage, with artifacts for copies of its files`);
      }
    }
  }
}
