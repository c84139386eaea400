import { Duration, Lazy, Size } from 'aws-cdk-lib';
import { Annotations } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ENV, saying } from './fixture';
import { CONTAINER, FILES, LOAD_TEST, PACKAGE, RecommenderFixture, type } from './inference-recommendations-fixture';
import { DeployRecommendation } from '../../src';
import {
  EndpointInputConfiguration, FlatInvocations, InferenceModel, InferenceModelPackageOptions, InferenceModelProps, InferenceRecommendationsJob,
  InferenceRecommendationsJobProps, InferenceRecommendationsJobType, JobOutput, MlInstanceType, ModelDomain, ModelLatencyThreshold, ModelSource,
  SamplePayload, ServerlessEndpointOptions, StairsTraffic, SupportedEndpointType, TrafficPattern, TrafficPhase,
} from '../../src/jobs';

type Props = Partial<InferenceRecommendationsJobProps>;
const REQUIRED = ['domain', 'task', 'framework', 'samplePayload', 'supportedContentTypes'] as const;
const { ADVANCED, DEFAULT } = InferenceRecommendationsJobType;

const PHASE: TrafficPhase = { initialNumberOfUsers: 1, spawnRate: 1, duration: Duration.minutes(2) };
const phase = (props: Partial<TrafficPhase>): Props => ({ trafficPattern: TrafficPattern.phases([{ ...PHASE, ...props }]) });
const stairs = (props: Partial<StairsTraffic>): Props => ({
  trafficPattern: TrafficPattern.stairs({ duration: Duration.minutes(2), numberOfSteps: 1, usersPerStep: 1, ...props }),
});
const container = (props: Partial<InferenceModelProps>): Props => ({
  model: InferenceModel.fromModelName('resnet', { ...CONTAINER, artifacts: FILES, ...props }),
});
const overrides = (options: InferenceModelPackageOptions): Props => ({
  model: InferenceModel.fromModelPackageArn(PACKAGE, { artifacts: FILES, ...options }),
});
const configurations = (...endpointConfigurations: EndpointInputConfiguration[]): Props => ({ endpointConfigurations });
const realTime = (name: string, environmentParameterRanges?: { [name: string]: string[] }) =>
  EndpointInputConfiguration.realTime(type(name), { environmentParameterRanges });
const many = (count: number) => configurations(...Array.from({ length: count }, (_, i) => realTime(`ml.c5.${i + 1}xlarge`)));
const serverless = (props: Partial<ServerlessEndpointOptions>) =>
  configurations(EndpointInputConfiguration.serverless({ memorySize: Size.gibibytes(1), maxConcurrency: 1, ...props }));
const ranges = (value: { [name: string]: string[] }) => configurations(realTime('ml.c5.xlarge', value));
const variables = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`V${i}`, ['1']]));
const p95 = (value: Duration): Props => ({ stoppingConditions: { modelLatencyThreshold: ModelLatencyThreshold.p95(value) } });
const maxInvocations = (value: number): Props => ({ stoppingConditions: { maxInvocations: value } });
const artifact = (source: ModelSource): Props => ({ model: InferenceModel.fromModelPackageArn(PACKAGE, { artifacts: [source] }) });
const uri = (length: number) => `s3://b/${'p'.repeat(length - 's3://b/'.length)}`;
const archive = (length: number) => SamplePayload.fromS3Uri(`${uri(length - '.tar.gz'.length)}.tar.gz`);
const unresolved = () => Lazy.number({ produce: () => 1 });

let fixture: RecommenderFixture;
beforeEach(() => {
  fixture = new RecommenderFixture(ENV);
});

describe('refuses', () => {
  test.each<[string, Props, string]>([
    ['a prefix of 20: what the job makes is named by its first 40 characters', { jobName: 'a'.repeat(20) }, 'jobName must be 1 to 19 characters long, got 20'],
    ['a type that is none', { jobType: 'Advance' as InferenceRecommendationsJobType }, "jobType must be one of Default, Advanced, got 'Advance'"],
    ['no type, from JavaScript', { jobType: undefined }, 'jobType is required'],
    ['no model, from JavaScript', { model: undefined }, 'model is required'],
    ['an empty description', { jobDescription: '' }, "jobDescription must be 1 to 128 characters long, got 0: ''"],
    ['a description of 129', { jobDescription: 'd'.repeat(129) }, 'jobDescription must be 1 to 128 characters long, got 129'],
    ['a job of no time', { jobDuration: Duration.seconds(0) }, 'jobDuration must be a whole number of seconds, 1 to 18000, got 0 seconds'],
    ['a job of more than 5 hours', { jobDuration: Duration.seconds(18_001) }, 'jobDuration must be a whole number of seconds, 1 to 18000, got 18001 seconds'],
    ['a wait of 59 seconds', { waitTimeout: Duration.seconds(59) }, 'waitTimeout must be a whole number of seconds, 60 to 604800'],

    ['a package by its name', { model: InferenceModel.fromModelPackageArn('resnet') }, "model.modelPackageArn must be the ARN of a model package, got 'resnet'"],
    ['a package group', { model: InferenceModel.fromModelPackageArn('arn:aws:sagemaker:us-west-2:111122223333:model-package-group/resnet') },
      'model.modelPackageArn must be the ARN of a model package'],
    ['a package of another Region', { model: InferenceModel.fromModelPackageArn(PACKAGE.replace('us-west-2', 'us-east-1')) },
      'model.modelPackageArn must be of the Region of the stack, us-west-2, got one of us-east-1'],
    ['a model of 64', { model: InferenceModel.fromModelName('m'.repeat(64), CONTAINER) }, 'model.modelName must be 1 to 63 letters, digits and hyphens'],
    ['a model of which nothing is known, from JavaScript', { model: InferenceModel.fromModelName('resnet', {} as InferenceModelProps) },
      REQUIRED.map(name => `model.${name} is required`).join('\n  - ')],
    ...REQUIRED.map((name): [string, Props, string] => [
      `a model without ${name}, from JavaScript`, container({ [name]: undefined }), `model.${name} is required`,
    ]),
    ['an empty domain', overrides({ domain: ModelDomain.of('') }), 'model.domain must not be empty'],
    ['a version of 2', container({ frameworkVersion: '1.' }), "model.frameworkVersion must be 3 to 10 characters long, got 2: '1.'"],
    ['a version of 11', container({ frameworkVersion: '1.123456789' }), 'model.frameworkVersion must be 3 to 10 characters long, got 11'],
    ['a version that is none', container({ frameworkVersion: 'v2.1' }), "model.frameworkVersion must be a version like '2.12.0', got 'v2.1'"],
    ['an empty nearest model', container({ nearestModelName: '' }), 'model.nearestModelName must not be empty'],
    ['a payload that is no archive', container({ samplePayload: SamplePayload.fromS3Uri('s3://payloads/image.jpg') }),
      "model.samplePayload must be an archive that ends with .tar.gz, got 's3://payloads/image.jpg'"],
    ['a payload that is elsewhere', container({ samplePayload: SamplePayload.fromS3Uri('https://payloads/images.tar.gz') }),
      'model.samplePayload must be a URI like s3://bucket/prefix/'],
    ['a payload of 1,025', container({ samplePayload: archive(1025) }), 'model.samplePayload must be 1 to 1024 characters long, got 1025'],
    ['no content type', container({ supportedContentTypes: [] }), 'model.supportedContentTypes takes at least 1 types, got 0'],
    ['a content type of 257', container({ supportedContentTypes: ['t'.repeat(257)] }),
      'model.supportedContentTypes[0] must be 1 to 256 characters long, got 257'],
    ['a response type that is none', container({ supportedResponseMimeTypes: ['json'] }),
      "model.supportedResponseMimeTypes[0] must be a MIME type like 'application/json', got 'json'"],
    ['a response type of 1,025', container({ supportedResponseMimeTypes: [`text/${'t'.repeat(1020)}`] }),
      'model.supportedResponseMimeTypes[0] must be 1 to 1024 characters long, got 1025'],
    ['no supported type', container({ supportedInstanceTypes: [] }), 'model.supportedInstanceTypes takes at least 1 types, got 0'],
    ['a supported type twice', container({ supportedInstanceTypes: [type('ml.c5.large'), type('ml.c5.large')] }),
      "model.supportedInstanceTypes must be distinct, got 'ml.c5.large' more than once"],
    ['a burstable supported type', container({ supportedInstanceTypes: [type('ml.t2.medium')] }),
      "model.supportedInstanceTypes[0] must not be a burstable type, which Inference Recommender doesn't test, got 'ml.t2.medium'"],
    ['an endpoint type that is none', container({ supportedEndpointType: 'Async' as SupportedEndpointType }),
      "model.supportedEndpointType must be one of RealTime, Serverless, got 'Async'"],
    ['an empty input', container({ dataInputConfig: '' }), "model.dataInputConfig must be 1 to 1024 characters long, got 0: ''"],
    ['an input of 1,025', container({ dataInputConfig: 'i'.repeat(1025) }), 'model.dataInputConfig must be 1 to 1024 characters long, got 1025'],
    ['files that are elsewhere', artifact(ModelSource.fromS3Uri('resnet')), "model.artifacts[0] must be a URI like s3://bucket/prefix/, got 'resnet'"],

    ['no user', phase({ initialNumberOfUsers: 0 }), 'trafficPattern.phases[0].initialNumberOfUsers must be a whole number, 1 to 3, got 0'],
    ['4 users', phase({ initialNumberOfUsers: 4 }), 'trafficPattern.phases[0].initialNumberOfUsers must be a whole number, 1 to 3, got 4'],
    ['users who leave', phase({ spawnRate: -1 }), 'trafficPattern.phases[0].spawnRate must be a whole number, 0 to 3, got -1'],
    ['4 users a minute', phase({ spawnRate: 4 }), 'trafficPattern.phases[0].spawnRate must be a whole number, 0 to 3, got 4'],
    ['a phase of 119 seconds', phase({ duration: Duration.seconds(119) }), 'trafficPattern.phases[0].duration must be a whole number of seconds, 120 to 3600'],
    ['a phase of more than an hour', phase({ duration: Duration.seconds(3601) }), 'trafficPattern.phases[0].duration must be a whole number of seconds, 120 to 3600'],
    ['no phase', { trafficPattern: TrafficPattern.phases([]) }, 'trafficPattern.phases takes at least 1 phases, got 0'],
    ['half a phase, from JavaScript', { trafficPattern: TrafficPattern.phases([{ duration: Duration.minutes(2) } as TrafficPhase]) },
      'initialNumberOfUsers is required\n  - spawnRate is required'],
    ['stairs of 119 seconds', stairs({ duration: Duration.seconds(119) }), 'trafficPattern.duration must be a whole number of seconds, 120 to 3600, got 119 seconds'],
    ['stairs of more than an hour', stairs({ duration: Duration.seconds(3601) }), 'trafficPattern.duration must be a whole number of seconds, 120 to 3600'],
    ['no step', stairs({ numberOfSteps: 0 }), 'trafficPattern.numberOfSteps must be a whole number, at least 1, got 0'],
    ['no user in a step', stairs({ usersPerStep: 0 }), 'trafficPattern.usersPerStep must be a whole number, 1 to 3, got 0'],
    ['4 users in a step', stairs({ usersPerStep: 4 }), 'trafficPattern.usersPerStep must be a whole number, 1 to 3, got 4'],
    ['phases that last longer than the job', { trafficPattern: TrafficPattern.phases([PHASE, PHASE]), jobDuration: Duration.seconds(239) },
      'trafficPattern must not last longer than jobDuration, got 240 seconds and 239 seconds'],
    ['stairs that last longer than the job', { ...stairs({}), jobDuration: Duration.seconds(119) },
      'trafficPattern must not last longer than jobDuration, got 120 seconds and 119 seconds'],

    ['11 configurations', many(11), 'endpointConfigurations takes at most 10 configurations, got 11: keep the ones to compare'],
    ['a type without ml.', configurations(realTime('c5.xlarge')), "endpointConfigurations[0].instanceType must be an instance type like 'ml.g6.24xlarge', got 'c5.xlarge'"],
    ['a burstable type', configurations(realTime('ml.c5.xlarge'), realTime('ml.t2.2xlarge')),
      "endpointConfigurations[1].instanceType must not be a burstable type, which Inference Recommender doesn't test, got 'ml.t2.2xlarge': use one like ml.m5.large"],
    ['no type, from JavaScript', configurations(EndpointInputConfiguration.realTime(undefined as unknown as MlInstanceType)),
      'endpointConfigurations[0].instanceType is required'],
    ['512 MiB', serverless({ memorySize: Size.mebibytes(512) }), 'endpointConfigurations[0].memorySize must be 1, 2, 3, 4, 5 or 6 GiB, got 512 MiB'],
    ['1,536 MiB', serverless({ memorySize: Size.mebibytes(1536) }), 'endpointConfigurations[0].memorySize must be 1, 2, 3, 4, 5 or 6 GiB, got 1536 MiB'],
    ['7 GiB', serverless({ memorySize: Size.gibibytes(7) }), 'endpointConfigurations[0].memorySize must be 1, 2, 3, 4, 5 or 6 GiB, got 7168 MiB'],
    ['memory that is only known at deployment, in GiB', serverless({ memorySize: Size.gibibytes(unresolved()) }),
      'endpointConfigurations[0].memorySize must be given by Size.mebibytes(), got a token in another unit'],
    ['no memory and no concurrency, from JavaScript', configurations(EndpointInputConfiguration.serverless({} as ServerlessEndpointOptions)),
      'memorySize is required\n  - maxConcurrency is required'],
    ['no concurrency', serverless({ maxConcurrency: 0 }), 'endpointConfigurations[0].maxConcurrency must be a whole number, 1 to 200, got 0'],
    ['a concurrency of 201', serverless({ maxConcurrency: 201 }), 'endpointConfigurations[0].maxConcurrency must be a whole number, 1 to 200, got 201'],
    ['a provisioned concurrency of none', serverless({ provisionedConcurrency: 0 }), 'endpointConfigurations[0].provisionedConcurrency must be a whole number, 1 to 200, got 0'],
    ['a provisioned concurrency of 201', serverless({ maxConcurrency: 200, provisionedConcurrency: 201 }), 'endpointConfigurations[0].provisionedConcurrency must be a whole number, 1 to 200, got 201'],
    ['more provisioned than there is', serverless({ maxConcurrency: 4, provisionedConcurrency: 5 }),
      'endpointConfigurations[0].provisionedConcurrency must be at most maxConcurrency, got 5 and 4'],
    ['ranges of nothing', ranges({}), 'endpointConfigurations[0].environmentParameterRanges is empty: name a variable, or leave it out'],
    ['6 variables', ranges(variables(6)), 'endpointConfigurations[0].environmentParameterRanges takes at most 5 variables, got 6'],
    ['4 values', ranges({ A: ['1', '2', '3', '4'] }), 'endpointConfigurations[0].environmentParameterRanges.A takes at most 3 values, got 4'],
    ['no value', ranges({ A: [] }), 'endpointConfigurations[0].environmentParameterRanges.A takes at least 1 values, got 0'],
    ['a value twice', ranges({ A: ['1', '1'] }), "endpointConfigurations[0].environmentParameterRanges.A must be distinct, got '1' more than once"],
    ['a value of 129', ranges({ A: ['v'.repeat(129)] }), 'endpointConfigurations[0].environmentParameterRanges.A[0] must be 0 to 128 characters long, got 129'],
    ['a variable without a name', ranges({ '': ['1'] }), 'the name of a variable in endpointConfigurations[0].environmentParameterRanges must be 1 to 64'],
    ['a variable of 65', ranges({ ['N'.repeat(65)]: ['1'] }), 'the name of a variable in endpointConfigurations[0].environmentParameterRanges must be 1 to 64 characters long, got 65'],
    ['a specification of 64', configurations(EndpointInputConfiguration.realTime(type('ml.c5.large'), { inferenceSpecificationName: 's'.repeat(64) })),
      'endpointConfigurations[0].inferenceSpecificationName must be 1 to 63 letters, digits and hyphens'],
    ['a specification of a model that is in no package',
      { ...container({}), ...configurations(EndpointInputConfiguration.realTime(type('ml.c5.large'), { inferenceSpecificationName: 'fast' })) },
      'endpointConfigurations[0].inferenceSpecificationName is of no use with a SageMaker model'],

    ['conditions of nothing', { stoppingConditions: {} }, 'stoppingConditions is empty: give a condition, or leave it out'],
    ['no requests', maxInvocations(0), 'stoppingConditions.maxInvocations must be a whole number, 1 to 30000, got 0'],
    ['30,001 requests', maxInvocations(30_001), 'stoppingConditions.maxInvocations must be a whole number, 1 to 30000, got 30001'],
    ['a latency of nothing', p95(Duration.millis(0)), 'stoppingConditions.modelLatencyThreshold must be a whole number of milliseconds, at least 1, got 0'],
    ['half a millisecond', p95(Duration.millis(1.5)), 'stoppingConditions.modelLatencyThreshold must be a whole number of milliseconds, at least 1, got 1.5'],
    ['no latency, from JavaScript', p95(undefined as unknown as Duration), 'stoppingConditions.modelLatencyThreshold needs a duration'],
    ['a latency that is only known at deployment, in seconds', p95(Duration.seconds(unresolved())),
      'stoppingConditions.modelLatencyThreshold must be given by Duration.millis(), got a token in seconds'],
    ['a behaviour that is none', { stoppingConditions: { flatInvocations: 'Pause' as FlatInvocations } },
      "stoppingConditions.flatInvocations must be one of Continue, Stop, got 'Pause'"],
    ['limits of nothing', { resourceLimit: {} }, 'resourceLimit is empty: give a limit, or leave it out'],
    ['no test', { resourceLimit: { maxNumberOfTests: 0 } }, 'resourceLimit.maxNumberOfTests must be a whole number, at least 1, got 0'],
    ['no test at a time', { resourceLimit: { maxParallelOfTests: 0 } }, 'resourceLimit.maxParallelOfTests must be a whole number, at least 1, got 0'],

    ['an advanced job without endpoints', { ...LOAD_TEST, endpointConfigurations: undefined },
      'endpointConfigurations is required for an advanced job: say which instance types to test, or use InferenceRecommendationsJobType.DEFAULT'],
    ['an advanced job with a list of no endpoints', { ...LOAD_TEST, endpointConfigurations: [] }, 'endpointConfigurations is required for an advanced job'],
    ['an advanced job without traffic', { ...LOAD_TEST, trafficPattern: undefined }, 'trafficPattern is required for an advanced job: say how the load develops'],
    ['an advanced job without conditions', { ...LOAD_TEST, stoppingConditions: undefined },
      'stoppingConditions is required for an advanced job: say what the model must achieve'],

    ['an output that is elsewhere', { compiledOutput: JobOutput.toS3Uri('results') }, "compiledOutput must be a URI like s3://bucket/prefix/, got 'results'"],
    ['an output URI without room for the job', { compiledOutput: JobOutput.toS3Uri(uri(969)) }, 'compiledOutput must be 1 to 968 characters long, got 969'],
    ['subnets without a VPC', { vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } }, 'vpcSubnets is of no use without vpc'],
  ])('%s', (_, props, message) => {
    expect(() => fixture.recommender(props)).toThrow(message);
  });

  test('the key of an archive as the folder of a bucket', () => {
    expect(() => fixture.recommender(artifact(ModelSource.fromBucket(fixture.models, 'resnet/model.tar.gz'))))
      .toThrow('model.artifacts[0] must be the folder of an archive, or its whole URI by ModelSource.fromS3Uri, got ');
  });

  test('a model of which nothing is said, from JavaScript', () => {
    expect(() => InferenceModel.fromModelName('resnet', undefined as unknown as InferenceModelProps))
      .toThrow('InferenceModel.fromModelName: props is required');
  });

  test('a payload with a slash in front', () => {
    expect(() => fixture.recommender(container({ samplePayload: SamplePayload.fromBucket(fixture.models, '/images.tar.gz') })))
      .toThrow("model.samplePayload must not have a prefix that starts with a slash, got '/images.tar.gz'");
  });

  test('a payload in a bucket of the app that is no archive', () => {
    expect(() => fixture.recommender(container({ samplePayload: SamplePayload.fromBucket(fixture.models, 'payloads/') })))
      .toThrow("model.samplePayload must be an archive that ends with .tar.gz, got 'payloads/'");
  });

  test.each(['outputEncryptionKey', 'volumeEncryptionKey'])('an %s of another Region', prop => {
    const key = kms.Key.fromKeyArn(fixture.stack, 'Key', 'arn:aws:kms:us-east-1:111122223333:key/1234');
    expect(() => fixture.recommender({ [prop]: key })).toThrow(`${prop} must be of the Region of the stack, us-west-2, got one of us-east-1`);
  });

  test.each([
    ['Region', 'us-east-1', '111122223333'], ['account', 'us-west-2', '444455556666'],
  ])('an endpoint of another %s, since only its name is sent', (what, region, account) => {
    const arn = `arn:aws:sagemaker:${region}:${account}:endpoint/shop`;
    const existingEndpoint = DeployRecommendation.fromEndpointArn(fixture.stack, 'Endpoint', arn);
    expect(() => fixture.recommender({ existingEndpoint })).toThrow(`existingEndpoint must be of the ${what} of the stack`);
  });

  test('a role of another account', () => {
    const role = iam.Role.fromRoleArn(fixture.stack, 'Role', 'arn:aws:iam::444455556666:role/Other');
    expect(() => fixture.recommender({ role })).toThrow('role must be of the account of the stack, 111122223333, got one of 444455556666');
  });

  test('everything that is wrong at once, and says where', () => {
    expect(() => fixture.recommender({ jobDescription: '', ...maxInvocations(0) }))
      .toThrow(/^InferenceRecommendationsJob 'Stack\/Recommender' has 2 invalid values:\n {2}- jobDescription .*\n {2}- stoppingConditions.*$/);
  });

  test('no props at all, from JavaScript', () => {
    expect(() => new InferenceRecommendationsJob(fixture.stack, 'Job', {} as InferenceRecommendationsJobProps)).toThrow('- jobType is required\n  - model is required');
  });
});

describe('accepts', () => {
  test.each<[string, Props]>([
    ['a prefix of 1', { jobName: 'a' }],
    ['a prefix of 19', { jobName: 'a'.repeat(19) }],
    ['a description of 1', { jobDescription: 'd' }],
    ['a description of 128', { jobDescription: 'd'.repeat(128) }],
    ['a job of 5 hours', { jobDuration: Duration.hours(5) }],
    ['a package of another account', { model: InferenceModel.fromModelPackageArn(PACKAGE.replace('111122223333', '444455556666'), { artifacts: FILES }) }],
    ['a model of 63', { model: InferenceModel.fromModelName('m'.repeat(63), { ...CONTAINER, artifacts: [] }) }],
    ['a version of 3', container({ frameworkVersion: '1.7' })],
    ['a version of 10', container({ frameworkVersion: '1.7-1-cpu3' })],
    ['a payload of 1,024', container({ samplePayload: archive(1024) })],
    ['a content type of 256', container({ supportedContentTypes: ['t'.repeat(256)] })],
    ['a response type of 1,024', container({ supportedResponseMimeTypes: [`text/${'t'.repeat(1019)}`] })],
    ['an input of 1,024', container({ dataInputConfig: 'i'.repeat(1024) })],
    ['one override', overrides({ frameworkVersion: '2.0' })],
    ['an archive by its URI', artifact(ModelSource.fromS3Uri('s3://models/resnet/model.tar.gz'))],
    ['the smallest phase', phase({ initialNumberOfUsers: 1, spawnRate: 0, duration: Duration.seconds(120) })],
    ['the largest phase', phase({ initialNumberOfUsers: 3, spawnRate: 3, duration: Duration.seconds(3600) })],
    ['the smallest stairs', stairs({ duration: Duration.seconds(120), numberOfSteps: 1, usersPerStep: 1 })],
    ['the largest stairs', stairs({ duration: Duration.seconds(3600), numberOfSteps: 100, usersPerStep: 3 })],
    ['phases as long as the job', { trafficPattern: TrafficPattern.phases([PHASE, PHASE]), jobDuration: Duration.seconds(240) }],
    ['10 configurations', many(10)],
    ['1 GiB and 1 request', serverless({ memorySize: Size.mebibytes(1024), maxConcurrency: 1 })],
    ['6 GiB and 200 requests', serverless({ memorySize: Size.gibibytes(6), maxConcurrency: 200 })],
    ['5 variables', ranges(variables(5))],
    ['3 values', ranges({ A: ['1', '2', ''] })],
    ['a value of 128 of a variable of 64', ranges({ ['N'.repeat(64)]: ['v'.repeat(128)] })],
    ['1 request', maxInvocations(1)],
    ['30,000 requests', maxInvocations(30_000)],
    ['a latency of a millisecond', p95(Duration.millis(1))],
    ['what happens when the load is too much alone', { stoppingConditions: { flatInvocations: FlatInvocations.STOP } }],
    ['1 test', { resourceLimit: { maxNumberOfTests: 1 } }],
    ['30 tests, 11 at a time', { resourceLimit: { maxNumberOfTests: 30, maxParallelOfTests: 11 } }],
    ['an output URI of 968', { compiledOutput: JobOutput.toS3Uri(uri(968)) }],
  ])('%s', (_, props) => {
    expect(() => fixture.loadTest(props)).not.toThrow();
    Annotations.fromStack(fixture.stack).hasNoWarning('*', saying(''));
  });

  test.each<[string, Props]>([['nothing but a model', {}], ['a second', { jobDuration: Duration.seconds(1) }]])('a default job of %s', (_, props) => {
    fixture.recommender(props);
    Annotations.fromStack(fixture.stack).hasNoWarning('*', saying(''));
  });

  test('a default job with conditions, a length and types to choose from', () => {
    fixture.recommender({ ...container({ supportedInstanceTypes: [type('ml.c5.large')] }), stoppingConditions: LOAD_TEST.stoppingConditions, jobDuration: Duration.hours(1) });
    Annotations.fromStack(fixture.stack).hasNoWarning('*', saying(''));
  });

  test('a default job beside an existing endpoint', () => {
    fixture.recommender({ existingEndpoint: DeployRecommendation.fromEndpointName(fixture.stack, 'Endpoint', 'shop') });
    Annotations.fromStack(fixture.stack).hasNoWarning('*', saying(''));
  });
});

describe('warns of', () => {
  const warned = (text: string) => Annotations.fromStack(fixture.stack).hasWarning('/Stack/Recommender', saying(text));

  test.each<[string, Props]>([
    ['endpointConfigurations', { endpointConfigurations: LOAD_TEST.endpointConfigurations }],
    ['trafficPattern', { trafficPattern: LOAD_TEST.trafficPattern }],
    ['resourceLimit', { resourceLimit: { maxNumberOfTests: 1 } }],
    ['endpointConfigurations, trafficPattern', { ...LOAD_TEST, jobType: DEFAULT }],
  ])('%s in a default job', (names, props) => {
    fixture.recommender(props);
    warned(`${names}: documented for advanced jobs only`);
  });

  test('an existing endpoint in an advanced job, which then needs no others', () => {
    const existingEndpoint = DeployRecommendation.fromEndpointName(fixture.stack, 'Endpoint', 'shop');
    fixture.loadTest({ existingEndpoint, endpointConfigurations: undefined });
    warned('existingEndpoint is documented for default jobs only');
  });

  test('P99 in an advanced job', () => {
    fixture.loadTest({ stoppingConditions: { modelLatencyThreshold: ModelLatencyThreshold.p99(Duration.millis(100)) } });
    warned('modelLatencyThreshold is a P99, but advanced jobs are documented to take P95');
  });

  test('phases that do not join', () => {
    fixture.loadTest({ trafficPattern: TrafficPattern.phases([PHASE, { ...PHASE, spawnRate: 3 }, PHASE]) });
    warned('trafficPattern jumps: phases[1] ends with about 7 users and phases[2] begins with 1. The service is documented to refuse a difference of more than 3');
  });

  test('no phases that join within 3 users', () => {
    fixture.loadTest({ trafficPattern: TrafficPattern.phases([{ ...PHASE, spawnRate: 1, duration: Duration.minutes(3) }, PHASE]) });
    Annotations.fromStack(fixture.stack).hasNoWarning('*', saying(''));
  });

  test('provisioned concurrency', () => {
    fixture.loadTest(serverless({ provisionedConcurrency: 1 }));
    warned('endpointConfigurations has a provisionedConcurrency, which Inference Recommender is documented not to support');
  });

  test('a serverless endpoint in a VPC', () => {
    fixture.loadTest({ ...serverless({}), vpc: new ec2.Vpc(fixture.stack, 'Vpc') });
    warned('endpointConfigurations has a serverless endpoint, which cannot be connected to the vpc');
  });

  test.each<[string, InferenceModel]>([
    ['a package', InferenceModel.fromModelPackageArn(PACKAGE)], ['a model', InferenceModel.fromModelName('resnet', CONTAINER)],
  ])('%s whose files nobody knows', (_, model) => {
    fixture.recommender({ model });
    warned("model doesn't say where its files are, so neither the role of the job nor that of an endpoint is allowed to read them");
  });

  test('no model that has no files', () => {
    fixture.recommender({ model: InferenceModel.fromModelPackageArn(PACKAGE, { artifacts: [] }) });
    Annotations.fromStack(fixture.stack).hasNoWarning('*', saying(''));
  });

  test.each<[string, (bucket: s3.IBucket) => Props]>([
    ['artifacts', bucket => artifact(ModelSource.fromBucket(bucket, 'p/'))],
    ['samplePayload', bucket => container({ samplePayload: SamplePayload.fromBucket(bucket, 'images.tar.gz') })],
    ['compiledOutput', bucket => ({ compiledOutput: JobOutput.toBucket(bucket) })],
  ])('a bucket for the %s in another Region', (prop, props) => {
    fixture.recommender(props(s3.Bucket.fromBucketAttributes(fixture.stack, 'Far', { bucketName: 'far', region: 'us-east-1' })));
    warned(`${prop} is in us-east-1, the job runs in us-west-2`);
  });

  test('no limit of an advanced job', () => {
    fixture.loadTest({ jobType: ADVANCED, resourceLimit: { maxNumberOfTests: 1 } });
    Annotations.fromStack(fixture.stack).hasNoWarning('*', saying('documented for'));
  });
});
