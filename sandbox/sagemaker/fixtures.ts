import { Readable } from 'node:stream';
import { archive, bundleFiles } from './benchmark-bundle';
import { profileOf } from './benchmark-profile';
import { defaultRecommendations, figures, JOB_PACKAGE } from './default-recommendations';
import { AIRecommendation, CreateAIBenchmarkJobRequest, CreateAIRecommendationJobRequest } from './types';

export * from './types';
export { archive, archived } from './benchmark-bundle';
export { defaultRecommendations, figures, JOB_PACKAGE } from './default-recommendations';

const MEGABYTE = 2 ** 20;

/** A request of a kind that the fixtures can be made from; its names are those of the examples in the API's documentation. */
export const REQUEST: CreateAIRecommendationJobRequest = {
  AIRecommendationJobName: 'rec-job-example',
  ModelSource: { S3: { S3Uri: 's3://amzn-s3-demo-bucket/models/gpt-oss-20b/' } },
  OutputConfig: { S3OutputLocation: 's3://amzn-s3-demo-bucket/recommendations/' },
  AIWorkloadConfigIdentifier: 'rec-wl-example',
  PerformanceTarget: { Constraints: [{ Metric: 'throughput' }] },
  RoleArn: 'arn:aws:iam::111122223333:role/recommendation',
  InferenceSpecification: { Framework: 'VLLM' },
  OptimizeModel: false,
  ComputeSpec: { InstanceTypes: ['ml.g6.24xlarge'] },
};

/** Every member of a recommendation is optional: the first has none, the others lack one thing each. */
export function withMissingMembers(request = REQUEST): AIRecommendation[] {
  const [{ ModelDetails, DeploymentConfiguration, ExpectedPerformance }] = defaultRecommendations(request);
  const { InstanceType, InstanceCount, CopyCountPerInstance, ...container } = DeploymentConfiguration!;
  return [
    {},
    // The instance type in one of its two places only, no counts.
    { ModelDetails, DeploymentConfiguration: container, ExpectedPerformance },
    { ModelDetails: { ModelPackageArn: JOB_PACKAGE }, DeploymentConfiguration: { ...container, InstanceType }, ExpectedPerformance },
    { ModelDetails: { ModelPackageArn: JOB_PACKAGE, InstanceDetails: [] }, DeploymentConfiguration: { S3: [{}], EnvironmentVariables: {} } },
    { ModelDetails: { ModelPackageArn: JOB_PACKAGE, InstanceDetails: [{ InstanceType }] }, ExpectedPerformance: [{ Metric: 'Throughput', Value: '' }] },
  ];
}

/** Metrics, stats and units cased as in the documentation's example of adapters. */
export function withOtherCasing(request = REQUEST): AIRecommendation[] {
  return defaultRecommendations(request).map(recommendation => ({
    ...recommendation,
    DeploymentConfiguration: {
      ...recommendation.DeploymentConfiguration,
      MinCpuMemoryRequiredInMb: 12288,
      EnvironmentVariables: { ...recommendation.DeploymentConfiguration!.EnvironmentVariables, SAGEMAKER_SHM_SIZE_MB: '2048' },
    },
    ExpectedPerformance: [
      { Metric: 'throughput', Stat: 'average', Value: '1893.21', Unit: 'tokens/second' },
      { Metric: 'ttft-ms', Stat: 'P50', Value: '269.55', Unit: 'ms' },
      { Metric: 'time_to_first_token', Stat: 'P90', Value: '394.81', Unit: 'milliseconds' },
      { Metric: 'request_latency', Stat: 'P99', Value: '13.76274', Unit: 'Seconds' },
    ],
  }));
}

/** Rows that differ in their counts and figures, yet name the same inference specification. */
export function underOneSpecificationName(request = REQUEST): AIRecommendation[] {
  const [first] = defaultRecommendations(request);
  return [1, 2, 3].map(InstanceCount => ({
    ...first,
    ModelDetails: { ...first.ModelDetails, InstanceDetails: [{ ...first.ModelDetails!.InstanceDetails![0], InstanceCount }] },
    DeploymentConfiguration: { ...first.DeploymentConfiguration, InstanceCount },
    ExpectedPerformance: figures(InstanceCount),
  }));
}

/** A job that ends well and recommends nothing. */
export function none(): AIRecommendation[] {
  return [];
}

/** No model package: what there is to deploy is image, environment and channels. */
export function withoutPackage(request = REQUEST): AIRecommendation[] {
  return defaultRecommendations(request).map(recommendation => ({
    ...recommendation,
    ModelDetails: { InstanceDetails: recommendation.ModelDetails!.InstanceDetails },
  }));
}

/** The LMI container with a draft model for speculative decoding: throughput, with optimization. */
export function lmiWithDraftModel(request = REQUEST): AIRecommendation[] {
  return defaultRecommendations({
    ...request,
    OptimizeModel: true,
    PerformanceTarget: { Constraints: [{ Metric: 'throughput' }] },
    InferenceSpecification: { Framework: 'LMI' },
  });
}

/** Everything as long as the API allows: names, locations, ten adapters, a hundred environment variables of 1,024 characters. */
export function asLongAsAllowed(request = REQUEST): AIRecommendation[] {
  const [first] = defaultRecommendations(request);
  const adapters = Array.from({ length: 10 }, (_, index) => ({ AdapterId: `${'a'.repeat(62)}${index}`, S3Uri: longUri(`adapter-${index}`) }));
  return [{
    ...first,
    RecommendationDescription: 'd'.repeat(4096),
    ModelDetails: { ...first.ModelDetails, InferenceSpecificationName: 's'.repeat(63) },
    DeploymentConfiguration: {
      ...first.DeploymentConfiguration,
      S3: ['base_model', 'draft_model', 'c'.repeat(64)].map(ChannelName => ({ ChannelName, Uri: longUri(ChannelName) })),
      EnvironmentVariables: Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`VARIABLE_${index}`.padEnd(1024, '_'), 'v'.repeat(1024)])),
    },
    AdapterDetails: {
      S3Uris: adapters,
      ModelPackageArns: adapters.map(({ AdapterId }, index) => ({
        AdapterId,
        ModelPackageArn: `arn:aws:sagemaker:us-west-2:111122223333:model-package/${'g'.repeat(63)}/${index + 1}`,
      })),
    },
  }];
}

/** A benchmark of an endpoint, which has to be there. */
export const BENCHMARK_REQUEST: CreateAIBenchmarkJobRequest = {
  AIBenchmarkJobName: 'benchmark-job-example',
  BenchmarkTarget: { Endpoint: { Identifier: 'endpoint-example' } },
  OutputConfig: { S3OutputLocation: 's3://amzn-s3-demo-bucket/benchmarks/' },
  AIWorkloadConfigIdentifier: 'rec-wl-example',
  RoleArn: 'arn:aws:iam::111122223333:role/benchmark',
};

/** The default bundle behind requests of so many megabytes, and not compressed, so that it is as large itself: made while it is read. */
export function largeBundle(megabytes: number): () => Readable {
  const piece = Buffer.alloc(MEGABYTE, '{"session_id": "session_000000"},\n');
  const inputs = { size: megabytes * MEGABYTE, chunks: () => Array.from({ length: megabytes }, () => piece) };
  return () => archive({ ...bundle(), 'inputs.json': inputs }, new Date(0), 0);
}

/** The default bundle as an archive of the folder in which it was made, so that each path begins with `./`. */
export function bundleOfFolder(): () => Readable {
  return () => archive(Object.fromEntries(Object.entries(bundle()).map(([name, content]) => [`./${name}`, content])), new Date(0));
}

/** The first half of the default bundle. */
export function truncatedBundle(): () => Readable {
  return () => Readable.from((async function* () {
    const whole = Buffer.concat(await archive(bundle(), new Date(0)).toArray());
    yield whole.subarray(0, whole.length / 2);
  })());
}

function bundle() {
  return bundleFiles(new Map([['', profileOf({})]]), {}, new Date(0));
}

function longUri(name: string): string {
  return `s3://amzn-s3-demo-bucket/${name}/`.padEnd(1023, 'x') + '/';
}
