import { CfnParameter, Duration, Token } from 'aws-cdk-lib';
import { Annotations } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BenchmarkFixture } from './benchmark-fixture';
import { ENV, saying } from './fixture';
import { DeployRecommendation } from '../../src';
import { AiBenchmarkJob, AiBenchmarkJobProps, BenchmarkMetric, BenchmarkTarget, Expectation, JobOutput } from '../../src/jobs';
import { AiWorkloadConfig, DatasetFormat, WorkloadSpec } from '../../src/workload';

const MLFLOW_APP = 'arn:aws:sagemaker:us-west-2:111122223333:mlflow-app/app-1';
const ENDPOINT_ARN = 'arn:aws:sagemaker:us-west-2:111122223333:endpoint/chat';
const uri = (length: number) => `s3://b/${'p'.repeat(length - 's3://b/'.length)}`;
const named = (name: string) => ({ target: BenchmarkTarget.endpointName(name) });
const components = (...inferenceComponents: string[]) => ({ target: BenchmarkTarget.endpointName('chat', { inferenceComponentNames: inferenceComponents }) });

let fixture: BenchmarkFixture;
beforeEach(() => {
  fixture = new BenchmarkFixture(ENV);
});

const synthetic = (requestCount?: number) => new AiWorkloadConfig(fixture.stack, 'Chat', {
  spec: WorkloadSpec.synthetic({ inputTokens: { mean: 550 }, concurrency: 1, requestCount }),
});

function vpc(subnets: number = 1): ec2.IVpc {
  return ec2.Vpc.fromVpcAttributes(fixture.stack, 'Vpc', {
    vpcId: 'vpc-1', availabilityZones: ['us-west-2a'], privateSubnetIds: Array.from({ length: subnets }, (_, i) => `subnet-${i}`),
  });
}

const groups = (count: number) => Array.from({ length: count },
  (_, i) => ec2.SecurityGroup.fromSecurityGroupId(fixture.stack, `Group${i}`, `sg-${i}`));

describe('refuses', () => {
  test.each<[string, Partial<AiBenchmarkJobProps>, string]>([
    ['an empty endpoint name', named(''),
      "target.endpointName must be 1 to 63 letters, digits and hyphens, and neither start nor end with a hyphen, got ''"],
    ['an endpoint name of 64', named('a'.repeat(64)), 'target.endpointName must be 1 to 63 letters, digits and hyphens'],
    ['an endpoint name with an underscore', named('my_chat'),
      "target.endpointName must be 1 to 63 letters, digits and hyphens, and neither start nor end with a hyphen, got 'my_chat'"],
    ['no endpoint name, from JavaScript', named(undefined as unknown as string), 'target.endpointName is required'],
    ['a name as an ARN', { target: BenchmarkTarget.endpointArn('chat') },
      "target must be an ARN like arn:aws:sagemaker:us-west-2:111122223333:endpoint/name, got 'chat'"],
    ['the ARN of a configuration', { target: BenchmarkTarget.endpointArn(ENDPOINT_ARN.replace('endpoint', 'endpoint-config')) },
      'target must be an ARN like'],
    ['an endpoint of another Region', { target: BenchmarkTarget.endpointArn(ENDPOINT_ARN.replace('us-west-2', 'us-east-1')) },
      'target must be of the Region of the stack, us-west-2, got one of us-east-1'],
    ['an endpoint of another account', { target: BenchmarkTarget.endpointArn(ENDPOINT_ARN.replace('111122223333', '444455556666')) },
      'target must be of the account of the stack, 111122223333, got one of 444455556666'],
    ['a container with a dot', { target: BenchmarkTarget.endpointName('chat', { containerHostname: 'a.b' }) },
      "target.containerHostname must be 1 to 63 letters, digits and hyphens, and neither start nor end with a hyphen, got 'a.b'"],
    ['no inference component', components(), 'target.inferenceComponentNames takes at least 1 names, got 0: leave it out for an endpoint without'],
    ['an inference component given twice', components('a', 'b', 'a'), "target.inferenceComponentNames must be distinct, got 'a' more than once"],
    ['an inference component with a dot', components('a', 'b.c'), 'target.inferenceComponentNames[1] must be 1 to 63 letters, digits and hyphens'],
    ['an output URI without room for the job', { output: JobOutput.toS3Uri(uri(969)) }, 'output must be 1 to 968 characters long, got 969'],
    ['an output elsewhere', { output: JobOutput.toS3Uri('/tmp') }, "output must be a URI like s3://bucket/prefix/, got '/tmp'"],
    ['an MLflow app that is none', { mlflow: { resourceArn: ENDPOINT_ARN } }, 'mlflow.resourceArn must be the ARN of a SageMaker MLflow App'],
    ['a prefix of 34', { jobName: 'a'.repeat(34) }, 'jobName must be 1 to 33 characters long, got 34'],
    ['an empty token', { rerunToken: '' }, 'rerunToken must not be empty'],
    ['a wait of 59 seconds', { waitTimeout: Duration.seconds(59) }, 'waitTimeout must be a whole number of seconds, 60 to 604800, got 59 seconds'],
    ['subnets without a VPC', { vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } }, 'vpcSubnets is of no use without vpc: give both, or neither'],
    ['groups without a VPC', { securityGroups: [] }, 'securityGroups is of no use without vpc: give both, or neither'],
    ['no target, from JavaScript', { target: undefined }, 'target is required'],
    ['no output, from JavaScript', { output: undefined }, 'output is required'],
  ])('%s', (_, props, message) => {
    expect(() => fixture.benchmark(props)).toThrow(message);
  });

  test('no workload, from JavaScript', () => {
    expect(() => new AiBenchmarkJob(fixture.stack, 'Gate', {} as AiBenchmarkJobProps)).toThrow(
      "AiBenchmarkJob 'Stack/Gate' has 3 invalid values:\n  - target is required\n  - workloadConfig is required\n  - output is required");
  });

  test('inference components in a list of unknown length', () => {
    const names = new CfnParameter(fixture.stack, 'Names', { type: 'CommaDelimitedList' }).valueAsList;
    expect(() => fixture.benchmark({ target: BenchmarkTarget.endpointName('chat', { inferenceComponentNames: names }) })).toThrow(
      'target.inferenceComponentNames must be names in a list that is known at synthesis, got a token for the list');
  });

  test('17 subnets', () => {
    expect(() => fixture.benchmark({ vpc: vpc(17) })).toThrow('vpcSubnets takes at most 16 subnets, got 17: select fewer');
  });

  test('6 groups', () => {
    expect(() => fixture.benchmark({ vpc: vpc(), securityGroups: groups(6) })).toThrow('securityGroups takes at most 5 security groups, got 6');
  });

  test('an imported endpoint of another Region', () => {
    const endpoint = DeployRecommendation.fromEndpointArn(fixture.stack, 'Far', ENDPOINT_ARN.replace('us-west-2', 'eu-west-1'));
    expect(() => fixture.benchmark({ target: BenchmarkTarget.endpoint(endpoint) })).toThrow(
      'target must be of the Region of the stack, us-west-2, got one of eu-west-1');
    expect(() => fixture.benchmark({ target: BenchmarkTarget.deployment(endpoint) }, 'Other')).toThrow('target must be of the Region of the stack');
  });

  test('a workload of another Region, since only its name is sent', () => {
    const arn = 'arn:aws:sagemaker:us-east-1:111122223333:ai-workload-config/chat';
    const workloadConfig = AiWorkloadConfig.fromWorkloadConfigArn(fixture.stack, 'Chat', arn);
    expect(() => fixture.benchmark({ workloadConfig })).toThrow('workloadConfig must be of the Region of the stack, us-west-2, got one of us-east-1');
  });

  test('a role of another account', () => {
    const role = iam.Role.fromRoleArn(fixture.stack, 'Role', 'arn:aws:iam::444455556666:role/Other');
    expect(() => fixture.benchmark({ role })).toThrow('role must be of the account of the stack, 111122223333, got one of 444455556666');
  });

  test('everything that is wrong at once, and says where', () => {
    expect(() => fixture.benchmark({ ...named('a_b'), jobName: '-' })).toThrow(
      /^AiBenchmarkJob 'Stack\/Gate' has 2 invalid values:\n {2}- target.endpointName .*\n {2}- jobName .*$/);
  });
});

describe('accepts', () => {
  test.each<[string, () => Partial<AiBenchmarkJobProps>]>([
    ['an endpoint name of 1', () => named('a')],
    ['an endpoint name of 63', () => named('a'.repeat(63))],
    ['an ARN', () => ({ target: BenchmarkTarget.endpointArn(ENDPOINT_ARN) })],
    ['an inference component', () => components('a')],
    ['a container', () => ({ target: BenchmarkTarget.endpointName('chat', { containerHostname: 'llama' }) })],
    ['an output URI of 968', () => ({ output: JobOutput.toS3Uri(uri(968)) })],
    ['a prefix of 33', () => ({ jobName: 'a'.repeat(33) })],
    ['an MLflow app', () => ({ mlflow: { resourceArn: MLFLOW_APP } })],
    ['16 subnets and 5 groups', () => ({ vpc: vpc(16), securityGroups: groups(5) })],
    ['an imported deployment',
      () => ({ target: BenchmarkTarget.deployment(DeployRecommendation.fromEndpointName(fixture.stack, 'Imported', 'chat')), rerunToken: '1' })],
    ['a deployment', () => ({ target: BenchmarkTarget.deployment(fixture.deployment()) })],
    ['a dataset of the load generator', () => ({
      workloadConfig: AiWorkloadConfig.fromWorkloadConfigAttributes(fixture.stack, 'Chat', {
        workloadConfigName: 'chat', datasetFormat: DatasetFormat.SINGLE_TURN,
      }),
    })],
    ['a percentile of as many requests as it takes', () => ({
      workloadConfig: synthetic(1000), expectations: [Expectation.p99(BenchmarkMetric.REQUEST_LATENCY).atMost(1)],
    })],
    ['a percentile of who knows how many requests', () => ({
      workloadConfig: synthetic(), expectations: [Expectation.p99(BenchmarkMetric.REQUEST_LATENCY).atMost(1)],
    })],
  ])('%s', (_, props) => {
    expect(() => fixture.benchmark(props())).not.toThrow();
    Annotations.fromStack(fixture.stack).hasNoWarning('/Stack/Gate', saying(''));
  });

  test('what is only known when the stack is deployed', () => {
    const value = (id: string) => new CfnParameter(fixture.stack, id).valueAsString;
    const workloadConfig = AiWorkloadConfig.fromWorkloadConfigName(fixture.stack, 'Chat', 'chat');
    expect(() => fixture.benchmark({
      workloadConfig,
      target: BenchmarkTarget.endpointArn(value('Arn'), { containerHostname: value('Container'), inferenceComponentNames: [value('One'), value('Two')] }),
      output: JobOutput.toS3Uri(value('Output')),
      jobName: value('JobName'),
      rerunToken: value('RerunToken'),
      mlflow: { resourceArn: value('App'), experimentName: value('Experiment'), runName: value('Run') },
    })).not.toThrow();
    expect(() => fixture.template()).not.toThrow();
  });
});

describe('warns of', () => {
  const warned = (text: string) => Annotations.fromStack(fixture.stack).hasWarning('/Stack/Gate', saying(text));
  const ttft = BenchmarkMetric.TIME_TO_FIRST_TOKEN;

  test('expectations that take more requests than the workload sends', () => {
    fixture.benchmark({
      workloadConfig: synthetic(999),
      expectations: [
        Expectation.p99(ttft).atMost(500), Expectation.p90(ttft).atMost(300), Expectation.p50(ttft).atMost(200, { minRequestCount: 1001 }),
        Expectation.p99(ttft).atMost(500, { minRequestCount: 999 }),
      ],
    });
    warned('expectations needs 1001 requests for time_to_first_token.p99, time_to_first_token.p50, but workloadConfig sends 999: '
      + "the deployment will fail whatever is measured. Set the workload's requestCount to 1001 or more, expect a lower percentile, "
      + 'or lower minRequestCount [ack: cdk-sagemaker-inference:tooFewRequests]');
  });

  test('a deployment that is taken for any endpoint', () => {
    fixture.benchmark({ target: BenchmarkTarget.endpoint(fixture.deployment()) });
    warned("target is a deployment that was given to BenchmarkTarget.endpoint, so the benchmark doesn't run again when another configuration is "
      + 'served: use BenchmarkTarget.deployment');
  });

  test.each([
    DatasetFormat.SHAREGPT, DatasetFormat.OPENAI_CHAT, DatasetFormat.OPENAI_COMPLETIONS, DatasetFormat.of('generic'),
  ])('a dataset that may suit recommendation jobs only: %j', datasetFormat => {
    const workloadConfig = AiWorkloadConfig.fromWorkloadConfigAttributes(fixture.stack, 'Chat', { workloadConfigName: 'chat', datasetFormat });
    fixture.benchmark({ workloadConfig });
    warned(`workloadConfig has a dataset in the format '${datasetFormat.value}', which benchmark jobs may refuse: `
      + "they are known to read the load generator's own forms");
  });

  test('a Region that the documentation does not name', () => {
    fixture = new BenchmarkFixture({ region: 'eu-north-1' });
    fixture.benchmark();
    warned('benchmark jobs are documented for us-east-1, us-east-2, us-west-2, ap-southeast-1, ap-northeast-1, eu-central-1, eu-west-1, '
      + 'but the stack is in eu-north-1');
  });

  test('a bucket in another Region', () => {
    const bucket = s3.Bucket.fromBucketAttributes(fixture.stack, 'Far', { bucketName: 'far', region: 'us-east-1' });
    fixture.benchmark({ output: JobOutput.toBucket(bucket) });
    warned('output is in us-east-1, the job runs in us-west-2: keep the bucket in the Region of the job');
  });

  test('an MLflow tracking server', () => {
    fixture.benchmark({ mlflow: { resourceArn: 'arn:aws:sagemaker:us-west-2:111122223333:mlflow-tracking-server/s' } });
    warned('mlflow names an MLflow tracking server, but jobs are documented to log to MLflow Apps only');
  });

  test('a role to which nothing is added', () => {
    fixture.benchmark({ role: iam.Role.fromRoleArn(fixture.stack, 'Imported', 'arn:aws:iam::111122223333:role/Imported') });
    warned('call addExecutionPermissions with the role');
  });
});

describe('the number of requests of a workload', () => {
  const benchmark = { type: 'aiperf' };

  test.each<[string, () => WorkloadSpec, number | undefined]>([
    ['that is said', () => WorkloadSpec.synthetic({ inputTokens: { mean: 550 }, requestCount: 1000 }), 1000],
    ['that is not said', () => WorkloadSpec.synthetic({ inputTokens: { mean: 550 } }), undefined],
    ['that is a token', () => WorkloadSpec.synthetic({ inputTokens: { mean: 550 }, requestCount: Token.asNumber({ Ref: 'N' }) }), undefined],
    ['of a sweep', () => WorkloadSpec.concurrencySweep({ concurrencies: [1, 2], requestCount: 300 }), 300],
    ['in a document', () => WorkloadSpec.custom({ benchmark, parameters: { request_count: 20 } }), 20],
    ['in a document under its other name', () => WorkloadSpec.custom({ benchmark, parameters: { num_requests: 20 } }), 20],
    ['in JSON', () => WorkloadSpec.customText('{"benchmark":{"type":"aiperf"},"parameters":{"request_count":20}}'), 20],
    ['in YAML', () => WorkloadSpec.customText('benchmark: {type: aiperf}\nparameters: {request_count: 20}'), undefined],
  ])('%s', (_, spec, requestCount) => {
    expect(new AiWorkloadConfig(fixture.stack, 'Chat', { spec: spec() }).requestCount).toBe(requestCount);
  });

  test('of an import is not known', () => {
    expect(AiWorkloadConfig.fromWorkloadConfigName(fixture.stack, 'Chat', 'chat').requestCount).toBeUndefined();
  });
});
