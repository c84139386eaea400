import { Aspects, CfnOutput, CfnParameter, CfnResource, Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { attributeOf, BenchmarkFixture, JOB, RESULT, WAIT } from './benchmark-fixture';
import { ENV, saying } from './fixture';
import { DeployRecommendation, Hosting } from '../../src';
import { AiBenchmarkJob, AiBenchmarkJobProps, Attempts, BenchmarkMetric, BenchmarkTarget, Expectation, JobOutput, Stat } from '../../src/jobs';
import { AiWorkloadConfig, WorkloadSpec } from '../../src/workload';

const MLFLOW_APP = 'arn:aws:sagemaker:us-west-2:111122223333:mlflow-app/app-1';
const { TIME_TO_FIRST_TOKEN, REQUEST_THROUGHPUT } = BenchmarkMetric;
const EXPECTED = [Expectation.p90(TIME_TO_FIRST_TOKEN).atMost(500)];

let fixture: BenchmarkFixture;
beforeEach(() => {
  fixture = new BenchmarkFixture();
});

const vpcOf = (stack: Stack) => ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
  vpcId: 'vpc-1', availabilityZones: ['us-west-2a', 'us-west-2b'], privateSubnetIds: ['subnet-1', 'subnet-2'],
});

describe('request', () => {
  test('has nothing in it but what was set: golden, since a job is named by it', () => {
    fixture.benchmark({ output: JobOutput.toS3Uri('s3://results/benchmarks/') });
    expect(fixture.jobProperties().Request).toStrictEqual({
      BenchmarkTarget: { Endpoint: { Identifier: 'chat' } },
      OutputConfig: { S3OutputLocation: 's3://results/benchmarks/' },
      AIWorkloadConfigIdentifier: 'chat-0123456789abcdef',
    });
    expect(fixture.jobProperties()).not.toHaveProperty('Subject');
  });

  test('reaches every member: golden, since a job is named by it', () => {
    fixture.benchmark({
      target: BenchmarkTarget.endpointName('chat', { containerHostname: 'llama', inferenceComponentNames: ['llama-1', 'llama-2'] }),
      output: JobOutput.toS3Uri('s3://results/benchmarks/'),
      mlflow: { resourceArn: MLFLOW_APP, experimentName: 'chat', runName: 'nightly' },
      vpc: vpcOf(fixture.stack),
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(fixture.stack, 'Group', 'sg-1')],
    });
    const request = fixture.jobProperties().Request;
    expect(request).toStrictEqual({
      BenchmarkTarget: {
        Endpoint: {
          Identifier: 'chat',
          TargetContainerHostname: 'llama',
          InferenceComponents: [{ Identifier: 'llama-1' }, { Identifier: 'llama-2' }],
        },
      },
      OutputConfig: {
        S3OutputLocation: 's3://results/benchmarks/',
        MlflowConfig: { MlflowResourceArn: MLFLOW_APP, MlflowExperimentName: 'chat', MlflowRunName: 'nightly' },
      },
      AIWorkloadConfigIdentifier: 'chat-0123456789abcdef',
      NetworkConfig: { VpcConfig: { SecurityGroupIds: ['sg-1'], Subnets: ['subnet-1', 'subnet-2'] } },
    });
    expect(Object.keys(request)).toEqual(['BenchmarkTarget', 'OutputConfig', 'AIWorkloadConfigIdentifier', 'NetworkConfig']);
  });

  test('is the same whatever is expected and measured, so that another expectation runs nothing', () => {
    fixture.benchmark();
    const plain = fixture.jobProperties();
    fixture = new BenchmarkFixture();
    fixture.benchmark({ expectations: EXPECTED, waitTimeout: Duration.hours(3) }).measured(REQUEST_THROUGHPUT, Stat.AVG);
    expect(fixture.jobProperties()).toEqual(plain);
  });
});

describe('target', () => {
  const identifier = () => fixture.jobProperties().Request.BenchmarkTarget.Endpoint.Identifier;

  test('is the name in an ARN, since the same endpoint in another account is the same endpoint', () => {
    fixture.benchmark({ target: BenchmarkTarget.endpointArn('arn:aws:sagemaker:us-west-2:111122223333:endpoint/chat') });
    expect(identifier()).toBe('chat');
  });

  test('is taken out of an ARN when the stack is deployed, if it is known only then', () => {
    const arn = new CfnParameter(fixture.stack, 'Arn').valueAsString;
    fixture.benchmark({ target: BenchmarkTarget.endpointArn(arn) });
    expect(identifier()).toEqual({ 'Fn::Select': [1, { 'Fn::Split': ['/', { Ref: 'Arn' }] }] });
  });

  test('can be a parameter', () => {
    const name = new CfnParameter(fixture.stack, 'Name').valueAsString;
    fixture.benchmark({ target: BenchmarkTarget.endpointName(name, { inferenceComponentNames: [name] }) });
    expect(identifier()).toEqual({ Ref: 'Name' });
  });

  test('that is an endpoint of the app is waited for', () => {
    fixture.benchmark({ target: BenchmarkTarget.endpoint(fixture.deployment()) });
    const endpoint = fixture.idOf('AWS::SageMaker::Endpoint');
    expect(identifier()).toEqual({ 'Fn::GetAtt': [endpoint, 'EndpointName'] });
    expect(fixture.single(JOB).DependsOn).toEqual(expect.arrayContaining([endpoint, fixture.idOf('Custom::SageMakerEndpointCheck')]));
    expect(fixture.jobProperties()).not.toHaveProperty('Subject');
  });

  test('that is an endpoint of another stack is referred to by its name', () => {
    const other = new Stack(fixture.app, 'Other');
    fixture.benchmark({ target: BenchmarkTarget.endpoint(fixture.deployment({ endpointName: 'chat' }, other)) });
    expect(identifier()).toBe('chat');
    expect(fixture.stack.dependencies).toContain(other);
    Annotations.fromStack(fixture.stack).hasWarning('/Stack/Gate', saying('use BenchmarkTarget.deployment'));
  });

  describe('that is a deployment', () => {
    test('is run again whenever something else is served', () => {
      fixture.benchmark({ target: BenchmarkTarget.deployment(fixture.deployment({ endpointName: 'chat' })) });
      const deployment = fixture.idOf('Custom::SageMakerRecommendationDeployment');
      expect(fixture.jobProperties().Subject).toStrictEqual({
        EndpointConfigName: { 'Fn::GetAtt': [deployment, 'EndpointConfigName'] },
        ModelName: { 'Fn::GetAtt': [deployment, 'ModelName'] },
      });
    });

    test('is loaded only when its check has found that the new configuration is served', () => {
      fixture.benchmark({ target: BenchmarkTarget.deployment(fixture.deployment()) });
      expect(fixture.single(JOB).DependsOn).toEqual(expect.arrayContaining([
        fixture.idOf('Custom::SageMakerEndpointCheck'), fixture.idOf('AWS::SageMaker::Endpoint'),
      ]));
    });

    test('says which inference component has its model, and leaves others on the endpoint alone', () => {
      const deployment = fixture.deployment({ hosting: Hosting.inferenceComponents({ inferenceComponentName: 'llama-1' }) });
      deployment.addInferenceComponent('Other', { recommendation: fixture.imported(), inferenceComponentName: 'llama-2' });
      fixture.benchmark({ target: BenchmarkTarget.deployment(deployment) });
      expect(fixture.jobProperties().Request.BenchmarkTarget.Endpoint.InferenceComponents).toEqual([{ Identifier: 'llama-1' }]);
    });

    test('says so too where what is served is not followed', () => {
      const deployment = fixture.deployment({ hosting: Hosting.inferenceComponents({ inferenceComponentName: 'llama-1' }) });
      fixture.benchmark({ target: BenchmarkTarget.endpoint(deployment) });
      expect(fixture.jobProperties().Request.BenchmarkTarget.Endpoint.InferenceComponents).toEqual([{ Identifier: 'llama-1' }]);
      expect(fixture.jobProperties()).not.toHaveProperty('Subject');
    });

    test('has as many of its inference components loaded as the user says', () => {
      const deployment = fixture.deployment({ hosting: Hosting.inferenceComponents({ inferenceComponentName: 'llama-1' }) });
      fixture.benchmark({ target: BenchmarkTarget.deployment(deployment, { inferenceComponentNames: ['llama-2'] }) });
      expect(fixture.jobProperties().Request.BenchmarkTarget.Endpoint.InferenceComponents).toEqual([{ Identifier: 'llama-2' }]);
    });

    test('but imported is known by its name alone', () => {
      const deployment = DeployRecommendation.fromEndpointName(fixture.stack, 'Imported', 'chat');
      fixture.benchmark({ target: BenchmarkTarget.deployment(deployment), rerunToken: '2' });
      expect(identifier()).toBe('chat');
      expect(fixture.jobProperties()).toMatchObject({ RerunToken: '2' });
      expect(fixture.jobProperties()).not.toHaveProperty('Subject');
    });

    test('can have its gate inside, which then waits for all else in it', () => {
      const deployment = fixture.deployment();
      new AiBenchmarkJob(deployment, 'Gate', {
        target: BenchmarkTarget.deployment(deployment), workloadConfig: fixture.workload(), output: JobOutput.toBucket(fixture.results),
      });
      expect(fixture.single(JOB).DependsOn).toEqual(expect.arrayContaining([
        fixture.idOf('Custom::SageMakerEndpointCheck'), fixture.idOf('AWS::SageMaker::Endpoint'),
      ]));
    });
  });
});

describe('resource', () => {
  test('is given the prefix of the name, the token and the role beside the request', () => {
    fixture.benchmark({ jobName: 'chat', rerunToken: '2' });
    fixture.template().hasResourceProperties(JOB, { NamePrefix: 'chat', RerunToken: '2', RoleArn: attributeOf(/GateExecutionRole/, 'Arn') });
  });

  test('starts only when the role has its policy', () => {
    fixture.benchmark();
    expect(fixture.single(JOB).DependsOn).toContainEqual(expect.stringMatching('GateExecutionRoleDefaultPolicy'));
  });

  test('carries the tags of the construct and of the stack', () => {
    Tags.of(fixture.benchmark({ attempts: Attempts.medianOf(3) })).add('team', 'chat');
    fixture.stack.tags.setTag('cost-center', '42');
    fixture.template().allResourcesProperties(JOB, { Tags: Match.arrayWith([{ Key: 'cost-center', Value: '42' }, { Key: 'team', Value: 'chat' }]) });
  });

  test.each([
    [undefined, 'Delete'],
    [RemovalPolicy.RETAIN, 'Retain'],
    [RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, 'RetainExceptOnCreate'],
  ])('removalPolicy %s becomes %s for all runs, and waits and verdict are never retained', (removalPolicy, deletionPolicy) => {
    fixture.benchmark({ removalPolicy, attempts: Attempts.medianOf(3) });
    fixture.template().allResources(JOB, { DeletionPolicy: deletionPolicy });
    for (const resource of [WAIT, RESULT].flatMap(type => Object.values(fixture.template().findResources(type)))) {
      expect(resource.DeletionPolicy ?? 'Delete').toBe('Delete');
    }
  });

  test('applyRemovalPolicy works after the fact, on all runs', () => {
    fixture.benchmark({ attempts: Attempts.medianOf(3) }).applyRemovalPolicy(RemovalPolicy.RETAIN);
    fixture.template().allResources(JOB, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  test('is a CfnResource whose logical id can be kept', () => {
    (fixture.benchmark().node.defaultChild as CfnResource).overrideLogicalId('Kept');
    expect(Object.keys(fixture.template().findResources(JOB))).toEqual(['Kept']);
  });
});

describe('waiting', () => {
  const workload = (spec: WorkloadSpec) => () => new AiWorkloadConfig(fixture.stack, 'Chat', { spec });

  // Laps of 50 minutes.
  test.each<[string, () => AiBenchmarkJobProps['workloadConfig'], number]>([
    ['nothing is known of the workload', () => fixture.workload(), 2],
    ['the workload is one load test', workload(WorkloadSpec.synthetic({ inputTokens: { mean: 550 } })), 2],
    ['the workload is a sweep', workload(WorkloadSpec.concurrencySweep({ concurrencies: [1, 10] })), 8],
    ['the workload is a search', workload(WorkloadSpec.concurrencySearch({ sla: { errorRate: 0.01 } })), 8],
  ])('takes as many waits as needed when %s', (_, workloadConfig, waits) => {
    fixture.benchmark({ workloadConfig: workloadConfig() });
    fixture.template().resourceCountIs(WAIT, waits);
  });

  test('takes as long as the user says', () => {
    fixture.benchmark({ waitTimeout: Duration.minutes(30) });
    expect(fixture.single(WAIT).Properties).toMatchObject({ JobType: 'AIBenchmarkJob', LapSeconds: '1800', Last: 'true' });
  });

  test.each([
    ['benchmarkJobStatus', 'Status'],
    ['resultsS3Uri', 'S3OutputLocation'],
    ['logGroupArn', 'LogGroupArn'],
    ['logStreamName', 'LogStreamName'],
    ['creationTime', 'CreationTime'],
    ['endTime', 'EndTime'],
  ] as const)('%s comes from the last wait', (property, attribute) => {
    new CfnOutput(fixture.stack, 'Out', { value: fixture.benchmark()[property] });
    fixture.template().hasOutput('Out', { Value: { 'Fn::GetAtt': [fixture.idOf(WAIT, /WaitResult/), attribute] } });
  });

  test.each([['benchmarkJobName', 'Name'], ['benchmarkJobArn', 'Arn']] as const)('%s is known before the result', (property, attribute) => {
    new CfnOutput(fixture.stack, 'Out', { value: fixture.benchmark()[property] });
    fixture.template().hasOutput('Out', { Value: { 'Fn::GetAtt': [fixture.idOf(JOB), attribute] } });
  });

  test('whoever depends on the job waits for its verdict', () => {
    const dependent = new CfnResource(fixture.stack, 'Dependent', { type: 'AWS::SNS::Topic' });
    dependent.node.addDependency(fixture.benchmark({ expectations: EXPECTED }));
    expect(fixture.single('AWS::SNS::Topic').DependsOn).toEqual(expect.arrayContaining([
      ...Object.keys(fixture.template().findResources(WAIT)), fixture.idOf(RESULT),
    ]));
  });
});

describe('result', () => {
  test('is not read when nobody asks for it', () => {
    fixture.benchmark();
    fixture.template().resourceCountIs(RESULT, 0);
  });

  test('is judged when something is expected, once the job has been waited for', () => {
    fixture.benchmark({ expectations: EXPECTED });
    expect(fixture.single(RESULT)).toMatchObject({
      Properties: {
        JobNames: [{ 'Fn::GetAtt': [fixture.idOf(JOB), 'Name'] }],
        Expectations: [{ Figure: 'time_to_first_token.p90', Comparison: 'AtMost', Limit: '500' }],
      },
      DependsOn: expect.arrayContaining([fixture.idOf(WAIT, /WaitResult/)]),
    });
    expect(fixture.resultProperties()).not.toHaveProperty('Figures');
    expect(fixture.resultProperties()).not.toHaveProperty('Judgement');
  });

  test('has each figure that somebody asks for, once, in the order of their names', () => {
    const gate = fixture.benchmark();
    const values = [
      gate.measured(TIME_TO_FIRST_TOKEN, Stat.P90), gate.measured(REQUEST_THROUGHPUT, Stat.AVG), gate.measured(TIME_TO_FIRST_TOKEN, Stat.P90),
    ];
    values.forEach((value, i) => new CfnOutput(fixture.stack, `Out${i}`, { value }));
    const result = fixture.idOf(RESULT);
    expect(fixture.resultProperties()).toMatchObject({ Figures: ['request_throughput.avg', 'time_to_first_token.p90'] });
    expect(fixture.resultProperties()).not.toHaveProperty('Expectations');
    const outputs = fixture.template().findOutputs('*');
    expect(Object.values(outputs).map(({ Value }) => Value)).toEqual([
      { 'Fn::GetAtt': [result, 'time_to_first_token.p90'] },
      { 'Fn::GetAtt': [result, 'request_throughput.avg'] },
      { 'Fn::GetAtt': [result, 'time_to_first_token.p90'] },
    ]);
  });

  test('that is asked for by an aspect, when the app is synthesized, is there all the same', () => {
    const gate = fixture.benchmark({ expectations: EXPECTED });
    Aspects.of(fixture.stack).add({ visit: () => void gate.measured(REQUEST_THROUGHPUT, Stat.AVG) });
    expect(fixture.resultProperties().Figures).toEqual(['request_throughput.avg']);
  });

  test.each<[string, (gate: AiBenchmarkJob) => string, string]>([
    ['a level of a sweep', gate => gate.measuredAt(16, TIME_TO_FIRST_TOKEN, Stat.P90), 'concurrency_16.time_to_first_token.p90'],
    ['the feasible concurrency', gate => gate.feasibleConcurrency, 'search.feasible_max'],
    ['the infeasible concurrency', gate => gate.infeasibleConcurrency, 'search.infeasible_min'],
  ])('has %s', (_, value, path) => {
    new CfnOutput(fixture.stack, 'Out', { value: value(fixture.benchmark()) });
    expect(fixture.resultProperties().Figures).toEqual([path]);
    fixture.template().hasOutput('Out', { Value: { 'Fn::GetAtt': [fixture.idOf(RESULT), path] } });
  });

  test.each([['verdict', 'Verdict'], ['passedRun', 'PassedRun']] as const)('has %s when something is expected', (property, attribute) => {
    new CfnOutput(fixture.stack, 'Out', { value: fixture.benchmark({ expectations: EXPECTED })[property] });
    fixture.template().hasOutput('Out', { Value: { 'Fn::GetAtt': [fixture.idOf(RESULT), attribute] } });
    expect(fixture.resultProperties()).not.toHaveProperty('Figures');
  });

  test.each(['verdict', 'passedRun'] as const)('has no %s when nothing is expected', property => {
    const gate = fixture.benchmark();
    expect(() => gate[property]).toThrow(`AiBenchmarkJob 'Stack/Gate': ${property} needs expectations, got none: there is nothing to judge by`);
  });

  test('has 50 figures and no more, however often', () => {
    const gate = fixture.benchmark();
    for (let level = 1; level <= 50; level++) {
      gate.measuredAt(level, REQUEST_THROUGHPUT, Stat.AVG);
    }
    expect(() => gate.measuredAt(50, REQUEST_THROUGHPUT, Stat.AVG)).not.toThrow();
    expect(() => gate.measuredAt(51, REQUEST_THROUGHPUT, Stat.AVG)).toThrow(
      "AiBenchmarkJob 'Stack/Gate': measured takes at most 50 different figures of a benchmark, got 51: read the rest from the result file");
  });

  test.each<[string, (gate: AiBenchmarkJob) => string, string]>([
    ['a percentile of a throughput', gate => gate.measured(REQUEST_THROUGHPUT, Stat.P90),
      "stat must be avg for request_throughput, which is one number for the whole benchmark, got 'p90'"],
    ['a level of 0', gate => gate.measuredAt(0, TIME_TO_FIRST_TOKEN, Stat.P90),
      'concurrency must be a whole number, at least 1, known at synthesis, got 0'],
    ['a metric with a dot', gate => gate.measured(BenchmarkMetric.of('input_config.loadgen'), Stat.AVG), 'metric must hold only lower-case letters'],
  ])('has not %s', (_, value, message) => {
    const gate = fixture.benchmark();
    expect(() => value(gate)).toThrow(`AiBenchmarkJob 'Stack/Gate': ${message}`);
    fixture.template().resourceCountIs(RESULT, 0);
  });

  test.each<[string, (gate: AiBenchmarkJob) => string]>([
    ['measuredAt', gate => gate.measuredAt(4, TIME_TO_FIRST_TOKEN, Stat.P90)],
    ['feasibleConcurrency', gate => gate.feasibleConcurrency],
    ['infeasibleConcurrency', gate => gate.infeasibleConcurrency],
  ])('of one load test has no %s', (member, value) => {
    const gate = fixture.benchmark({ workloadConfig: Object.assign(fixture.workload(), { benchmarkOnly: false }) });
    expect(() => value(gate)).toThrow(`${member} asks for a figure of a sweep or a search, but workloadConfig is one load test`);
  });
});

describe('attempts', () => {
  const runs = () => Object.keys(fixture.template().findResources(JOB));

  test('keep the first run where it is, so that more of them run it no second time', () => {
    fixture.benchmark();
    const [single] = runs();
    fixture = new BenchmarkFixture();
    fixture.benchmark({ attempts: Attempts.medianOf(3) });
    expect(runs()).toEqual([single, expect.stringMatching(/^GateAttempt2/), expect.stringMatching(/^GateAttempt3/)]);
  });

  test('ask for the same, one after the other', () => {
    fixture.benchmark({ attempts: Attempts.medianOf(3), jobName: 'chat' });
    const [first, second, third] = runs().map(id => fixture.resource(id));
    expect(second.Properties).toEqual(first.Properties);
    expect(third.Properties).toEqual(first.Properties);
    expect(second.DependsOn).toContain(fixture.idOf(WAIT, /^GateWaitResult/));
    expect(third.DependsOn).toContain(fixture.idOf(WAIT, /^GateAttempt2WaitResult/));
  });

  test('all begin when the deployment serves, and look at what it serves', () => {
    fixture.benchmark({ attempts: Attempts.medianOf(3), target: BenchmarkTarget.deployment(fixture.deployment()) });
    for (const run of runs().map(id => fixture.resource(id))) {
      expect(run.DependsOn).toContain(fixture.idOf('Custom::SageMakerEndpointCheck'));
      expect(run.Properties.Subject).toHaveProperty('EndpointConfigName');
    }
  });

  test.each<[string, Attempts, string]>([
    ['the best', Attempts.bestOf(2), 'Best'],
    ['the median', Attempts.medianOf(3), 'Median'],
  ])('are judged together, by %s, also those that failed', (_, attempts, judgement) => {
    const gate = fixture.benchmark({ attempts, expectations: EXPECTED });
    expect(fixture.single(RESULT)).toMatchObject({
      Properties: { JobNames: runs().map(id => ({ 'Fn::GetAtt': [id, 'Name'] })), Judgement: judgement },
      DependsOn: expect.arrayContaining(Object.keys(fixture.template().findResources(WAIT)).filter(id => id.includes('WaitResult'))),
    });
    fixture.template().allResourcesProperties(WAIT, { AcceptFailure: 'true' });
    expect(fixture.stack.resolve(gate.benchmarkJobNames)).toEqual(runs().map(id => ({ 'Fn::GetAtt': [id, 'Name'] })));
  });

  test('that all fail are noticed although nothing is expected', () => {
    fixture.benchmark({ attempts: Attempts.medianOf(3) });
    expect(fixture.resultProperties()).toMatchObject({ Judgement: 'Median' });
  });

  test('of one run are one run', () => {
    fixture.benchmark({ attempts: Attempts.bestOf(1), expectations: EXPECTED });
    expect(runs()).toHaveLength(1);
    expect(fixture.resultProperties()).not.toHaveProperty('Judgement');
    fixture.template().allResourcesProperties(WAIT, { AcceptFailure: Match.absent() });
  });

  test('wait for each run as long as the user says', () => {
    fixture.benchmark({ attempts: Attempts.medianOf(3), waitTimeout: Duration.minutes(40) });
    fixture.template().resourceCountIs(WAIT, 3);
    fixture.template().allResourcesProperties(WAIT, { LapSeconds: '2400' });
  });
});

describe('role', () => {
  beforeEach(() => {
    fixture = new BenchmarkFixture(ENV);
  });

  const ROLE = /GateExecutionRole/;
  /** Resources of a statement, without partition, Region and account. */
  const short = (value: unknown) => [value].flat().map(entry => typeof entry !== 'object' ? entry : JSON.stringify(entry)
    .replace(/^\{"Fn::Join":\["",\["arn:",\{"Ref":"AWS::Partition"\},":/, '').replace(/"\]\]\}$/, '').replace(/:us-west-2:111122223333:/, ':'));
  const allowing = (action: string, role = ROLE) => fixture.statementsOf(role).filter(({ Action }) => [Action].flat().includes(action))
    .map(({ Action, Resource }) => ({ actions: [Action].flat(), resources: short(Resource) }));

  test.each([
    ['sagemaker:InvokeEndpoint', ['sagemaker:InvokeEndpoint', 'sagemaker:InvokeEndpointWithResponseStream', 'sagemaker:DescribeEndpoint'],
      ['sagemaker:endpoint/chat']],
    ['sagemaker:CreateTrainingJob', ['sagemaker:CreateTrainingJob', 'sagemaker:DescribeTrainingJob', 'sagemaker:StopTrainingJob', 'sagemaker:AddTags'],
      ['sagemaker:training-job/*']],
    ['sagemaker:DescribeModel', ['sagemaker:DescribeEndpointConfig', 'sagemaker:DescribeModel'],
      ['sagemaker:endpoint-config/*', 'sagemaker:model/*']],
    ['sagemaker:DescribeAIWorkloadConfig', ['sagemaker:DescribeAIWorkloadConfig'], ['sagemaker:ai-workload-config/*']],
  ])('may %s', (action, actions, resources) => {
    fixture.benchmark();
    expect(allowing(action)).toEqual([{ actions, resources }]);
  });

  test('may load nothing else: neither other endpoints nor inference components', () => {
    fixture.benchmark();
    expect(allowing('sagemaker:DescribeInferenceComponent')).toEqual([]);
    const actions: string[] = fixture.statementsOf(ROLE).flatMap(({ Action }) => Action);
    expect(actions.filter(action => /Create(Endpoint|Model)|servicequotas|ec2|mlflow|Optimization/.test(action))).toEqual([]);
  });

  test('may load the inference components that are named', () => {
    fixture.benchmark({ target: BenchmarkTarget.endpointName('chat', { inferenceComponentNames: ['llama'] }) });
    expect(allowing('sagemaker:DescribeInferenceComponent')).toEqual([{
      actions: [
        'sagemaker:InvokeEndpoint', 'sagemaker:InvokeEndpointWithResponseStream', 'sagemaker:DescribeEndpoint',
        'sagemaker:DescribeInferenceComponent',
      ],
      resources: ['sagemaker:endpoint/chat', 'sagemaker:inference-component/llama'],
    }]);
  });

  test('is given names with capitals in lower case too: IAM knows endpoints by ARNs in lower case', () => {
    fixture.benchmark({ target: BenchmarkTarget.endpointName('MyChat', { inferenceComponentNames: ['Llama'] }) });
    expect(allowing('sagemaker:InvokeEndpoint')[0].resources).toEqual([
      'sagemaker:endpoint/MyChat', 'sagemaker:endpoint/mychat', 'sagemaker:inference-component/Llama', 'sagemaker:inference-component/llama',
    ]);
  });

  test('may load an endpoint of the app by the ARN that it gets, and all inference components whose names nobody knows', () => {
    const component = new CfnParameter(fixture.stack, 'Component').valueAsString;
    fixture.benchmark({ target: BenchmarkTarget.deployment(fixture.deployment(), { inferenceComponentNames: [component] }) });
    expect(allowing('sagemaker:InvokeEndpoint')[0].resources).toEqual([
      `{"Ref":"${fixture.idOf('AWS::SageMaker::Endpoint')}"}`, 'sagemaker:inference-component/*',
    ]);
  });

  test('may load all endpoints if nobody knows the name', () => {
    fixture.benchmark({ target: BenchmarkTarget.endpointName(new CfnParameter(fixture.stack, 'Name').valueAsString) });
    expect(allowing('sagemaker:InvokeEndpoint')[0].resources).toEqual(['sagemaker:endpoint/*']);
  });

  test('of the user can be that of the endpoint and of its recommendation too, without waiting for them', () => {
    const role = new iam.Role(fixture.stack, 'Own', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    const deployment = fixture.deployment({ role, recommendation: fixture.job({ role }) });
    const job = fixture.benchmark({ role, target: BenchmarkTarget.deployment(deployment) });
    expect(job.role).toBe(role);
    expect(allowing('sagemaker:InvokeEndpoint', /^Own/).map(({ resources }) => resources[0]))
      .toEqual(['sagemaker:endpoint/*', 'sagemaker:endpoint/*']);
    expect(JSON.stringify(fixture.resource(fixture.idOf('AWS::IAM::Policy', /^Own/)))).not.toContain(fixture.idOf('AWS::SageMaker::Endpoint'));
  });

  test('of another stack gets the permissions when told so, and the stacks do not depend on each other', () => {
    const roles = new Stack(fixture.app, 'Roles', { env: ENV });
    const role = new iam.Role(roles, 'Far', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    const target = BenchmarkTarget.deployment(fixture.deployment());
    fixture.benchmark({ role, target, output: JobOutput.toS3Uri('s3://results/'), vpc: vpcOf(fixture.stack) }).addExecutionPermissions(role);
    expect(JSON.stringify(Template.fromStack(roles).findResources('AWS::IAM::Policy'))).toContain('sagemaker:InvokeEndpoint');
  });

  test('passes itself, to SageMaker only', () => {
    fixture.benchmark();
    const [statement] = fixture.statementsOf(ROLE).filter(({ Action }) => Action === 'iam:PassRole');
    expect(statement.Resource).toEqual({ 'Fn::GetAtt': [expect.stringMatching(ROLE), 'Arn'] });
    expect(statement.Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } });
  });

  test('writes the results below their prefix and reads what the workload refers to', () => {
    fixture.benchmark({ output: JobOutput.toS3Uri('s3://results/out/') });
    expect(allowing('s3:PutObject')).toEqual([
      { actions: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'], resources: ['s3:::results/out/*'] },
    ]);
    expect(allowing('s3:GetObject').map(({ resources }) => resources[0])).toContain('arn:aws:s3:::inputs/GateWorkload/*');
  });

  test('tracks in one MLflow app', () => {
    fixture.benchmark({ mlflow: { resourceArn: MLFLOW_APP } });
    expect(allowing('sagemaker-mlflow:*')[0].resources).toEqual([MLFLOW_APP]);
  });

  test('attaches to a VPC, and makes no other use of EC2', () => {
    fixture.benchmark({ vpc: vpcOf(fixture.stack) });
    expect(allowing('ec2:CreateNetworkInterface')).toEqual([{
      actions: [
        'ec2:CreateNetworkInterface', 'ec2:CreateNetworkInterfacePermission', 'ec2:DeleteNetworkInterface', 'ec2:DeleteNetworkInterfacePermission',
      ],
      resources: ['ec2:network-interface/*', 'ec2:us-west-2:*:subnet/*', 'ec2:us-west-2:*:security-group/*'],
    }]);
    expect(allowing('ec2:DescribeVpcs')).toEqual([{
      actions: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeVpcs', 'ec2:DescribeDhcpOptions', 'ec2:DescribeSubnets', 'ec2:DescribeSecurityGroups'],
      resources: ['*'],
    }]);
  });

  test('can be given more', () => {
    fixture.models.grantRead(fixture.benchmark());
    expect(allowing('s3:GetObject*')).toHaveLength(1);
  });
});

describe('the handlers', () => {
  const HANDLERS = /CdkSageMakerInferenceProviderRole/;

  test('may read the results, and no run starts before they may', () => {
    const results = new s3.Bucket(fixture.stack, 'Secret', { encryptionKey: new kms.Key(fixture.stack, 'Key') });
    fixture.benchmark({ output: JobOutput.toBucket(results, 'benchmarks/'), attempts: Attempts.medianOf(3) });
    const statements = fixture.statementsOf(HANDLERS);
    expect(JSON.stringify(statements.filter(({ Action }) => Action === 's3:GetObject').map(({ Resource }) => Resource))).toContain('/benchmarks/*');
    expect(JSON.stringify(statements.filter(({ Action }) => Action === 'kms:Decrypt').map(({ Resource }) => Resource))).toContain('Key');
    const policy = fixture.idOf('AWS::IAM::Policy', /ProviderRoleDefaultPolicy/);
    for (const run of Object.values(fixture.template().findResources(JOB))) {
      expect(run.DependsOn).toContain(policy);
    }
  });

  test('may pass the role', () => {
    fixture.benchmark();
    const [statement] = fixture.statementsOf(HANDLERS).filter(({ Action }) => Action === 'iam:PassRole');
    expect(JSON.stringify(statement.Resource)).toContain(':role/cdk-sagemaker-inference/Stack/*');
  });
});

describe('network', () => {
  test('is none by default', () => {
    const job = fixture.benchmark();
    fixture.template().resourceCountIs('AWS::EC2::SecurityGroup', 0);
    expect(() => job.connections).toThrow('connections of Stack/Gate needs a job in a VPC: give vpc');
  });

  test('has a security group of its own that others can let in', () => {
    const vpc = vpcOf(fixture.stack);
    const other = new ec2.SecurityGroup(fixture.stack, 'Other', { vpc });
    fixture.benchmark({ vpc, attempts: Attempts.medianOf(3) }).connections.allowTo(other, ec2.Port.HTTPS);
    const group = fixture.idOf('AWS::EC2::SecurityGroup', /^Gate/);
    fixture.template().allResourcesProperties(JOB, {
      Request: { NetworkConfig: { VpcConfig: { SecurityGroupIds: [{ 'Fn::GetAtt': [group, 'GroupId'] }], Subnets: ['subnet-1', 'subnet-2'] } } },
    });
    fixture.template().hasResourceProperties('AWS::EC2::SecurityGroupIngress', { SourceSecurityGroupId: { 'Fn::GetAtt': [group, 'GroupId'] } });
  });
});

describe('imports', () => {
  const ARN = 'arn:aws:sagemaker:eu-west-1:111122223333:ai-benchmark-job/nightly';
  const user = () => new iam.User(fixture.stack, 'User');

  test('by name', () => {
    const job = AiBenchmarkJob.fromBenchmarkJobName(fixture.stack, 'Imported', 'nightly');
    expect(job.benchmarkJobName).toBe('nightly');
    expect(JSON.stringify(fixture.stack.resolve(job.benchmarkJobArn))).toContain(':ai-benchmark-job/nightly');
    job.grants.describe(user());
    fixture.template().hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [{ Action: 'sagemaker:DescribeAIBenchmarkJob', Effect: 'Allow', Resource: fixture.stack.resolve(job.benchmarkJobArn) }],
      },
    });
  });

  test('by ARN, which says where it is', () => {
    const job = AiBenchmarkJob.fromBenchmarkJobArn(fixture.stack, 'Imported', ARN);
    expect(job).toMatchObject({ benchmarkJobName: 'nightly', benchmarkJobArn: ARN, env: expect.objectContaining({ region: 'eu-west-1' }) });
  });

  test('by attributes, of which the output gives access to the results', () => {
    const job = AiBenchmarkJob.fromBenchmarkJobAttributes(fixture.stack, 'Imported', {
      benchmarkJobName: 'nightly', output: JobOutput.toBucket(fixture.results, 'benchmarks/'),
    });
    expect(job.grants.readArtifacts(user()).success).toBe(true);
    expect(JSON.stringify(fixture.template().findResources('AWS::IAM::Policy'))).toContain('/benchmarks/*');
  });

  test('without the output give no access to the results', () => {
    expect(AiBenchmarkJob.fromBenchmarkJobName(fixture.stack, 'Imported', 'nightly').grants.readArtifacts(user()).success).toBe(false);
  });

  test.each<[string, () => unknown, string]>([
    ['a name with a dot', () => AiBenchmarkJob.fromBenchmarkJobName(fixture.stack, 'Imported', 'a.b'),
      "benchmarkJobName must be 1 to 63 letters, digits and hyphens, and neither start nor end with a hyphen, got 'a.b'"],
    ['no name, from JavaScript', () => AiBenchmarkJob.fromBenchmarkJobName(fixture.stack, 'Imported', undefined as unknown as string),
      'benchmarkJobName is required'],
    ['the ARN of another kind', () => AiBenchmarkJob.fromBenchmarkJobArn(fixture.stack, 'Imported', ARN.replace('benchmark', 'recommendation')),
      'benchmarkJobArn must be an ARN like arn:aws:sagemaker:us-west-2:111122223333:ai-benchmark-job/name'],
    ['an output that is no URI',
      () => AiBenchmarkJob.fromBenchmarkJobAttributes(fixture.stack, 'Imported', { benchmarkJobName: 'a', output: JobOutput.toS3Uri('results') }),
      "output must be a URI like s3://bucket/prefix/, got 'results'"],
  ])('refuse %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});

test('its grants are on the job and its results', () => {
  const job = fixture.benchmark();
  const user = new iam.User(fixture.stack, 'User');
  job.grants.describe(user);
  job.grants.readArtifacts(user);
  fixture.template().hasResourceProperties('AWS::IAM::Policy', {
    Users: Match.anyValue(),
    PolicyDocument: {
      Statement: [
        { Action: 'sagemaker:DescribeAIBenchmarkJob', Effect: 'Allow', Resource: { 'Fn::GetAtt': [fixture.idOf(JOB), 'Arn'] } },
        Match.objectLike({ Action: 's3:GetObject', Resource: { 'Fn::Join': ['', [Match.objectLike({}), '/benchmarks/*']] } }),
        Match.objectLike({ Action: ['s3:ListBucket', 's3:GetBucketLocation'] }),
      ],
    },
  });
});
