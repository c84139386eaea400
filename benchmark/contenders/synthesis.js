/*
 * Synthesizes so many jobs, or as many custom resources as those jobs are, and tells how long that took and what came out.
 */
const { mkdtempSync, readdirSync, readFileSync, rmSync } = require('fs');
const { tmpdir } = require('os');
const { join } = require('path');
const { App, CustomResource, Duration, Stack } = require('aws-cdk-lib');
const iam = require('aws-cdk-lib/aws-iam');
const lambda = require('aws-cdk-lib/aws-lambda');
const s3 = require('aws-cdk-lib/aws-s3');
const cr = require('aws-cdk-lib/custom-resources');
const library = require('../..');

/** As `cdk init` sets them. */
const FLAGS = require('aws-cdk-lib/recommended-feature-flags.json');

const [contender, jobs] = [process.argv[2], Number(process.argv[3])];

/** CloudFormation takes 500 resources in a stack: 40 jobs of eleven resources each, and what they share. An AwsCustomResource has a policy of its own. */
const JOBS_IN_A_STACK = { library: 40, givenRole: 40, customResource: 40, awsCustomResource: 25 }[contender];
/** What a job of the library is by default: the job, and the eight laps of its wait. */
const CUSTOM_RESOURCES = 9;

const REQUEST = {
  ModelSource: { S3: { S3Uri: 's3://models/gpt-oss-20b/' } },
  OutputConfig: { S3OutputLocation: 's3://models/recommendations/' },
  PerformanceTarget: { Constraints: [{ Metric: 'throughput' }] },
  ComputeSpec: { InstanceTypes: ['ml.g6.24xlarge', 'ml.p5.48xlarge'] },
};

function addJobs(stack, n, role) {
  const bucket = s3.Bucket.fromBucketName(stack, 'Models', 'models');
  const workloadConfig = new library.AiWorkloadConfig(stack, 'Workload', {
    spec: library.WorkloadSpec.synthetic({ inputTokens: { mean: 550 }, outputTokens: { mean: 150 }, concurrency: 10 }),
  });
  for (let i = 0; i < n; i++) {
    new library.AiRecommendationJob(stack, `Job${i}`, {
      model: library.ModelSource.fromBucket(bucket, 'gpt-oss-20b/'),
      workloadConfig,
      objective: library.PerformanceObjective.THROUGHPUT,
      optimizeModel: false,
      instanceTypes: [library.GpuInstanceType.G6_24XLARGE, library.GpuInstanceType.P5_48XLARGE],
      output: library.JobOutput.toBucket(bucket, 'recommendations/'),
      role,
    });
  }
}

const CONTENDERS = {
  library: (stack, n) => addJobs(stack, n),
  givenRole: (stack, n) => addJobs(stack, n, iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/jobs', { mutable: false })),
  customResource: (stack, n) => {
    const onEventHandler = new lambda.Function(stack, 'OnEvent', {
      runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => {}'),
    });
    const { serviceToken } = new cr.Provider(stack, 'Provider', { onEventHandler, isCompleteHandler: onEventHandler, queryInterval: Duration.seconds(30) });
    for (let i = 0; i < n * CUSTOM_RESOURCES; i++) {
      new CustomResource(stack, `Job${i}`, { serviceToken, properties: { Request: REQUEST, Tags: [] } });
    }
  },
  awsCustomResource: (stack, n) => {
    for (let i = 0; i < n * CUSTOM_RESOURCES; i++) {
      new cr.AwsCustomResource(stack, `Job${i}`, {
        onUpdate: { service: 'SageMaker', action: 'createAIRecommendationJob', parameters: REQUEST, physicalResourceId: cr.PhysicalResourceId.of(`job-${i}`) },
        policy: cr.AwsCustomResourcePolicy.fromSdkCalls({ resources: cr.AwsCustomResourcePolicy.ANY_RESOURCE }),
        installLatestAwsSdk: false,
      });
    }
  },
};

const outdir = mkdtempSync(join(tmpdir(), 'synthesis-'));
global.gc();
const before = process.memoryUsage().heapUsed;
const start = performance.now();
const app = new App({ outdir, analyticsReporting: false, postCliContext: FLAGS });
for (let left = jobs, i = 0; left > 0; left -= JOBS_IN_A_STACK, i++) {
  CONTENDERS[contender](new Stack(app, `Stack${i}`, { env: { account: '111122223333', region: 'us-west-2' } }), Math.min(left, JOBS_IN_A_STACK));
}
app.synth();
const ms = performance.now() - start;
global.gc();
const heapMB = (process.memoryUsage().heapUsed - before) / 1e6;
const templates = readdirSync(outdir).filter(name => name.endsWith('.template.json')).map(name => readFileSync(join(outdir, name), 'utf8'));
rmSync(outdir, { recursive: true });
const resources = templates.reduce((total, text) => total + Object.keys(JSON.parse(text).Resources).length, 0);
console.log(JSON.stringify({ ms, heapMB, resources, kilobytes: templates.reduce((total, text) => total + text.length, 0) / 1000 }));
