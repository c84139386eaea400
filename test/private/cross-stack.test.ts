import { App, CfnOutput, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  AiBenchmarkJob, AiRecommendationJob, AiRecommendationJobProps, AiWorkloadConfig, BenchmarkTarget, DeployRecommendation, JobOutput, ModelSource,
  PerformanceObjective, WorkloadSpec,
} from '../../src';

const ENV = { account: '111122223333', region: 'us-west-2' };
const WORKLOAD = 'Custom::SageMakerAIWorkloadConfig';
const JOB = 'Custom::SageMakerAIRecommendationJob';
const BENCHMARK = 'Custom::SageMakerAIBenchmarkJob';
const DEPLOYMENT = 'Custom::SageMakerRecommendationDeployment';
const PARAMETER = 'AWS::SSM::Parameter';

let app: App;
let traffic: Stack;
let search: Stack;
let serving: Stack;
let gate: Stack;
beforeEach(() => {
  app = new App();
  [traffic, search, serving, gate] = ['Traffic', 'Search', 'Serving', 'Gate'].map(name => new Stack(app, name, { env: ENV }));
});

const spec = (concurrency = 10) => WorkloadSpec.synthetic({ inputTokens: { mean: 550 }, outputTokens: { mean: 150 }, concurrency });
const workload = (scope: Stack, concurrency?: number) => new AiWorkloadConfig(scope, 'Chat', { spec: spec(concurrency) });
const job = (scope: Stack, workloadConfig: AiWorkloadConfig, props: Partial<AiRecommendationJobProps> = {}) => new AiRecommendationJob(scope, 'Job', {
  model: ModelSource.fromS3Uri('s3://models/gpt-oss-20b/'),
  workloadConfig,
  objective: PerformanceObjective.COST,
  output: JobOutput.toS3Uri('s3://results/recommendations/'),
  ...props,
});
const deployment = (scope: Stack, recommendation: AiRecommendationJob) => new DeployRecommendation(scope, 'Endpoint', { recommendation });
const benchmark = (scope: Stack, target: BenchmarkTarget, workloadConfig: AiWorkloadConfig) => new AiBenchmarkJob(scope, 'Benchmark', {
  target, workloadConfig, output: JobOutput.toS3Uri('s3://results/benchmarks/'),
});

/** The one resource of a type. */
function single(stack: Stack, type: string): Record<string, any> {
  const found = Object.values(Template.fromStack(stack).findResources(type));
  expect(found).toHaveLength(1);
  return found[0];
}

/** What a value that another stack has written comes from: the name of the SSM parameter. */
function source(stack: Stack, { Ref: id }: { Ref: string }): string {
  const { Type, Default } = Template.fromStack(stack).toJSON().Parameters[id];
  expect(Type).toBe('AWS::SSM::Parameter::Value<String>');
  return Default;
}

/** The SSM parameters that a stack writes, by their names. */
const written = (stack: Stack): Record<string, Record<string, any>> => Object.fromEntries(
  Object.values<Record<string, any>>(Template.fromStack(stack).findResources(PARAMETER)).map(resource => [resource.Properties.Name, resource]));

/** A chain of four stacks: traffic, search, serving, gate. */
function chain({ concurrency, rerunToken }: { concurrency?: number; rerunToken?: string } = {}): void {
  const config = workload(traffic, concurrency);
  const endpoint = deployment(serving, job(search, config, { rerunToken }));
  benchmark(gate, BenchmarkTarget.deployment(endpoint), config);
}

describe('through four stacks', () => {
  test('values that change are read from SSM parameters, and nothing is exported', () => {
    chain();
    const request = single(search, JOB).Properties.Request;
    const workloadName = source(search, request.AIWorkloadConfigIdentifier);
    expect(workloadName).toMatch(/^\/cdk-sagemaker-inference\/Traffic\/TrafficChat[0-9A-F]{8}\/WorkloadConfigName$/);
    expect(written(traffic)[workloadName].Properties.Value).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Chat/), 'Name'] });

    const [model] = single(serving, DEPLOYMENT).Properties.Models;
    const jobName = source(serving, model.Source.JobName);
    expect(jobName).toMatch(/^\/cdk-sagemaker-inference\/Search\/SearchJob[0-9A-F]{8}\/JobName$/);

    const properties = single(gate, BENCHMARK).Properties;
    expect(source(gate, properties.Request.AIWorkloadConfigIdentifier)).toBe(workloadName);
    expect(source(gate, properties.Subject.EndpointConfigName)).toMatch(/^\/cdk-sagemaker-inference\/Serving\/ServingEndpoint\w{8}\/EndpointConfigName$/);
    expect(source(gate, properties.Subject.ModelName)).toMatch(/\/ModelName$/);
    expect(properties.Request.BenchmarkTarget.Endpoint.Identifier).toEqual(expect.any(String));

    for (const stack of [traffic, search, serving, gate]) {
      expect(JSON.stringify(Template.fromStack(stack))).not.toMatch(/Fn::ImportValue|"Export"/);
    }
  });

  test('a parameter says only what is finished', () => {
    chain();
    const [[, named]] = Object.entries(written(search));
    const wait = Object.entries(Template.fromStack(search).findResources('Custom::SageMakerJobWait')).find(([, { Properties }]) => Properties.Last)!;
    expect(named.DependsOn).toEqual([wait[0]]);
    const check = Object.keys(Template.fromStack(serving).findResources('Custom::SageMakerEndpointCheck'));
    Object.values(written(serving)).forEach(({ DependsOn }) => expect(DependsOn).toEqual(expect.arrayContaining(check)));
  });

  test('stacks are deployed one after the other', () => {
    chain();
    expect(search.dependencies).toEqual([traffic]);
    expect(serving.dependencies).toEqual([search]);
    expect(gate.dependencies).toEqual(expect.arrayContaining([serving, traffic]));
    expect(traffic.dependencies).toEqual([]);
  });

  test('the default role of the benchmark may load the endpoint', () => {
    chain();
    const policies = JSON.stringify(Template.fromStack(gate).findResources('AWS::IAM::Policy'));
    const { Identifier } = single(gate, BENCHMARK).Properties.Request.BenchmarkTarget.Endpoint;
    expect(policies).toContain(`:endpoint/${Identifier}`);
  });
});

describe('a template that refers to another stack', () => {
  const revisions = (options?: Parameters<typeof chain>[0]) => {
    app = new App();
    [traffic, search, serving, gate] = ['Traffic', 'Search', 'Serving', 'Gate'].map(name => new Stack(app, name, { env: ENV }));
    chain(options);
    return {
      search: single(search, JOB).Properties.SourceRevisions,
      serving: single(serving, DEPLOYMENT).Properties.SourceRevisions,
      gate: single(gate, BENCHMARK).Properties.SourceRevisions,
    };
  };

  test('is the same each time', () => {
    expect(revisions()).toEqual(revisions());
    expect(revisions()).toEqual({ search: [HASH], serving: [HASH], gate: [HASH, HASH] });
  });

  test('changes when the first link of the chain does, down to the last', () => {
    const [before, after] = [revisions(), revisions({ concurrency: 20 })];
    expect(after.search).not.toEqual(before.search);
    expect(after.serving).not.toEqual(before.serving);
    expect(after.gate[0]).not.toEqual(before.gate[0]);
    expect(after.gate[1]).not.toEqual(before.gate[1]);
  });

  test('does not change when something behind it does', () => {
    const [before, after] = [revisions(), revisions({ rerunToken: '2' })];
    expect(after.search).toEqual(before.search);
    expect(after.serving).not.toEqual(before.serving);
    expect(after.gate[0]).toEqual(before.gate[0]); // the workload
    expect(after.gate[1]).not.toEqual(before.gate[1]);
  });

  test('changes too when what changed is beside the job', () => {
    const revision = (concurrency: number) => {
      app = new App();
      [search, serving] = ['Search', 'Serving'].map(name => new Stack(app, name, { env: ENV }));
      deployment(serving, job(search, workload(search, concurrency)));
      return single(serving, DEPLOYMENT).Properties.SourceRevisions;
    };
    expect(revision(10)).toEqual(revision(10));
    expect(revision(10)).not.toEqual(revision(20));
  });
});

const HASH = expect.stringMatching(/^[0-9a-f]{16}$/);

describe('within a stack', () => {
  test('nothing is another than without all this', () => {
    const config = workload(search);
    const endpoint = deployment(search, job(search, config));
    benchmark(search, BenchmarkTarget.deployment(endpoint), config);
    const template = Template.fromStack(search);
    template.resourceCountIs(PARAMETER, 0);
    expect(JSON.stringify(template)).not.toContain('SourceRevision');
    expect(Object.keys(template.toJSON().Parameters)).toEqual(['BootstrapVersion']);
    expect(single(search, JOB).Properties.Request.AIWorkloadConfigIdentifier).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Chat/), 'Name'] });
  });

  test('of an import, the name is what it is', () => {
    const recommendation = AiRecommendationJob.fromRecommendationJobName(search, 'Job', 'nightly-7c85ce9b39f2619b');
    new DeployRecommendation(serving, 'Endpoint', { recommendation });
    expect(single(serving, DEPLOYMENT).Properties.Models[0].Source.JobName).toBe('nightly-7c85ce9b39f2619b');
    expect(serving.dependencies).toEqual([]);
  });
});

test('one parameter serves all that read it', () => {
  const config = workload(traffic);
  job(search, config);
  job(serving, config);
  expect(Object.keys(written(traffic))).toHaveLength(1);
});

test('two constructs of one id in a stack have parameters of their own', () => {
  const nested = ['A', 'B'].map(id => workload(new NestedStack(traffic, id)));
  nested.forEach((config, i) => job([search, serving][i], config));
  const names = nested.map(({ stack }) => Object.keys(written(stack))[0]);
  expect(new Set(names).size).toBe(2);
  names.forEach(name => expect(name).toMatch(/^\/cdk-sagemaker-inference\/Traffic\/Traffic[AB]Chat/));
});

describe('between a stack and one that is nested in it', () => {
  test('CloudFormation hands the name down', () => {
    const nested = new NestedStack(search, 'Nested');
    job(nested, workload(search));
    const { Ref: parameter } = single(nested, JOB).Properties.Request.AIWorkloadConfigIdentifier;
    expect(Template.fromStack(nested).toJSON().Parameters[parameter].Type).toBe('String');
    expect(single(search, 'AWS::CloudFormation::Stack').Properties.Parameters[parameter]).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Chat/), 'Name'] });
    Template.fromStack(search).resourceCountIs(PARAMETER, 0);
  });

  test('CloudFormation hands the name up, and the deployment waits for the job', () => {
    const nested = new NestedStack(search, 'Nested');
    deployment(search, job(nested, workload(nested)));
    const { DependsOn, Properties } = single(search, DEPLOYMENT);
    const [id] = Object.keys(Template.fromStack(search).findResources('AWS::CloudFormation::Stack'));
    expect(Properties.Models[0].Source.JobName).toEqual({ 'Fn::GetAtt': [id, expect.stringMatching(/^Outputs\./)] });
    expect(DependsOn).toContain(id);
    expect(Properties.SourceRevisions).toBeUndefined();
  });

  test('of another stack, the name comes from a parameter all the same', () => {
    const nested = new NestedStack(serving, 'Nested');
    deployment(nested, job(search, workload(search)));
    expect(source(nested, single(nested, DEPLOYMENT).Properties.Models[0].Source.JobName)).toContain('/Search/');
    expect(serving.dependencies).toEqual([search]);
  });
});

describe('in another stage', () => {
  test('a stack reads the same parameter, and its order is up to whoever deploys the stages', () => {
    const beta = new Stack(new Stage(app, 'Beta', { env: ENV }), 'Search');
    const prod = new Stack(new Stage(app, 'Prod', { env: ENV }), 'Serving');
    const config = workload(beta);
    const endpoint = deployment(prod, job(beta, config));
    const check = new Stack(new Stage(app, 'Check', { env: ENV }), 'Gate');
    benchmark(check, BenchmarkTarget.deployment(endpoint), config);
    expect(source(prod, single(prod, DEPLOYMENT).Properties.Models[0].Source.JobName)).toMatch(/^\/cdk-sagemaker-inference\/Beta-Search\/BetaSearchJob/);
    expect(prod.dependencies).toEqual([]);
    expect(check.dependencies).toEqual([]);
  });
});

describe.each([['account', { ...ENV, account: '444455556666' }], ['Region', { ...ENV, region: 'eu-west-1' }]])('in another %s', (what, env) => {
  let far: Stack;
  beforeEach(() => {
    far = new Stack(app, 'Far', { env });
  });

  test('a deployment is told of pinned recommendations', () => {
    expect(() => deployment(far, job(search, workload(search)))).toThrow(
      new RegExp(`recommendation must be of the ${what} of the stack, .*: deploy there what a PinnedRecommendation holds`));
  });

  test('a job is told to have a workload of its own', () => {
    expect(() => job(far, workload(search))).toThrow(new RegExp(`workloadConfig must be of the ${what} of the stack, .*: it costs nothing, so make one there too`));
  });

  test('a benchmark is told to go there', () => {
    const endpoint = deployment(search, job(search, workload(search)));
    expect(() => benchmark(far, BenchmarkTarget.deployment(endpoint), workload(far))).toThrow(
      new RegExp(`target must be of the ${what} of the stack, .*: benchmark it there`));
  });
});

test('a benchmark that does not follow a deployment of another stack has no subject, and is told of it', () => {
  const config = workload(gate);
  benchmark(gate, BenchmarkTarget.endpoint(deployment(serving, job(serving, workload(serving)))), config);
  const { Subject, SourceRevisions } = single(gate, BENCHMARK).Properties;
  expect([Subject, SourceRevisions]).toEqual([undefined, undefined]);
  Annotations.fromStack(gate).hasWarning('*', Match.stringLikeRegexp('use BenchmarkTarget.deployment'));
});

test('buckets of another stack are referred to as ever: their names do not change', () => {
  const bucket = new s3.Bucket(search, 'Bucket');
  deployment(serving, job(search, workload(search), { output: JobOutput.toBucket(bucket, 'recommendations/') }));
  const role = new iam.Role(serving, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
  bucket.grantRead(role);
  expect(JSON.stringify(Template.fromStack(serving).findResources('AWS::IAM::Policy'))).toContain('Fn::ImportValue');
});

describe('what somebody exports', () => {
  test('is warned of, if it changes with each run', () => {
    const recommendation = job(search, workload(search));
    new CfnOutput(serving, 'Type', { value: recommendation.recommendedInstanceType });
    Annotations.fromStack(search).hasWarning('*', Match.stringLikeRegexp('CloudFormation refuses to change an export that is in use'));
  });

  test('is fine, if it is of something else', () => {
    const bucket = new s3.Bucket(search, 'Bucket');
    job(search, workload(search));
    new CfnOutput(serving, 'Bucket', { value: bucket.bucketName });
    Annotations.fromStack(search).hasNoWarning('*', Match.stringLikeRegexp('an export that is in use'));
  });
});

test('what is written is a workload and no more', () => {
  chain();
  expect(Object.values(written(traffic)).map(({ Type, Properties }) => [Type, Properties.Type, Properties.Description])).toEqual([
    [PARAMETER, 'String', 'WorkloadConfigName of Traffic/Chat, for other stacks of the app'],
  ]);
  Template.fromStack(traffic).resourceCountIs(WORKLOAD, 1);
});
