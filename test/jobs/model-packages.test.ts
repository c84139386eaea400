import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ENV, JobFixture } from './fixture';
import { AI_RECOMMENDATION_JOB } from '../../lambda/kinds/ai-recommendation-job';
import { AdapterSource, AiRecommendationJob, AiWorkloadConfig, JobOutput, ModelSource, ModelPackageGroup, WorkloadSpec } from '../../src';

const SHARING = 'Custom::SageMakerModelPackageSharing';

let fixture: JobFixture;
beforeEach(() => {
  fixture = new JobFixture(ENV);
});

describe('what becomes of the packages', () => {
  test.each<[RemovalPolicy | undefined, string | undefined]>([
    [undefined, undefined],
    [RemovalPolicy.RETAIN, undefined],
    [RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, undefined],
    [RemovalPolicy.DESTROY, 'Destroy'],
  ])('%s', (modelPackageRemovalPolicy, rendered) => {
    fixture.job({ modelPackageRemovalPolicy });
    expect(fixture.jobProperties().ModelPackages).toBe(rendered);
    expect(fixture.jobProperties().Request).not.toHaveProperty('ModelPackages');
  });

  test('is not a snapshot', () => {
    expect(() => fixture.job({ modelPackageRemovalPolicy: RemovalPolicy.SNAPSHOT })).toThrow(
      "modelPackageRemovalPolicy must be one of destroy, retain, retain-on-update-or-delete, got 'snapshot'");
  });
});

describe('who may deploy the packages', () => {
  test('is the account alone', () => {
    fixture.job();
    fixture.template().resourceCountIs(SHARING, 0);
  });

  test('is who the job names, when it has completed', () => {
    fixture.job({ modelPackagesSharedWith: ['444455556666'] });
    const [wait] = Object.keys(fixture.template().findResources('Custom::SageMakerJobWait', { Properties: { Last: 'true' } }));
    expect(fixture.single(SHARING).Properties).toMatchObject({ Group: { 'Fn::GetAtt': [wait, 'ModelPackageGroup'] }, Accounts: ['444455556666'] });
  });

  test.each<[string, object, string]>([
    ['nobody', { modelPackagesSharedWith: [] }, 'modelPackagesSharedWith takes at least 1 accounts, got 0: leave it out to share with none'],
    ['what is no account', { modelPackagesSharedWith: ['o-exampleorgid'] }, "modelPackagesSharedWith[0] must be the id of an account, which has 12 digits, got 'o-"],
    ['somebody twice', { modelPackagesSharedWith: ['444455556666', '444455556666'] }, 'modelPackagesSharedWith must be distinct'],
    ['the account itself', { modelPackagesSharedWith: [ENV.account] }, 'must be another account than that of the stack'],
    ['anybody, if the group is of another account', {
      modelPackagesSharedWith: ['777788889999'],
      modelPackageGroup: ModelPackageGroup.fromArn('arn:aws:sagemaker:us-west-2:444455556666:model-package-group/chat'),
    }, 'modelPackageGroup must be of the account of the stack, 111122223333, got one of 444455556666: share it from there'],
  ])('is not %s', (_, props, message) => {
    expect(() => fixture.job(props)).toThrow(message);
  });
});

test('another account may read what the packages point to', () => {
  const key = new kms.Key(fixture.stack, 'Key');
  const models = new s3.Bucket(fixture.stack, 'Encrypted', { encryptionKey: key });
  const job = fixture.job({ model: ModelSource.fromBucket(models, 'llama/') });
  const grant = job.grants.readArtifacts(new iam.AccountPrincipal('444455556666'));
  expect(grant.success).toBe(true);
  const statements = Object.values<any>(fixture.template().findResources('AWS::S3::BucketPolicy')).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  const theirs = statements.filter(({ Principal }) => JSON.stringify(Principal).includes('444455556666'));
  expect(JSON.stringify(theirs)).toContain('/llama/*');
  expect(JSON.stringify(theirs)).toContain('/recommendations/*');
  expect(theirs.flatMap(({ Action }) => Action)).toEqual(expect.arrayContaining(['s3:GetObject', 's3:ListBucket']));
  const [policy] = Object.values<any>(fixture.template().findResources('AWS::KMS::Key')).map(({ Properties }) => Properties.KeyPolicy.Statement);
  expect(JSON.stringify(policy.filter(({ Action }: any) => Action === 'kms:Decrypt'))).toContain('444455556666');
});

test('where nothing can be granted, the grant says so', () => {
  const job = fixture.job({ model: ModelSource.fromS3Uri('s3://models/llama/'), output: JobOutput.toS3Uri('s3://results/') });
  expect(job.grants.readArtifacts(new iam.AccountPrincipal('444455556666')).success).toBe(false);
});

describe('the attributes of a job', () => {
  const { attributes } = AI_RECOMMENDATION_JOB.job!;
  const answer = (...arns: (string | undefined)[]) => ({ Recommendations: arns.map(ModelPackageArn => ({ ModelDetails: { ModelPackageArn } })) });
  const arn = (version: number) => `arn:aws:sagemaker:us-west-2:111122223333:model-package/chat/${version}`;

  test.each<[string, object, string, number]>([
    ['each package once, best first', answer(arn(2), arn(1), arn(2)), `${arn(2)},${arn(1)}`, 2],
    ['none', answer(undefined), '', 0],
    ['nothing, of a job without recommendations', {}, '', 0],
  ])('tell %s', (_, described, arns, count) => {
    expect(attributes.ModelPackageArns(described as never)).toBe(arns);
    expect(attributes.ModelPackageCount(described as never)).toBe(count);
  });

  test('tell as many as there is room for, each whole', () => {
    const described = answer(...Array.from({ length: 100 }, (__, i) => arn(i)));
    const told = String(attributes.ModelPackageArns(described));
    expect(Buffer.byteLength(told)).toBeLessThanOrEqual(1000);
    expect(told.split(',')).toEqual(told.split(',').map((__, i) => arn(i)));
    expect(attributes.ModelPackageCount(described)).toBe(100);
  });

  test('come from the wait', () => {
    const job = fixture.job();
    const [wait] = Object.keys(fixture.template().findResources('Custom::SageMakerJobWait', { Properties: { Last: 'true' } }));
    expect(fixture.stack.resolve(job.modelPackageArns)).toEqual({ 'Fn::GetAtt': [wait, 'ModelPackageArns'] });
    expect(fixture.stack.resolve(job.modelPackageCount)).toEqual({ 'Fn::GetAtt': [wait, 'ModelPackageCount'] });
  });
});

describe('what a deployment gets to know', () => {
  const scope = () => new Stack(fixture.app, `Stack${fixture.app.node.children.length}`, { env: ENV });
  const bound = (spec: WorkloadSpec) => fixture.job({ workloadConfig: new AiWorkloadConfig(fixture.stack, 'Chat', { spec }) }).bindRecommendation(fixture.stack);
  const tokens = { inputTokens: { mean: 550 }, outputTokens: { mean: 150 } };

  test.each<[string, WorkloadSpec, number | undefined]>([
    ['the concurrency of typed traffic', WorkloadSpec.synthetic({ ...tokens, concurrency: 10 }), 10],
    ['none that was not said', WorkloadSpec.synthetic(tokens), undefined],
    ['none of a sweep', WorkloadSpec.concurrencySweep({ ...tokens, concurrencies: [1, 2] }), undefined],
    ['that of a document', WorkloadSpec.custom({ benchmark: { type: 'aiperf' }, parameters: { concurrency: 7 } }), 7],
    ['that of a text in JSON', WorkloadSpec.customText('{"benchmark":{"type":"aiperf"},"parameters":{"concurrency":8}}'), 8],
    ['none of a text in YAML', WorkloadSpec.customText('benchmark: {type: aiperf}\nparameters: {concurrency: 8}'), undefined],
  ])('%s', (_, spec, concurrency) => {
    expect(bound(spec).concurrency).toBe(concurrency);
  });

  test('the ids of adapters, from wherever they come', () => {
    const adapters = AdapterSource.fromModelPackages([
      { adapterId: 'legal', modelPackageArn: 'arn:aws:sagemaker:us-west-2:111122223333:model-package/adapters/1' },
      { adapterId: 'medical', modelPackageArn: 'arn:aws:sagemaker:us-west-2:111122223333:model-package/adapters/2' },
    ]);
    expect(fixture.job({ adapters }).bindRecommendation(fixture.stack).adapterIds).toEqual(['legal', 'medical']);
    expect(fixture.job({}, 'Plain').bindRecommendation(fixture.stack).adapterIds).toBeUndefined();
    const imported = AiRecommendationJob.fromRecommendationJobAttributes(scope(), 'Job', { recommendationJobName: 'chat', adapters });
    expect(imported.bindRecommendation(scope()).adapterIds).toEqual(['legal', 'medical']);
  });
});
