import { Aws, CfnMapping, Stack } from 'aws-cdk-lib';
import { Bucket, IBucket } from 'aws-cdk-lib/aws-s3';
import { bucketName, CHAT_MODEL, GPU_TYPE, NUMBER_MODEL } from './settings';
import { MlInstanceType, ModelSource, PinnedRecommendation } from 'cdk-sagemaker-inference';

/** Enough for a model of a few hundred bytes. */
export const CPU_INSTANCE = MlInstanceType.fromName('ml.c5.large');

/** The bucket that `npm run integ:setup` makes. Its name follows from account and Region, so that no test has settings. */
export function bucketOf(stack: Stack): IBucket {
  return Bucket.fromBucketName(stack, 'Bucket', bucketName(Aws.ACCOUNT_ID, Aws.REGION));
}

/** A chat model of half a billion parameters, under the Apache License 2.0. */
export function chatModel(bucket: IBucket): ModelSource {
  return ModelSource.fromBucket(bucket, CHAT_MODEL.prefix);
}

/** Where it is, as the service is told. */
export function chatModelUri(bucket: IBucket): string {
  return bucket.s3UrlForObject(CHAT_MODEL.prefix);
}

/**
 * The chat model as a recommendation job would have it served, from a file instead of from a job: image, environment and instance type are
 * those of a job's real answer, made smaller.
 */
export function pinnedChatModel(bucket: IBucket, maxSequences: number): PinnedRecommendation {
  return PinnedRecommendation.fromText(JSON.stringify({
    AIRecommendationJobName: 'integ-pinned',
    Recommendations: [{
      DeploymentConfiguration: {
        S3: [{ ChannelName: 'base_model', Uri: chatModelUri(bucket) }],
        ImageUri: `763104351884.dkr.ecr.${Aws.REGION}.${Aws.URL_SUFFIX}/vllm:0.22.0-gpu-py312-cu130-ubuntu22.04-sagemaker`,
        InstanceType: GPU_TYPE,
        InstanceCount: 1,
        CopyCountPerInstance: 1,
        EnvironmentVariables: {
          SM_VLLM_MODEL: '/opt/ml/additional-model-data-sources/base_model',
          SM_VLLM_MAX_MODEL_LEN: '4096',
          SM_VLLM_MAX_NUM_SEQS: String(maxSequences),
        },
      },
    }],
  }));
}

/** The registries of AWS's own XGBoost images in the Regions that have recommendation jobs. */
const XGBOOST_REGISTRIES: Record<string, string> = {
  'ap-northeast-1': '354813040037',
  'ap-southeast-1': '121021644041',
  'eu-central-1': '492215442770',
  'eu-west-1': '141502667606',
  'us-east-1': '683313688378',
  'us-east-2': '257758044811',
  'us-west-2': '246618743249',
};

export function xgboostImage(stack: Stack): string {
  const mapping = Object.fromEntries(Object.entries(XGBOOST_REGISTRIES).map(([region, account]) => [region, { account }]));
  const account = new CfnMapping(stack, 'XgboostRegistries', { mapping }).findInMap(Aws.REGION, 'account');
  return `${account}.dkr.ecr.${Aws.REGION}.${Aws.URL_SUFFIX}/sagemaker-xgboost:1.7-1`;
}

export const numberModelUrl = (bucket: IBucket) => `s3://${bucket.bucketName}/${NUMBER_MODEL.model}`;
