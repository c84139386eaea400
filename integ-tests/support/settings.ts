/*
 * What the tests, their set-up and their clean-up agree on. Nothing of it is set by hand: it follows from account and Region.
 */

/** Recommendation jobs exist in these. */
export const REGIONS = ['us-east-1', 'us-east-2', 'us-west-2', 'ap-southeast-1', 'ap-northeast-1', 'eu-central-1', 'eu-west-1'];

export const bucketName = (account: string, region: string) => `cdk-sagemaker-inference-integ-${account}-${region}`;

/** All that a test makes carries this tag, with the name of the test's stack. */
export const TEST_TAG = 'integ-test';

export const STACKS = [
  'IntegAiWorkloadConfig', 'IntegInferenceRecommendationsJob', 'IntegDeployRecommendation', 'IntegAiBenchmarkJob', 'IntegOptimizationJob',
  'IntegAiRecommendationJob',
];

/** A commit of a public model, https://huggingface.co/Qwen/Qwen2.5-0.5B-Instruct. It takes neither an account nor an agreement. */
export const CHAT_MODEL = {
  prefix: 'models/qwen2.5-0.5b-instruct/',
  id: 'Qwen/Qwen2.5-0.5B-Instruct',
  revision: '7ae557604adf67be50417f59c2c2f167def9a775',
  files: ['config.json', 'generation_config.json', 'merges.txt', 'tokenizer.json', 'tokenizer_config.json', 'vocab.json', 'model.safetensors'],
  sha256: { 'model.safetensors': 'fdf756fa7fcbe7404d5c60e26bff1a0c8b8aa1f72ced49e7dd0210fe288fb7fe' } as Record<string, string>,
  /** About. */
  gigabytes: 1,
};

/** A model that the set-up writes by itself: it answers 1.25 if the first number of a row is below 0.5, and else 3.75. */
export const NUMBER_MODEL = {
  prefix: 'models/number/',
  model: 'models/number/model.tar.gz',
  payload: 'models/number/payload.tar.gz',
};

/** The smallest GPU instances that all APIs in use take: one GPU with 24 GB. */
export const GPU_TYPE = 'ml.g6.xlarge';

/** Where the jobs write. What is there goes by itself after a week. */
export const RESULTS = 'results/';
