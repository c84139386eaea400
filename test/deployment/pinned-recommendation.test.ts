import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join, relative } from 'path';
import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Annotations } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import fc from 'fast-check';
import { KINDS } from '../../lambda/kinds';
import { ModelSource, PinnedRecommendation, PinnedRecommendationOptions } from '../../src';
import { JobFixture, saying } from '../jobs/fixture';
import { OPTIMIZED_JOB, REAL, REAL_JOB, RECOMMENDER_JOB, WITH_ADAPTERS } from '../lambda/selection/sample';

const ENV = { account: '111122223333', region: 'us-west-2' };

let fixture: JobFixture;
let deployment: Construct;
beforeEach(() => {
  fixture = new JobFixture(ENV);
  deployment = new Construct(fixture.stack, 'Deployment');
});

const pin = (answer: object, options?: PinnedRecommendationOptions) => PinnedRecommendation.fromText(json(answer), options);
/** As Python writes it. */
const json = (answer: object) => JSON.stringify(answer, (_, value) => Number.isNaN(value) ? '\u0000NaN' : value, 4).replace(/"\\u0000NaN"/g, 'NaN');
const bound = (answer: object, options?: PinnedRecommendationOptions) => pin(answer, options).bindRecommendation(deployment);
const pinned = (answer: object) => bound(answer).pinned;

function readable(recommendation: PinnedRecommendation): string[] {
  const role = new iam.Role(deployment, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
  recommendation.bindEndpointRole(deployment, role);
  return fixture.statementsOf(/DeploymentRole/).filter(({ Action }) => Action === 's3:GetObject')
    .flatMap(({ Resource }) => Resource).map(resource => JSON.stringify(resource).replace(/.*(:s3:::|Arn"\]},"\/)([^"]*).*/, '$2'));
}

describe('what is pinned', () => {
  test.each<[string, string, string, object]>([
    ['a recommendation job', 'AIRecommendationJob', 'rec-job-example', REAL_JOB],
    ['a recommendation job with adapters', 'AIRecommendationJob', '', { Recommendations: [REAL, WITH_ADAPTERS] }],
    ['Inference Recommender', 'InferenceRecommendationsJob', 'resnet', RECOMMENDER_JOB],
    ['an optimization job', 'OptimizationJob', 'awq', OPTIMIZED_JOB],
    ['an optimization job that wrote to a model', 'OptimizationJob', 'awq', { ...OPTIMIZED_JOB, OutputConfig: { SageMakerModel: { ModelName: 'm' } } }],
  ])('of %s is all that the handlers read', (_, jobType, jobName, answer) => {
    const config = bound(answer);
    expect(config).toMatchObject({ jobType, jobName, imported: true, ownsModelPackageGroup: false });
    expect(config.concurrency).toBeUndefined();
    const candidates = (described: object) => KINDS.get(jobType)!.job!.candidates!(described as Record<string, unknown>);
    expect(candidates(JSON.parse(config.pinned!))).toEqual(candidates(answer));
  });

  test('is nothing that has nothing to do with deploying, in whatever order it is written', () => {
    const other = {
      CreationTime: '2026-08-01T00:00:00Z',
      Tags: [{ Key: 'a', Value: 'b' }],
      ResponseMetadata: { RequestId: '1' },
      Recommendations: [{
        RecommendationDescription: 'the best',
        AIBenchmarkJobArn: 'arn',
        ...Object.fromEntries(Object.entries(REAL).reverse()),
        DeploymentConfiguration: Object.fromEntries(Object.entries({ ...REAL.DeploymentConfiguration, MinCpuMemoryRequiredInMb: null }).reverse()),
      }],
    };
    expect(pinned(other)).toBe(pinned(REAL_JOB));
    expect(pinned({ ...REAL_JOB, OutputConfig: undefined, AIRecommendationJobName: 'other' })).toBe(pinned(REAL_JOB));
  });

  test('changes with what is deployed', () => {
    const changed = { ...REAL, DeploymentConfiguration: { ...REAL.DeploymentConfiguration, ImageUri: 'image:2' } };
    expect(pinned({ Recommendations: [changed] })).not.toBe(pinned(REAL_JOB));
    expect(pinned({ Recommendations: [REAL, changed] })).not.toBe(pinned({ Recommendations: [changed, REAL] }));
  });

  test('does not depend on the order of members, whatever they are', () => {
    const shuffled = (value: unknown, seed: number): unknown => Array.isArray(value) ? value.map(each => shuffled(each, seed))
      : value !== null && typeof value === 'object'
        ? Object.fromEntries(Object.entries(value).map(([key, member], i) => [key, shuffled(member, seed), (i * 7919 + seed) % 13] as const)
          .sort((a, b) => a[2] - b[2]).map(([key, member]) => [key, member]))
        : value;
    fc.assert(fc.property(fc.constantFrom<object>(REAL_JOB, { Recommendations: [WITH_ADAPTERS, REAL] }, OPTIMIZED_JOB), fc.nat(), (answer, seed) => {
      expect(pinned(shuffled(answer, seed) as object)).toBe(pinned(answer));
    }), { numRuns: 50 });
  });

  test('is ASCII, since CloudFormation makes question marks of the rest', () => {
    const text = pinned({ Recommendations: [{ ...REAL, DeploymentConfiguration: { EnvironmentVariables: { PROMPT: 'Grüße 🎉' } } }] })!;
    expect(text).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(text).Recommendations[0].DeploymentConfiguration.EnvironmentVariables.PROMPT).toBe('Grüße 🎉');
  });

  test('keeps an empty variable, and a token in a text', () => {
    const image = `${new CfnParameter(fixture.stack, 'Account').valueAsString}.dkr.ecr.us-west-2.amazonaws.com/vllm`;
    const text = pinned({ Recommendations: [{ DeploymentConfiguration: { EnvironmentVariables: { EMPTY: '' }, ImageUri: image } }] });
    expect(fixture.stack.resolve(text)).toEqual({
      'Fn::Join': ['', [
        '{"Recommendations":[{"DeploymentConfiguration":{"EnvironmentVariables":{"EMPTY":""},"ImageUri":"', { Ref: 'Account' },
        '.dkr.ecr.us-west-2.amazonaws.com/vllm"}}]}',
      ]],
    });
  });

  test('says which adapters there are, once', () => {
    expect(bound({ Recommendations: [WITH_ADAPTERS, WITH_ADAPTERS] }).adapterIds).toEqual(['sql', 'chat']);
    expect(bound(REAL_JOB).adapterIds).toBeUndefined();
  });
});

describe('a file of this library', () => {
  test('is deployed like the answer in it', () => {
    const file = { version: 1, jobType: 'AIRecommendationJob', answer: REAL_JOB };
    expect(bound(file)).toEqual(bound(REAL_JOB));
    expect(bound({ ...file, jobName: 'nightly' }).jobName).toBe('nightly');
  });

  test.each<[object, string]>([
    [{ version: 2, jobType: 'AIRecommendationJob', answer: REAL_JOB }, 'version must be 1, got 2: a newer version of this library may have written it'],
    [{ version: 1, jobType: 'AIBenchmarkJob', answer: {} },
      'jobType must be one of AIRecommendationJob, InferenceRecommendationsJob, OptimizationJob, got "AIBenchmarkJob"'],
    [{ version: 1, jobType: 'AIRecommendationJob' }, 'answer must be an object, got undefined'],
  ])('%j is refused', (file, message) => {
    expect(() => pin(file)).toThrow(`PinnedRecommendation: ${message}`);
  });
});

describe('a file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pinned-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const file = (content: string | Buffer) => {
    writeFileSync(join(folder, 'recommendation.json'), content);
    return join(folder, 'recommendation.json');
  };

  test.each<[string, (text: string) => string | Buffer]>([
    ['in UTF-8', text => text],
    ['with a byte order mark', text => `\ufeff${text}`],
    ['that Windows PowerShell redirected', text => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ])('%s is read', (_, encode) => {
    const recommendation = PinnedRecommendation.fromFile(file(encode(json(RECOMMENDER_JOB))));
    expect(recommendation.bindRecommendation(deployment)).toEqual(bound(RECOMMENDER_JOB));
    expect(recommendation).toMatchObject({ jobType: 'InferenceRecommendationsJob', jobName: 'resnet' });
  });

  test('is found from the working directory', () => {
    expect(PinnedRecommendation.fromFile(relative(process.cwd(), file(json(REAL_JOB)))).jobName).toBe('rec-job-example');
  });

  test('that is wrong is named', () => {
    const path = file('{}');
    expect(() => PinnedRecommendation.fromFile(path)).toThrow(`PinnedRecommendation '${path}': the text must be the answer of`);
    expect(() => PinnedRecommendation.fromFile('no/such.json')).toThrow(
      `PinnedRecommendation 'no/such.json': path must be that of a file that can be read, relative to ${process.cwd()}, got 'no/such.json': ENOENT`);
    expect(() => PinnedRecommendation.fromFile(folder)).toThrow('EISDIR');
  });
});

describe('a text is refused', () => {
  const one = (recommendation: object) => json({ Recommendations: [recommendation] });
  test.each<[string, string, string]>([
    ['that is no JSON', 'AIRecommendationJobName: nightly', "the text must be JSON, got 'AIRecommendationJobName: nightly': Unexpected token"],
    ['that is cut off', '{"Recommendations": [', 'the text must be JSON, got'],
    ['that is empty', '', "the text must be JSON, got ''"],
    ['that is a list', '[]', 'the text must be a JSON object, got []'],
    ['of another job', json({ AIBenchmarkJobName: 'b', AIBenchmarkJobStatus: 'Completed' }),
      'the text must be the answer of aws sagemaker describe-ai-recommendation-job, or of aws sagemaker describe-inference-recommendations-job, or of '
      + "aws sagemaker describe-optimization-job, got an object with 'AIBenchmarkJobName, AIBenchmarkJobStatus'"],
    ['of a job that failed', json({ ...REAL_JOB, AIRecommendationJobStatus: 'Failed' }),
      'AIRecommendationJobStatus must be Completed, got "Failed": only the recommendations of a job that has completed can be deployed'],
    ['of a job that still runs', json({ ...OPTIMIZED_JOB, OptimizationJobStatus: 'INPROGRESS' }), 'OptimizationJobStatus must be COMPLETED, got "INPROGRESS"'],
    ['of a job that was stopped', json({ ...RECOMMENDER_JOB, Status: 'STOPPED' }), 'Status must be COMPLETED, got "STOPPED"'],
    ['without recommendations', json({ ...REAL_JOB, Recommendations: [] }), 'Recommendations must have at least one recommendation, got []'],
    ['whose recommendations are missing', json({ AIRecommendationJobName: 'nightly' }), 'Recommendations must have at least one recommendation, got none'],
    ['whose recommendation is none', json({ Recommendations: ['x'] }), 'Recommendations[0] must be an object, got "x"'],
    ['with a type that is a number', one({ DeploymentConfiguration: { InstanceType: 5 } }), 'Recommendations[0].DeploymentConfiguration.InstanceType must be a string, got 5'],
    ['with a count that is a string', one({ DeploymentConfiguration: { InstanceCount: '1' } }), 'Recommendations[0].DeploymentConfiguration.InstanceCount must be a number, got "1"'],
    ['with a variable that is a number', one({ DeploymentConfiguration: { EnvironmentVariables: { A: 1 } } }),
      'Recommendations[0].DeploymentConfiguration.EnvironmentVariables.A must be a string, got 1'],
    ['with channels that are no list', one({ DeploymentConfiguration: { S3: {} } }), 'Recommendations[0].DeploymentConfiguration.S3 must be a list, got {}'],
    ['with a figure that is neither', one({ ExpectedPerformance: [{ Value: [] }] }),
      'Recommendations[0].ExpectedPerformance[0].Value must be a number or a string, got []'],
    ['with a channel elsewhere', one({ DeploymentConfiguration: { S3: [{ ChannelName: 'base_model', Uri: '/models' }] } }),
      "Recommendations[0].DeploymentConfiguration.S3[0].Uri must be a URI like s3://bucket/prefix/, got '/models'"],
    ['that is too long for a deployment', json({ Recommendations: Array.from({ length: 60 }, () => REAL) }),
      'Recommendations must be at most 65536 characters long, got'],
  ])('%s', (_, text, message) => {
    expect(() => PinnedRecommendation.fromText(text)).toThrow(`PinnedRecommendation: ${message}`);
  });

  test('with all that is wrong at once', () => {
    expect(() => pin({ Recommendations: [{ DeploymentConfiguration: { InstanceCount: '1', ImageUri: 7 } }] })).toThrow('PinnedRecommendation has 2 invalid values');
  });
});

describe('the role of the endpoint', () => {
  test('may read the files that the text names, of all recommendations', () => {
    expect(readable(pin({ Recommendations: [REAL, REAL, WITH_ADAPTERS] }))).toEqual([
      'sagemaker-us-west-2-111122223333/models/gpt-oss-20b/*', 'sagemaker-us-west-2-111122223333/recommendations/*',
      'amzn-s3-demo-bucket/adapters/sql/*', 'amzn-s3-demo-bucket/adapters/chat/*',
    ]);
  });

  test('may read what an optimization job wrote', () => {
    expect(readable(pin(OPTIMIZED_JOB))).toEqual(['results/awq/*']);
  });

  test('may read the copies instead', () => {
    expect(readable(pin(REAL_JOB, {
      withoutModelPackage: true, artifacts: [{ channelName: 'base_model', source: ModelSource.fromBucket(fixture.models, 'copy') }],
    }))).toEqual(['sagemaker-us-west-2-111122223333/recommendations/*', 'copy/*']);
  });

  test('may read nothing where the text names nothing, which is said', () => {
    expect(readable(pin(RECOMMENDER_JOB))).toEqual([]);
    Annotations.fromStack(fixture.stack).hasWarning('/Stack/Deployment', saying('grant the endpoint\'s role read access to them'));
  });
});

describe('without the model package', () => {
  const copies = (...channelNames: string[]) => channelNames.map(channelName => ({ channelName, source: ModelSource.fromS3Uri('s3://copy/m/') }));

  test('the handler is told, and where the copies are', () => {
    expect(bound(REAL_JOB, { withoutModelPackage: true, artifacts: copies('base_model', 'model-output') })).toMatchObject({
      withoutModelPackage: true,
      artifacts: [{ channelName: 'base_model', s3Uri: 's3://copy/m/' }, { channelName: 'model-output', s3Uri: 's3://copy/m/' }],
    });
    expect(bound(OPTIMIZED_JOB, { artifacts: copies('model_data') }).artifacts).toHaveLength(1);
    const plain = bound(REAL_JOB);
    expect([plain.withoutModelPackage, plain.artifacts]).toEqual([undefined, undefined]);
  });

  test.each<[string, object, PinnedRecommendationOptions, string]>([
    ['copies beside a package', REAL_JOB, { artifacts: copies('base_model') },
      'artifacts is of no use with a model package, which names its files itself: set withoutModelPackage'],
    ['a channel that there is not', REAL_JOB, { withoutModelPackage: true, artifacts: copies('draft_model') },
      "artifacts[0].channelName must be a channel of the recommendation, one of base_model, model-output, got 'draft_model'"],
    ['a channel of what has none', RECOMMENDER_JOB, { artifacts: copies('model_data') }, 'artifacts[0].channelName must be a channel of the recommendation, which has none'],
    ['a channel twice', REAL_JOB, { withoutModelPackage: true, artifacts: copies('base_model', 'base_model') },
      "artifacts.channelName must be distinct, got 'base_model' more than once"],
    ['a channel that is in several places', { Recommendations: [REAL, { DeploymentConfiguration: { S3: [{ ChannelName: 'base_model', Uri: 's3://other/' }] } }] },
      { withoutModelPackage: true, artifacts: copies('base_model') }, 'artifacts[0].channelName must be a channel that all recommendations have in the same place'],
    ['a copy that is nowhere', REAL_JOB, { withoutModelPackage: true, artifacts: [{ channelName: 'base_model', source: ModelSource.fromS3Uri('copy') }] },
      "artifacts[0].source must be a URI like s3://bucket/prefix/, got 'copy'"],
    ['a copy of nothing, from JavaScript', REAL_JOB, { withoutModelPackage: true, artifacts: [{}] as never }, 'artifacts[0].channelName is required'],
    ['what has no image', RECOMMENDER_JOB, { withoutModelPackage: true },
      'withoutModelPackage must be left out for an InferenceRecommendationsJob without an image, which can only be deployed by its model package or its model'],
  ])('%s is refused', (_, answer, options, message) => {
    expect(() => pin(answer, options)).toThrow(message);
  });
});

describe('a model package elsewhere', () => {
  const warnings = (env: { account?: string; region?: string }, options?: PinnedRecommendationOptions) => {
    const stack = new Stack(new App(), 'Stack', { env });
    const construct = new Construct(stack, 'Deployment');
    new s3.Bucket(stack, 'Bucket');
    pin(REAL_JOB, options).bindRecommendation(construct);
    return Annotations.fromStack(stack).findWarning('*', saying('model package arn:aws:sagemaker:us-west-2:111122223333:model-package/rec-job-example/1 is'))
      .map(({ entry }) => String(entry.data));
  };

  test('is said to take what it takes', () => {
    expect(warnings({ account: '444455556666', region: 'eu-west-1' })[0]).toContain('is in us-west-2 and the stack in eu-west-1, where it can\'t be deployed, '
      + 'and of account 111122223333 and the stack of 444455556666, with which its group must be shared by a resource policy: see to that, '
      + 'or set withoutModelPackage, with artifacts for copies of its files');
  });

  test.each<[string, object, PinnedRecommendationOptions | undefined]>([
    ['in the account and Region of the stack', ENV, undefined],
    ['that nobody knows to be elsewhere', {}, undefined],
    ['that is not deployed', { account: '444455556666', region: 'eu-west-1' }, { withoutModelPackage: true }],
  ])('is no matter for one %s', (_, env, options) => {
    expect(warnings(env, options)).toEqual([]);
  });
});
