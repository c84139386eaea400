import { Duration, Lazy } from 'aws-cdk-lib';
import { Annotations } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ENV, JobFixture, saying } from './fixture';
import {
  AdapterSource, AiRecommendationJob, AiRecommendationJobProps, CapacityReservationPreference, GpuInstanceType, InferenceFramework, JobOutput,
  ModelSource, ModelPackageGroup, PerformanceObjective,
} from '../../src/jobs';
import { AiWorkloadConfig, DatasetFormat, WorkloadSpec } from '../../src/workload';

const MLFLOW_APP = 'arn:aws:sagemaker:us-west-2:111122223333:mlflow-app/app-1';
const PLAN = 'arn:aws:sagemaker:us-west-2:111122223333:training-plan/plan-1';
const SUPPORT = { adapterId: 'support', source: ModelSource.fromS3Uri('s3://models/support/') };
const adapters = (...ids: string[]) => AdapterSource.fromS3(ids.map(adapterId => ({ ...SUPPORT, adapterId })));
const numbered = (count: number) => adapters(...Array.from({ length: count }, (_, i) => `a${i}`));
const types = (...names: string[]) => names.map(name => GpuInstanceType.of(name));
const uri = (length: number) => `s3://b/${'p'.repeat(length - 's3://b/'.length)}`;
const { COST, THROUGHPUT, TIME_TO_FIRST_TOKEN } = PerformanceObjective;

let fixture: JobFixture;
beforeEach(() => {
  fixture = new JobFixture(ENV);
});

describe('refuses', () => {
  test.each<[string, Partial<AiRecommendationJobProps>, string]>([
    ['a 4th instance type', { instanceTypes: types('ml.g5.xlarge', 'ml.g6.xlarge', 'ml.g6e.xlarge', 'ml.p5.4xlarge') },
      'instanceTypes takes at most 3 types, got 4: keep the ones to compare'],
    ['a type given twice', { instanceTypes: types('ml.g5.xlarge', 'ml.g5.xlarge') }, "instanceTypes must be distinct, got 'ml.g5.xlarge' more than once"],
    ['a type without ml.', { instanceTypes: types('g5.xlarge') }, "instanceTypes[0] must be an instance type like 'ml.g6.24xlarge', got 'g5.xlarge'"],
    ['instance types for cost', { objective: COST, instanceTypes: [GpuInstanceType.G5_XLARGE] },
      'instanceTypes must be left out with PerformanceObjective.COST, got 1: the service compares costs over types of its own choice'],
    ['an empty prefix', { jobName: '' }, "jobName must be 1 to 33 characters long, got 0: ''"],
    ['a prefix of 34', { jobName: 'a'.repeat(34) }, 'jobName must be 1 to 33 characters long, got 34'],
    ['a prefix with an underscore', { jobName: 'my_job' }, 'jobName must hold only letters, digits and hyphens'],
    ['a prefix that ends in a hyphen', { jobName: 'chat-' }, 'jobName must hold only letters, digits and hyphens, and neither start nor end with a hyphen'],
    ['an empty token', { rerunToken: '' }, 'rerunToken must not be empty'],
    ['a model that is no URI', { model: ModelSource.fromS3Uri('openai/gpt-oss-20b') },
      "model must be a URI like s3://bucket/prefix/, got 'openai/gpt-oss-20b'"],
    ['a model under https', { model: ModelSource.fromS3Uri('https://b.s3.amazonaws.com/p/') }, 'model must be a URI like s3://bucket/prefix/'],
    ['a model URI of 1,025', { model: ModelSource.fromS3Uri(uri(1025)) }, 'model must be 1 to 1024 characters long, got 1025'],
    ['an output URI without room for the job', { output: JobOutput.toS3Uri(uri(969)) }, 'output must be 1 to 968 characters long, got 969'],
    ['a slash in front', { model: ModelSource.fromS3Uri('s3://models//llama/') }, "model must not have a prefix that starts with a slash, got '/llama/'"],
    ['a URI as a folder', { model: ModelSource.fromS3Uri('s3://models/s3://models/llama/') },
      "model must not have a URI for a prefix, got 's3://models/llama/': use a factory that takes URIs"],
    ['an empty framework', { framework: InferenceFramework.of('') }, "framework must be 1 to 64 characters long, got 0: ''"],
    ['no adapter', { adapters: adapters() }, 'adapters is empty: leave it out to serve none'],
    ['11 adapters', { adapters: numbered(11) }, 'adapters takes at most 10 adapters, got 11'],
    ['an adapter given twice', { adapters: adapters('a', 'b', 'a') }, "adapters.adapterId must be distinct, got 'a' more than once"],
    ['an adapter id of 64', { adapters: adapters('a'.repeat(64)) }, 'adapters[0].adapterId must be 1 to 63 letters, digits and hyphens'],
    ['an adapter id with a dot', { adapters: adapters('a.b') }, "adapters[0].adapterId must be 1 to 63 letters, digits and hyphens, and neither start nor end with a hyphen, got 'a.b'"],
    ['an adapter elsewhere', { adapters: AdapterSource.fromS3([{ ...SUPPORT, source: ModelSource.fromS3Uri('/tmp/a') }]) }, 'adapters[0].source must be a URI'],
    ['an adapter package that is none', { adapters: AdapterSource.fromModelPackages([{ adapterId: 'a', modelPackageArn: 'adapters/1' }]) },
      "adapters[0].modelPackageArn must be the ARN of a model package, got 'adapters/1'"],
    ['a group of 64', { modelPackageGroup: ModelPackageGroup.fromName('g'.repeat(64)) }, 'modelPackageGroup must be 1 to 63 letters, digits and hyphens'],
    ['a name as the ARN of a group', { modelPackageGroup: ModelPackageGroup.fromArn('g') }, "modelPackageGroup must be the ARN of a model package group, got 'g'"],
    ['a group of another Region', { modelPackageGroup: ModelPackageGroup.fromArn('arn:aws:sagemaker:us-east-1:111122223333:model-package-group/chat') },
      'modelPackageGroup must be of the Region of the stack, us-west-2, got one of us-east-1'],
    ['the ARN of something else as group', { modelPackageGroup: ModelPackageGroup.fromArn('arn:aws:sagemaker:us-west-2:111122223333:model/m') },
      'modelPackageGroup must be the ARN of a model package group'],
    ['an MLflow app that is none', { mlflow: { resourceArn: 'arn:aws:sagemaker:us-west-2:111122223333:model/m' } },
      'mlflow.resourceArn must be the ARN of a SageMaker MLflow App'],
    ['an experiment of 257', { mlflow: { resourceArn: MLFLOW_APP, experimentName: 'e'.repeat(257) } }, 'mlflow.experimentName must be 1 to 256 characters long, got 257'],
    ['a run name with spaces', { mlflow: { resourceArn: MLFLOW_APP, runName: 'my run' } }, "mlflow.runName must hold only letters, digits and -_./, got 'my run'"],
    ['an MLflow app of another Region', { mlflow: { resourceArn: MLFLOW_APP.replace('us-west-2', 'eu-west-1') } },
      'mlflow.resourceArn must be of the Region of the stack, us-west-2, got one of eu-west-1'],
    ['an empty list of reservations', { capacityReservation: { reservationArns: [] } },
      'capacityReservation.reservationArns is empty: name the training plans, or leave it out'],
    ['a reservation in another Region', { capacityReservation: { reservationArns: [PLAN.replace('us-west-2', 'us-east-2')] } },
      'capacityReservation.reservationArns[0] must be of the Region of the stack, us-west-2, got one of us-east-2'],
    ['a preference that is none', { capacityReservation: { preference: 'reserved' as CapacityReservationPreference } },
      "capacityReservation.preference must be one of capacity-reservations-only, got 'reserved'"],
    ['an objective that is none', { objective: 'latency' as PerformanceObjective }, "objective must be one of ttft-ms, throughput, cost, got 'latency'"],
    ['no objective, from JavaScript', { objective: undefined }, 'objective is required'],
    ['no model and no output, from JavaScript', { model: undefined, output: undefined }, '- model is required\n  - output is required'],
    ['a wait of 59 seconds', { waitTimeout: Duration.seconds(59) }, 'waitTimeout must be a whole number of seconds, 60 to 604800, got 59 seconds'],
    ['a wait of more than a week', { waitTimeout: Duration.days(8) }, 'waitTimeout must be a whole number of seconds, 60 to 604800, got 691200 seconds'],
    ['half a second', { waitTimeout: Duration.millis(90_500) }, 'waitTimeout must be a whole number of seconds, 60 to 604800, got 90.5 seconds'],
    ['a wait that is only known at deployment', { waitTimeout: Duration.minutes(Lazy.number({ produce: () => 60 })) },
      'waitTimeout must be known at synthesis'],
    ['an empty reservation', { capacityReservation: {} }, 'capacityReservation is empty: give reservationArns or a preference, or leave it out'],
    ['a reservation by name', { capacityReservation: { reservationArns: ['plan-1'] } }, 'capacityReservation.reservationArns[0] must be an ARN like'],
    ['a reservation given twice', { capacityReservation: { reservationArns: [PLAN, PLAN] } }, 'capacityReservation.reservationArns must be distinct'],
  ])('%s', (_, props, message) => {
    expect(() => fixture.job(props)).toThrow(message);
  });

  test.each([[undefined], [true]])('throughput without a dataset when optimizeModel is %s', optimizeModel => {
    expect(() => fixture.job({ objective: THROUGHPUT, optimizeModel, workloadConfig: fixture.workload(false) })).toThrow(
      'PerformanceObjective.THROUGHPUT with model optimization needs a workloadConfig with a dataset, got one without: give its WorkloadSpec a dataset, or set optimizeModel to false');
  });

  test('a dataset in a format that only benchmark jobs read', () => {
    const workloadConfig = AiWorkloadConfig.fromWorkloadConfigAttributes(fixture.stack, 'Chat', {
      workloadConfigName: 'chat', hasDataset: true, datasetFormat: DatasetFormat.SINGLE_TURN,
    });
    expect(() => fixture.job({ workloadConfig })).toThrow(
      "workloadConfig has a dataset in a format that recommendation jobs refuse, got 'single_turn': use ShareGPT, OpenAI chat or OpenAI completions");
  });

  test('a synthetic workload for throughput', () => {
    const workloadConfig = new AiWorkloadConfig(fixture.stack, 'Chat', {
      spec: WorkloadSpec.synthetic({ inputTokens: { mean: 550 }, outputTokens: { mean: 150 }, concurrency: 10 }),
    });
    expect(() => fixture.job({ objective: THROUGHPUT, workloadConfig })).toThrow('needs a workloadConfig with a dataset, got one without');
    expect(() => fixture.job({ objective: THROUGHPUT, workloadConfig, optimizeModel: false }, 'Plain')).not.toThrow();
  });

  test.each([
    ['Region', 'arn:aws:sagemaker:us-east-1:111122223333:ai-workload-config/chat', 'us-west-2, got one of us-east-1'],
    ['account', 'arn:aws:sagemaker:us-west-2:444455556666:ai-workload-config/chat', '111122223333, got one of 444455556666'],
  ])('a workload of another %s, since only its name is sent', (what, arn, values) => {
    const workloadConfig = AiWorkloadConfig.fromWorkloadConfigArn(fixture.stack, 'Chat', arn);
    expect(() => fixture.job({ workloadConfig })).toThrow(`workloadConfig must be of the ${what} of the stack, ${values}`);
  });

  test('no workload, from JavaScript', () => {
    expect(() => new AiRecommendationJob(fixture.stack, 'Job', {} as AiRecommendationJobProps)).toThrow('workloadConfig is required');
  });

  test('a role of another account', () => {
    const role = iam.Role.fromRoleArn(fixture.stack, 'Role', 'arn:aws:iam::444455556666:role/Other');
    expect(() => fixture.job({ role })).toThrow('role must be of the account of the stack, 111122223333, got one of 444455556666: a role cannot be passed to SageMaker across accounts');
  });

  test('everything that is wrong at once, and says where', () => {
    expect(() => fixture.job({ jobName: 'a'.repeat(34), rerunToken: '' })).toThrow(/^AiRecommendationJob 'Stack\/Recommendation' has 2 invalid values:\n {2}- jobName .*\n {2}- rerunToken .*$/);
  });
});

describe('accepts', () => {
  test.each<[string, Partial<AiRecommendationJobProps>]>([
    ['3 instance types', { instanceTypes: types('ml.g5.xlarge', 'ml.g6.xlarge', 'ml.g6e.xlarge') }],
    ['cost without instance types', { objective: COST }],
    ['a prefix of 1', { jobName: 'a' }],
    ['a prefix of 33', { jobName: 'a'.repeat(33) }],
    ['hyphens inside a prefix', { jobName: 'My--Chat-1' }],
    ['a model URI of 1,024', { model: ModelSource.fromS3Uri(uri(1024)) }],
    ['an output URI of 968', { output: JobOutput.toS3Uri(uri(968)) }],
    ['a bucket alone', { output: JobOutput.toS3Uri('s3://results') }],
    ['1 adapter', { adapters: numbered(1) }],
    ['10 adapters', { adapters: numbered(10) }],
    ['an adapter id of 63', { adapters: adapters('a'.repeat(63)) }],
    ['a group of 63', { modelPackageGroup: ModelPackageGroup.fromName('g'.repeat(63)) }],
    ['the ARN of a group', { modelPackageGroup: ModelPackageGroup.fromArn('arn:aws:sagemaker:us-west-2:111122223333:model-package-group/chat') }],
    ['names of 256 in MLflow', { mlflow: { resourceArn: MLFLOW_APP, experimentName: 'e'.repeat(256), runName: 'a-_./B1' } }],
    ['a reservation without a preference', { capacityReservation: { reservationArns: [PLAN] } }],
  ])('%s', (_, props) => {
    expect(() => fixture.job(props)).not.toThrow();
    Annotations.fromStack(fixture.stack).hasNoWarning('*', saying(''));
  });

  test.each([
    ['without optimization', { objective: THROUGHPUT, optimizeModel: false }],
    ['for time to first token', { objective: TIME_TO_FIRST_TOKEN }],
    ['for cost', { objective: COST }],
  ])('a workload without a dataset %s', (_, props) => {
    expect(() => fixture.job({ ...props, workloadConfig: fixture.workload(false) })).not.toThrow();
  });

  test('throughput with a dataset', () => {
    fixture.job({ objective: THROUGHPUT, workloadConfig: fixture.workload(true) });
    Annotations.fromStack(fixture.stack).hasNoWarning('*', saying(''));
  });
});

describe('warns of', () => {
  const warned = (text: string) => Annotations.fromStack(fixture.stack).hasWarning('/Stack/Recommendation', saying(text));

  test('an instance type that the library does not know', () => {
    fixture.job({ instanceTypes: [GpuInstanceType.P5_48XLARGE, GpuInstanceType.of('ml.p9.48xlarge')] });
    warned("instanceTypes has types that this version of the library doesn't know: ml.p9.48xlarge. ");
  });

  test('a framework that the library does not know', () => {
    fixture.job({ framework: InferenceFramework.of('SGLANG') });
    warned("framework is one that this version of the library doesn't know: 'SGLANG'");
  });

  test('throughput with a workload that may have no dataset', () => {
    fixture.job({ objective: THROUGHPUT, workloadConfig: fixture.workload(undefined) });
    warned('PerformanceObjective.THROUGHPUT with model optimization needs a workloadConfig with a dataset');
  });

  test('a Region that the documentation does not name', () => {
    fixture = new JobFixture({ region: 'eu-north-1' });
    fixture.job();
    warned('but the stack is in eu-north-1');
  });

  test('a workload that only benchmark jobs run', () => {
    const workloadConfig = Object.assign(fixture.workload(true), { benchmarkOnly: true });
    fixture.job({ workloadConfig });
    warned('workloadConfig has a sweep or a search, which only benchmark jobs run');
  });

  test('adapters that differ in nothing but capitals', () => {
    fixture.job({ adapters: adapters('a', 'A') });
    warned('adapters has adapterIds that differ in nothing but capitals, got a, A');
  });

  test.each<[string, () => Partial<AiRecommendationJobProps>]>([
    ['a bucket of the app', () => ({ model: ModelSource.fromBucket(fixture.models, '') })],
    ['a URI', () => ({ model: ModelSource.fromS3Uri('s3://models') })],
    ['an adapter', () => ({ adapters: AdapterSource.fromS3([{ ...SUPPORT, source: ModelSource.fromS3Uri('s3://adapters/') }]) })],
  ])('a whole bucket as the model: %s', (_, props) => {
    fixture.job(props());
    warned('model or adapters is a whole bucket');
  });

  test.each<[string, () => Partial<AiRecommendationJobProps>]>([
    ['URIs', () => ({ model: ModelSource.fromS3Uri('s3://models/llama'), output: JobOutput.toS3Uri('s3://models/llama/results/') })],
    ['the same folder', () => ({ output: JobOutput.toBucket(fixture.models, 'gpt-oss-20b') })],
    ['a bucket of the app', () => ({ output: JobOutput.toBucket(fixture.models, 'gpt-oss-20b/results') })],
  ])('an output among the files of the model: %s', (_, props) => {
    fixture.job(props());
    warned('output is a folder inside model');
  });

  test.each<[string, () => Partial<AiRecommendationJobProps>]>([
    ['beside the model', () => ({ output: JobOutput.toBucket(fixture.models, 'gpt-oss-20b-results/') })],
    ['in another bucket', () => ({ model: ModelSource.fromS3Uri('s3://models/a/'), output: JobOutput.toS3Uri('s3://models-2/a/') })],
  ])('no output %s', (_, props) => {
    fixture.job(props());
    Annotations.fromStack(fixture.stack).hasNoWarning('*', saying('output is a folder inside model'));
  });

  test.each(['model', 'output', 'adapters'])('a bucket for the %s in another Region', prop => {
    const bucket = s3.Bucket.fromBucketAttributes(fixture.stack, 'Far', { bucketName: 'far', region: 'us-east-1' });
    const far = ModelSource.fromBucket(bucket, 'p/');
    fixture.job({
      model: { model: far } [prop] ?? ModelSource.fromBucket(fixture.models, 'p/'),
      output: prop === 'output' ? JobOutput.toBucket(bucket) : JobOutput.toBucket(fixture.results),
      adapters: prop === 'adapters' ? AdapterSource.fromS3([{ adapterId: 'a', source: far }]) : undefined,
    });
    warned(`${prop} is in us-east-1, the job runs in us-west-2: keep the bucket in the Region of the job`);
  });

  test('an MLflow tracking server', () => {
    fixture.job({ mlflow: { resourceArn: 'arn:aws:sagemaker:us-west-2:111122223333:mlflow-tracking-server/s' } });
    warned('mlflow names an MLflow tracking server, but jobs are documented to log to MLflow Apps only');
  });
});
