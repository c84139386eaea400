import { Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import * as appscaling from 'aws-cdk-lib/aws-applicationautoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as events from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import type { Calls } from './calls';
import * as lib from '../../src';
import { bucketOf, everyNetworkProp, keyOf } from '../kitchen-sink/common';
import { SINKS } from '../kitchen-sink/sinks';

/** Code that makes a stack that is valid. Together they give every prop and every parameter that there is. */
export type Scenario = (stack: Stack, calls: Calls) => void;

const jobs = Object.fromEntries(Object.entries(SINKS).map(([type, sink]): [string, Scenario] => [type, (stack, calls) => {
  sink.everything(stack).forEach((props: object, i: number) => calls.construct(type, [stack, `Job${i}`, props]));
}]));

/** Whoever wants to know that a job has ended. */
const rules = Object.fromEntries(Object.entries(SINKS).filter(([type]) => type !== 'AiWorkloadConfig').map(([type, sink]): [string, Scenario] => [`rules of ${type}`, (stack, calls) => {
  const job = calls.construct<lib.AiRecommendationJob>(type, [stack, 'Job', sink.minimal(stack)]);
  const target = new SnsTopic(new sns.Topic(stack, 'Ended'));
  const detail = { durationSeconds: events.Match.greaterThan(60) };
  const shared = { target, description: 'mails', crossStackScope: stack };
  job.onFinished('Finished', { ...shared, ruleName: 'finished', eventPattern: { region: ['us-west-2'], detail } });
  job.onFailed('Failed', { ...shared, ruleName: 'failed', eventPattern: { account: ['111122223333'], detail } });
}]));

const answered = (more: object = {}) => JSON.stringify({
  AIRecommendationJobName: 'pinned-job',
  AIRecommendationJobStatus: 'Completed',
  Recommendations: [{
    ModelDetails: { InferenceSpecificationName: 'on-g6' },
    DeploymentConfiguration: {
      InstanceType: 'ml.g6.24xlarge',
      ImageUri: '763104351884.dkr.ecr.us-west-2.amazonaws.com/image:1',
      EnvironmentVariables: {},
      S3: [{ ChannelName: 'base_model', Uri: 's3://my-models/gpt-oss-20b/' }],
    },
    ...more,
  }],
});
const pinned = () => lib.PinnedRecommendation.fromText(answered(), {
  artifacts: [{ channelName: 'base_model', source: lib.ModelSource.fromS3Uri('s3://copies/gpt/') }],
  withoutModelPackage: true,
});
const withAdapters = () => lib.PinnedRecommendation.fromText(answered({
  AdapterDetails: { S3Uris: [{ AdapterId: 'tone', S3Uri: 's3://my-models/adapters/tone/' }], ModelPackageArns: [] },
}));
const deploy = (stack: Stack, calls: Calls, props: Partial<lib.DeployRecommendationProps> = {}, id = 'Endpoint') =>
  calls.construct<lib.DeployRecommendation>('DeployRecommendation', [stack, id, { recommendation: pinned(), ...props }]);
const alarm = (stack: Stack) => cloudwatch.Alarm.fromAlarmArn(stack, 'Alarm', 'arn:aws:cloudwatch:us-west-2:111122223333:alarm:bad');
const user = (stack: Stack) => new iam.User(stack, 'User');
/** Another stack of the same place. */
const inner = (stack: Stack, id: string) => new Stack(stack, id, { env: { account: stack.account, region: stack.region } });
const metric = new cloudwatch.Metric({ namespace: 'Mine', metricName: 'Load' });
const tracking = { scaleInCooldown: Duration.minutes(5), scaleOutCooldown: Duration.minutes(1) };

const deployments: Record<string, Scenario> = {
  'an endpoint': (stack, calls) => {
    const endpoint = deploy(stack, calls, {
      selector: lib.RecommendationSelector.best().require(
        lib.PerformanceLimit.p90(lib.PerformanceMetric.TIME_TO_FIRST_TOKEN).atMost(500), lib.PerformanceLimit.of(lib.PerformanceMetric.of('drift'),
          lib.Stat.P50).atLeast(1)),
      approval: lib.ModelApproval.approve('said so'),
      acceptEula: true,
      modelDataDownloadTimeout: Duration.minutes(20),
      containerStartupHealthCheckTimeout: Duration.minutes(20),
      instanceType: lib.GpuInstanceType.of('ml.g6.24xlarge'),
      initialInstanceCount: 2,
      volumeSize: Size.gibibytes(100),
      inferenceAmiVersion: lib.InferenceAmiVersion.of('al2-ami-sagemaker-inference-gpu-2'),
      routingStrategy: lib.RoutingStrategy.RANDOM,
      capacityReservation: { reservationArns: ['arn:aws:sagemaker:us-west-2:111122223333:training-plan/plan'] },
      hosting: lib.Hosting.variant(),
      endpointName: 'chat',
      variantName: 'first',
      initialVariantWeight: 2,
      rollout: lib.Rollout.canary({
        size: lib.CapacitySize.percent(10),
        waitInterval: Duration.minutes(5),
        terminationWait: Duration.minutes(5),
        maximumExecutionTimeout: Duration.minutes(30),
        alarms: [alarm(stack)],
      }),
      role: new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') }),
      ...everyNetworkProp(stack),
      enableNetworkIsolation: true,
      volumeEncryption: lib.VolumeEncryption.withKey(keyOf(stack, 'Volume', 'c')),
      dataCapture: {
        destination: lib.JobOutput.toBucket(bucketOf(stack), 'captured/'),
        samplingPercentage: 10,
        modes: [lib.CaptureMode.INPUT],
        encryptionKey: keyOf(stack, 'Captured', 'd'),
        csvContentTypes: ['text/csv'],
        jsonContentTypes: ['application/json'],
      },
      enhancedMetrics: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const second = endpoint.addVariant('Second', { recommendation: pinned(), variantName: 'second', initialVariantWeight: 1 });
    try {
      second.applyRemovalPolicy(RemovalPolicy.RETAIN);
    } catch (error) {
      if (!/ with its endpoint/.test((error as Error).message)) { // no policy is right
        throw error;
      }
    }
    endpoint.addRollbackAlarm(cloudwatch.Alarm.fromAlarmArn(stack, 'Other', 'arn:aws:cloudwatch:us-west-2:111122223333:alarm:other'));
    endpoint.addDefaultAlarms({ errorRatePercent: 5, modelLatency: Duration.seconds(2), period: Duration.minutes(1), evaluationPeriods: 3 });
    endpoint.addExecutionPermissions(new iam.Role(stack, 'OtherRole', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') }));
    endpoint.applyRemovalPolicy(RemovalPolicy.RETAIN);
    endpoint.grants.invoke(user(stack));
    endpoint.grants.invokeOpenAi(user(inner(stack, 'A')));
    endpoint.grants.describe(user(inner(stack, 'B')));
    const scaling = endpoint.autoScaleInstances({ minCapacity: 1, maxCapacity: 4 });
    scaling.scaleOnInvocations('Invocations', { invocationsPerInstance: 100, ...tracking });
    scaling.scaleOnConcurrency('Concurrency', { concurrentRequestsPerModel: 10, ...tracking });
    scaling.scaleToTrackCustomMetric('Custom', { metric, targetValue: 50 });
    scaling.scaleOnMetric('Steps', { metric, scalingSteps: [{ upper: 1, change: -1 }, { lower: 5, change: 1 }, { lower: 9, change: 2 }] });
    scaling.scaleOnSchedule('Nights', { schedule: appscaling.Schedule.cron({ hour: '20', minute: '0' }), minCapacity: 1 });
  },
  'a dashboard': (stack, calls) => {
    const endpoint = deploy(stack, calls);
    const widgets = new lib.InferenceWidgets();
    calls.construct('InferenceDashboard', [stack, 'Dashboard', {
      deployments: [endpoint], alarms: [alarm(stack)], widgets, dashboardName: 'chat', defaultInterval: Duration.hours(8),
    }]);
    calls.construct('InferenceDashboard', [stack, 'Past', { deployments: [endpoint], start: '-P7D' }]);
    const made = [
      widgets.summary(endpoint), widgets.alarms(endpoint), widgets.invocations(endpoint), widgets.backlog(endpoint), widgets.latency(endpoint),
      widgets.firstChunkLatency(endpoint), widgets.errors(endpoint), widgets.gpuUtilization(endpoint), widgets.utilization(endpoint),
      widgets.capacity(endpoint),
    ];
    new cloudwatch.Dashboard(stack, 'Own', { widgets: [made.filter(each => each !== undefined)] });
  },
  'an asynchronous endpoint': (stack, calls) => {
    const endpoint = deploy(stack, calls, {
      recommendation: lib.PinnedRecommendation.fromFile(`${__dirname}/pinned.json`, { withoutModelPackage: true }),
      fallbackCount: 0,
      asyncInference: {
        output: lib.JobOutput.toS3Uri('s3://answers/async/'),
        failureOutput: lib.JobOutput.toS3Uri('s3://answers/failed/'),
        successTopic: new sns.Topic(stack, 'Success'),
        errorTopic: new sns.Topic(stack, 'Error'),
        includeInferenceResponseIn: [lib.AsyncNotification.SUCCESS],
        maxConcurrentInvocationsPerInstance: 4,
        encryptionKey: keyOf(stack, 'Answers', 'e'),
      },
      rollout: lib.Rollout.linear({ stepSize: lib.CapacitySize.instances(1), waitInterval: Duration.minutes(5) }),
      volumeEncryption: lib.VolumeEncryption.withKeyUnlessLocalStorage(new kms.Key(stack, 'Key')),
    });
    const scaling = endpoint.autoScaleInstances({ minCapacity: 0, maxCapacity: 4 });
    scaling.scaleOnBacklog('Backlog', { backlogPerInstance: 5, ...tracking });
    scaling.scaleFromZero({ change: 2, cooldown: Duration.minutes(5) });
  },
  'inference components': (stack, calls) => {
    const endpoint = deploy(stack, calls, {
      recommendation: withAdapters(),
      hosting: lib.Hosting.inferenceComponents({
        copyCount: 1,
        acceleratorsPerCopy: 1,
        minMemoryPerCopy: Size.gibibytes(16),
        serveAdapters: true,
        adapterNamePrefix: 'lora-',
        inferenceComponentName: 'base',
        hardware: [{ instanceType: lib.MlInstanceType.fromName('ml.g9.xlarge'), accelerators: 4, memory: Size.gibibytes(64) }],
        managedInstanceScaling: {
          minInstanceCount: 1,
          maxInstanceCount: 4,
          scaleInStrategy: lib.ScaleInStrategy.CONSOLIDATION,
          scaleInMaximumStepSize: 1,
          scaleInCooldown: Duration.minutes(5),
        },
      }),
      rollout: lib.Rollout.rolling({
        batchSize: lib.CapacitySize.copies(1), rollbackBatchSize: lib.CapacitySize.percent(50), waitInterval: Duration.minutes(1),
      }),
    });
    const added = endpoint.addInferenceComponent('Small', {
      recommendation: pinned(),
      copyCount: 2,
      acceleratorsPerCopy: 1,
      minMemoryPerCopy: Size.mebibytes(1024),
      inferenceComponentName: 'small',
      serveAdapters: false,
    });
    added.applyRemovalPolicy(RemovalPolicy.RETAIN);
    endpoint.inferenceComponent!.adapterComponents.forEach(adapter => adapter.applyRemovalPolicy(RemovalPolicy.RETAIN));
    for (const scaling of [endpoint.autoScaleCopies({ minCapacity: 0, maxCapacity: 4 }), added.autoScaleCopies({ maxCapacity: 4 })]) {
      scaling.scaleFromZero({ change: 1, cooldown: Duration.minutes(1) });
      scaling.scaleOnInvocations('Invocations', { invocationsPerCopy: 100, ...tracking });
      scaling.scaleOnConcurrency('Concurrency', { concurrentRequestsPerCopy: 10, ...tracking });
      scaling.scaleToTrackCustomMetric('Custom', { metric, targetValue: 50 });
      scaling.scaleOnMetric('Steps', { metric, scalingSteps: [{ upper: 1, change: -1 }, { lower: 5, change: 1 }, { lower: 9, change: 2 }] });
      scaling.scaleOnSchedule('Nights', { schedule: appscaling.Schedule.cron({ hour: '20', minute: '0' }), minCapacity: 1 });
    }
  },
  'a shadow': (stack, calls) => {
    const endpoint = deploy(stack, calls, {
      rollout: lib.Rollout.allAtOnce({ terminationWait: Duration.minutes(5) }),
      selector: lib.RecommendationSelector.byRank(1),
    });
    endpoint.addShadowVariant('Shadow', {
      recommendation: pinned(),
      variantName: 'shadow',
      initialVariantWeight: 0.5,
    }).autoScaleInstances({ maxCapacity: 2 });
  },
  'choices': (stack, calls) => {
    [
      lib.RecommendationSelector.lowest(lib.PerformanceMetric.TIME_TO_FIRST_TOKEN, lib.Stat.P50),
      lib.RecommendationSelector.highest(lib.PerformanceMetric.OUTPUT_TOKEN_THROUGHPUT),
      lib.RecommendationSelector.byInferenceSpecificationName('spec'),
      lib.RecommendationSelector.byInstanceType(lib.MlInstanceType.fromEc2(new ec2.InstanceType('g5.xlarge'))),
      lib.RecommendationSelector.best().require(...[lib.PerformanceLimit.avg, lib.PerformanceLimit.p50, lib.PerformanceLimit.p95,
        lib.PerformanceLimit.p99]
        .map(limit => limit(lib.PerformanceMetric.TIME_TO_FIRST_TOKEN).atMost(900))),
    ].forEach((selector, i) => deploy(stack, calls, {
      selector,
      fallbackCount: i === 4 ? 1 : undefined,
      instanceProvisionTimeout: i === 4 ? Duration.minutes(30) : undefined,
    },
    `Endpoint${i}`));
    deploy(stack, calls, {
      recommendation: lib.InferenceRecommendationsJob.fromInferenceRecommendationsJobName(stack, 'Recommender', 'resnet'),
      selector: lib.RecommendationSelector.byRecommendationId('resnet/1a2b3c4d'),
      instanceType: lib.GpuInstanceType.G5_XLARGE,
    }, 'Recommended');
  },
};

const others: Record<string, Scenario> = {
  'imports': (stack, calls) => {
    const arn = (resource: string) => `arn:aws:sagemaker:us-west-2:111122223333:${resource}/name`;
    const output = () => lib.JobOutput.toS3Uri('s3://results/all/');
    const key = keyOf(stack, 'Key', 'a');
    const model = () => lib.ModelSource.fromS3Uri('s3://models/gpt/');
    const sources: lib.IRecommendationSource[] = [
      lib.AiRecommendationJob.fromRecommendationJobName(stack, 'R1', 'name'),
      lib.AiRecommendationJob.fromRecommendationJobArn(stack, 'R2', arn('ai-recommendation-job')),
      lib.AiRecommendationJob.fromRecommendationJobAttributes(stack, 'R3', {
        recommendationJobName: 'name', model: model(), output: output(), adapters: lib.AdapterSource.fromS3([{ adapterId: 'a', source: model() }]),
      }),
      lib.OptimizationJob.fromOptimizationJobName(stack, 'O1', 'name'),
      lib.OptimizationJob.fromOptimizationJobArn(stack, 'O2', arn('optimization-job')),
      lib.OptimizationJob.fromOptimizationJobAttributes(stack, 'O3', { optimizationJobName: 'name', output: output(), outputEncryptionKey: key }),
      lib.InferenceRecommendationsJob.fromInferenceRecommendationsJobArn(stack, 'I1', arn('inference-recommendations-job')),
      lib.InferenceRecommendationsJob.fromInferenceRecommendationsJobAttributes(stack, 'I2', {
        inferenceRecommendationsJobName: 'name', artifacts: [model()], compiledOutput: output(), outputEncryptionKey: key,
      }),
    ];
    sources.forEach((recommendation, i) => deploy(stack, calls, { recommendation, instanceType: lib.GpuInstanceType.G5_XLARGE }, `Endpoint${i}`));
    const benchmarks = [
      lib.AiBenchmarkJob.fromBenchmarkJobName(stack, 'B1', 'name'),
      lib.AiBenchmarkJob.fromBenchmarkJobArn(stack, 'B2', arn('ai-benchmark-job')),
      lib.AiBenchmarkJob.fromBenchmarkJobAttributes(stack, 'B3', { benchmarkJobName: 'name', output: output() }),
    ];
    benchmarks.forEach(({ grants }, i) => {
      grants.describe(user(inner(stack, `D${i}`)));
      grants.readArtifacts(user(inner(stack, `A${i}`)));
    });
    const secret = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Secret', 'arn:aws:secretsmanager:us-west-2:111122223333:secret:hf-AbCdEf');
    const workloads = [
      lib.AiWorkloadConfig.fromWorkloadConfigName(stack, 'W1', 'name'),
      lib.AiWorkloadConfig.fromWorkloadConfigArn(stack, 'W2', arn('ai-workload-config')),
      lib.AiWorkloadConfig.fromWorkloadConfigAttributes(stack, 'W3', {
        workloadConfigName: 'name',
        hasDataset: true,
        datasetFormat: lib.DatasetFormat.of('single_turn'),
        inputs: [lib.InputChannel.fromBucket(bucketOf(stack), 'data/', { channelName: 'dataset' })],
        secrets: [secret],
      }),
    ];
    const endpoints = [
      lib.DeployRecommendation.fromEndpointName(stack, 'E1', 'chat'),
      lib.DeployRecommendation.fromEndpointArn(stack, 'E2', arn('endpoint')),
      lib.DeployRecommendation.fromEndpointAttributes(stack, 'E3', { endpointName: 'chat', variantName: 'first', asynchronous: true }),
      lib.DeployRecommendation.fromEndpointAttributes(stack, 'E4', { endpointName: 'chat', inferenceComponentNames: ['base'] }),
    ];
    const targets = [
      ...endpoints.map(endpoint => lib.BenchmarkTarget.deployment(endpoint, { containerHostname: 'second' })),
      lib.BenchmarkTarget.endpointName('chat', { inferenceComponentNames: ['base'] }), lib.BenchmarkTarget.endpointArn(arn('endpoint')),
    ];
    const { TIME_TO_FIRST_TOKEN } = lib.BenchmarkMetric;
    const expectations = [
      ...[lib.Expectation.avg, lib.Expectation.p50, lib.Expectation.p95, lib.Expectation.p99].map(figure => figure(TIME_TO_FIRST_TOKEN).atMost(900)),
      lib.Expectation.of(lib.BenchmarkMetric.of('drift', { higherIsBetter: false }), lib.Stat.P90)
        .regressesAtMostPercent(5, { tolerancePercent: 1, minRequestCount: 10 }),
      lib.Expectation.of(TIME_TO_FIRST_TOKEN, lib.Stat.P90).atLeast(1, { minRequestCount: 10 }),
    ];
    targets.forEach((target, i) => {
      const job = calls.construct<lib.AiBenchmarkJob>('AiBenchmarkJob', [stack, `Benchmark${i}`, {
        target, workloadConfig: workloads[i % 3], output: output(), expectations, attempts: lib.Attempts.medianOf(3),
      }]);
      job.measured(TIME_TO_FIRST_TOKEN, lib.Stat.P90);
      job.addExecutionPermissions(new iam.Role(stack, `BenchmarkRole${i}`, { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') }));
      job.applyRemovalPolicy(RemovalPolicy.RETAIN);
    });
    workloads.forEach(({ grants }, i) => grants.readInputs(user(inner(stack, `Reader${i}`))));
  },
  'a sweep': (stack, calls) => {
    const workloadConfig = calls.construct<lib.AiWorkloadConfig>('AiWorkloadConfig', [stack, 'Workload', {
      spec: lib.WorkloadSpec.concurrencySweep({ concurrencies: [1, 2, 4], inputTokens: { mean: 5 } }),
    }]);
    const job = calls.construct<lib.AiBenchmarkJob>('AiBenchmarkJob', [stack, 'Job', {
      target: lib.BenchmarkTarget.endpointName('chat'),
      workloadConfig,
      output: lib.JobOutput.toS3Uri('s3://results/sweeps/'),
      expectations: [lib.Expectation.p90(lib.BenchmarkMetric.TIME_TO_FIRST_TOKEN).atMost(900, { concurrency: 2 })],
    }]);
    job.measuredAt(2, lib.BenchmarkMetric.TIME_TO_FIRST_TOKEN, lib.Stat.P90);
  },
  'specifications': (stack, calls) => {
    const specs = [
      lib.WorkloadSpec.customText('{"benchmark": {"type": "aiperf"}}', {}),
      lib.WorkloadSpec.synthetic({
        inputTokens: { mean: 5 },
        requestRate: 5,
        requestRateMode: lib.ArrivalPattern.of('constant'),
        apiStandard: lib.ApiStandard.of('openai'),
        goodput: [{ metric: lib.GoodputMetric.of('time_to_first_token'), threshold: Duration.millis(500) }],
      }),
      lib.WorkloadSpec.dataset({
        dataset: lib.Dataset.fromPublic(lib.PublicDataset.of('sharegpt'),
          { samplingStrategy: lib.DatasetSamplingStrategy.SHUFFLE }),
      }),
    ];
    specs.forEach((spec, i) => calls.construct('AiWorkloadConfig', [stack, `Workload${i}`, { spec }]));
  },
  'models': (stack, calls) => {
    const model = new sagemaker.CfnModel(stack, 'Model', {});
    const group = new sagemaker.CfnModelPackageGroup(stack, 'Group', { modelPackageGroupName: 'chat' });
    const modelPackage = new sagemaker.CfnModelPackage(stack, 'Package', {});
    const bucket = s3.Bucket.fromBucketName(stack, 'Bucket', 'models');
    const output = () => lib.JobOutput.toS3Uri('s3://results/all/');
    const container = () => ({
      domain: lib.ModelDomain.of('OTHER'),
      task: lib.ModelTask.of('OTHER'),
      framework: lib.ModelFramework.of('PYTORCH'),
      samplePayload: lib.SamplePayload.fromS3Uri('s3://models/payload.tar.gz'),
      supportedContentTypes: ['text/csv'],
    });
    const recommenderModels = [
      lib.InferenceModel.fromModel(model, { ...container(), artifacts: [lib.ModelSource.fromS3Uri('s3://models/m.tar.gz')] }),
      lib.InferenceModel.fromModelPackage(modelPackage, {}),
    ];
    recommenderModels.forEach((each, i) => calls.construct<lib.InferenceRecommendationsJob>('InferenceRecommendationsJob', [stack,
      `Recommender${i}`, {
        jobType: lib.InferenceRecommendationsJobType.DEFAULT, model: each,
      }]).addExecutionPermissions(new iam.Role(stack, `RecommenderRole${i}`, { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') })));
    const optimizations = [
      [lib.ModelOptimization.quantization({ technique: lib.QuantizationTechnique.of('fp8') })],
      [lib.ModelOptimization.speculativeDecoding({ trainingData: lib.TrainingDataSource.fromS3Uri('s3://data/') })],
      [lib.ModelOptimization.speculativeDecoding({ trainingData: lib.TrainingDataSource.fromManifestUri('s3://data/manifest') })],
    ];
    optimizations.forEach((each, i) => calls.construct<lib.OptimizationJob>('OptimizationJob', [stack, `Optimization${i}`, {
      model: lib.OptimizationModel.fromModel(model, { artifacts: [lib.ModelSource.fromBucket(bucket, 'llama/')] }),
      instanceType: lib.GpuInstanceType.G6_12XLARGE,
      optimizations: each,
      output: output(),
    }]).addExecutionPermissions(new iam.Role(stack, `OptimizationRole${i}`, { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') })));
    [lib.ModelPackageGroup.fromModelPackageGroup(group), lib.ModelPackageGroup.fromName('chat'),
      lib.ModelPackageGroup.fromArn('arn:aws:sagemaker:us-west-2:111122223333:model-package-group/chat')].forEach((modelPackageGroup, i) => {
      calls.construct<lib.AiRecommendationJob>('AiRecommendationJob', [stack, `Recommendation${i}`, {
        model: lib.ModelSource.fromS3Uri('s3://models/gpt/'),
        workloadConfig: lib.AiWorkloadConfig.fromWorkloadConfigName(stack, `Workload${i}`, 'chat'),
        objective: lib.PerformanceObjective.TIME_TO_FIRST_TOKEN,
        executionPolicy: i === 0 ? lib.ExecutionPolicy.sageMakerFullAccess({})
          : lib.ExecutionPolicy.scoped({
            statements: [new iam.PolicyStatement({ actions: ['ecr:*'], resources: ['*'] })],
            sourceArns: ['arn:aws:s3:::models'],
          }),
        output: output(),
        modelPackageGroup,
        framework: lib.InferenceFramework.of('VLLM'),
        adapters: lib.AdapterSource.fromModelPackages([{
          adapterId: 'a',
          modelPackageArn: 'arn:aws:sagemaker:us-west-2:111122223333:model-package/a/1',
        }]),
      }]).addExecutionPermissions(new iam.Role(stack, `RecommendationRole${i}`, { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') }));
    });
  },
};

export const SCENARIOS: Readonly<Record<string, Scenario>> = { ...jobs, ...rules, ...deployments, ...others };
