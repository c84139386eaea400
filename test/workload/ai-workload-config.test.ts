import { CfnParameter, CfnResource, RemovalPolicy, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { errorOf, only, testStack, TYPE, warningsOf } from './fixture';
import { AiWorkloadConfig, ArrivalPattern, Dataset, DatasetFormat, InputChannel, PublicDataset, RequestTemplate, WorkloadSpec } from '../../src/workload';

const spec = WorkloadSpec.synthetic({ inputTokens: { mean: 550 } });

test('the resource is called Resource, and its attributes are the name and ARN', () => {
  const stack = testStack();
  const config = new AiWorkloadConfig(stack, 'Chat', { spec });
  const logicalId = stack.getLogicalId(config.node.findChild('Resource') as CfnResource);
  expect(stack.resolve(config.workloadConfigName)).toEqual({ 'Fn::GetAtt': [logicalId, 'Name'] });
  expect(stack.resolve(config.workloadConfigArn)).toEqual({ 'Fn::GetAtt': [logicalId, 'Arn'] });
});

test('without a name there is no prefix', () => {
  const stack = testStack();
  new AiWorkloadConfig(stack, 'Chat', { spec });
  expect(only(stack, TYPE).Properties.NamePrefix).toBeUndefined();
});

test.each(['a', '7', 'chat-eu--1', 'x'.repeat(46)])('%p is a prefix', (workloadConfigName) => {
  const stack = testStack();
  new AiWorkloadConfig(stack, 'Chat', { spec, workloadConfigName });
  expect(only(stack, TYPE).Properties.NamePrefix).toBe(workloadConfigName);
});

test.each([
  ['Chat', 'lower-case'], ['-chat', 'begin and end'], ['chat-', 'begin and end'], ['a_b', 'hold only'], ['', '1 to 46'], ['x'.repeat(47), '1 to 46'],
])('%p is no prefix', (workloadConfigName, rule) => {
  expect(errorOf({ spec, workloadConfigName })).toContain(rule);
});

test('goes with the stack unless it is retained', () => {
  const stack = testStack();
  new AiWorkloadConfig(stack, 'Chat', { spec });
  expect(only(stack, TYPE).DeletionPolicy ?? 'Delete').toBe('Delete');

  const other = testStack();
  new AiWorkloadConfig(other, 'Chat', { spec, removalPolicy: RemovalPolicy.RETAIN });
  expect(only(other, TYPE)).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
});

test('applyRemovalPolicy reaches the resource', () => {
  const stack = testStack();
  new AiWorkloadConfig(stack, 'Chat', { spec }).applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  expect(only(stack, TYPE).DeletionPolicy).toBe('RetainExceptOnCreate');
});

test('carries tags', () => {
  const stack = testStack();
  Tags.of(new AiWorkloadConfig(stack, 'Chat', { spec })).add('team', 'search');
  expect(only(stack, TYPE).Properties.Tags).toContainEqual({ Key: 'team', Value: 'search' });
});

test('one specification serves several workload configurations', () => {
  const stack = testStack();
  new AiWorkloadConfig(stack, 'A', { spec });
  new AiWorkloadConfig(stack, 'B', { spec });
  Template.fromStack(stack).resourceCountIs(TYPE, 2);
});

describe('what jobs learn about the dataset', () => {
  test.each<[string, (bucket: s3.IBucket) => WorkloadSpec, boolean, DatasetFormat | undefined]>([
    ['synthetic', () => spec, false, undefined],
    ['a public dataset', () => WorkloadSpec.dataset({ dataset: Dataset.fromPublic(PublicDataset.SHAREGPT) }), false, undefined],
    ['a dataset in S3', (bucket) => WorkloadSpec.dataset({ dataset: Dataset.fromBucket(bucket, 'a', { fileName: 'a' }) }), true, undefined],
    ['a dataset of a format', (bucket) => WorkloadSpec.concurrencySweep({
      concurrencies: [1, 2], dataset: Dataset.fromBucket(bucket, 'a', { fileName: 'a', format: DatasetFormat.SHAREGPT }),
    }), true, DatasetFormat.SHAREGPT],
    ['a template', (bucket) => WorkloadSpec.template({
      template: RequestTemplate.fromBucket(bucket, 'a', { fileName: 'a', responseField: 'a' }),
    }), false, undefined],
  ])('%s', (_, specOf, hasDataset, datasetFormat) => {
    const stack = testStack();
    const config = new AiWorkloadConfig(stack, 'Chat', { spec: specOf(new s3.Bucket(stack, 'Bucket')) });
    expect(config).toMatchObject({ hasDataset });
    expect(config.datasetFormat).toBe(datasetFormat);
  });
});

describe('whether only benchmark jobs run it', () => {
  const benchmark = { type: 'aiperf' };

  test.each<[string, WorkloadSpec, boolean | undefined]>([
    ['one load test', spec, false],
    ['a sweep', WorkloadSpec.concurrencySweep({ concurrencies: [1, 2] }), true],
    ['a search', WorkloadSpec.concurrencySearch({ sla: { errorRate: 0.01 } }), true],
    ['a document with one load test', WorkloadSpec.custom({ benchmark, parameters: { concurrency: 5 } }), false],
    ['a document with a sweep', WorkloadSpec.custom({ benchmark, parameters: { concurrency: [1, 2] } }), true],
    ['JSON with a sweep', WorkloadSpec.customText('{"benchmark":{"type":"aiperf"},"parameters":{"concurrency":[1,2]}}'), true],
    ['YAML', WorkloadSpec.customText('benchmark: {type: aiperf}'), undefined],
  ])('%s', (_, workload, benchmarkOnly) => {
    expect(new AiWorkloadConfig(testStack(), 'Chat', { spec: workload }).benchmarkOnly).toBe(benchmarkOnly);
  });

  test('an import', () => {
    expect(AiWorkloadConfig.fromWorkloadConfigName(testStack(), 'Chat', 'chat').benchmarkOnly).toBeUndefined();
  });
});

describe('grants.readInputs', () => {
  const role = (stack = testStack()) => new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });

  test('allows to read the folder, no more of the bucket, and the key', () => {
    const stack = testStack();
    const bucket = new s3.Bucket(stack, 'Bucket', { encryptionKey: new kms.Key(stack, 'Key') });
    const config = new AiWorkloadConfig(stack, 'Chat', {
      spec: WorkloadSpec.dataset({ dataset: Dataset.fromBucket(bucket, 'chat', { fileName: 'a.jsonl' }) }),
    });
    config.grants.readInputs(role(stack)).assertSuccess();

    const arn = { 'Fn::GetAtt': [stack.getLogicalId(bucket.node.defaultChild as CfnResource), 'Arn'] };
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: Match.stringLikeRegexp('^RoleDefaultPolicy'),
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Action: 's3:GetObject', Resource: { 'Fn::Join': ['', [arn, '/chat/*']] } }),
          Match.objectLike({ Action: ['s3:ListBucket', 's3:GetBucketLocation'], Resource: arn }),
          Match.objectLike({ Action: 'kms:Decrypt' }),
        ],
      },
    });
  });

  test('allows to read the secret and its key', () => {
    const stack = testStack();
    const secret = new secretsmanager.Secret(stack, 'Secret', { encryptionKey: new kms.Key(stack, 'Key') });
    const config = new AiWorkloadConfig(stack, 'Chat', { spec: WorkloadSpec.synthetic({ inputTokens: { mean: 5 }, huggingFaceToken: secret }) });
    config.grants.readInputs(role(stack));
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: Match.stringLikeRegexp('^RoleDefaultPolicy'),
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
            Resource: { Ref: stack.getLogicalId(secret.node.defaultChild as CfnResource) },
          }),
        ],
      },
    });
    // The key trusts the role when it comes through Secrets Manager: that is in the key's own policy.
    Template.fromStack(stack).hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: { Statement: Match.arrayWith([Match.objectLike({ Action: 'kms:Decrypt', Condition: Match.anyValue() })]) },
    });
  });

  test('allows to read what a custom specification refers to', () => {
    const stack = testStack();
    const config = new AiWorkloadConfig(stack, 'Chat', {
      spec: WorkloadSpec.custom({ benchmark: { type: 'aiperf' } }, {
        channels: [InputChannel.fromBucket(new s3.Bucket(stack, 'Bucket'), 'a', { channelName: 'a' })],
        secrets: [new secretsmanager.Secret(stack, 'Secret')],
      }),
    });
    config.grants.readInputs(role(stack));
    const policies = JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    expect(policies).toContain('/a/*');
    expect(policies).toContain('secretsmanager:GetSecretValue');
  });

  test('adds nothing to the role when there is nothing to read', () => {
    const stack = testStack();
    const grantee = role(stack);
    new AiWorkloadConfig(stack, 'Chat', { spec }).grants.readInputs(grantee);
    expect(grantee.node.tryFindChild('DefaultPolicy')).toBeUndefined();
  });
});

describe('imports', () => {
  const ARN = 'arn:aws:sagemaker:us-west-2:111122223333:ai-workload-config/chat-0123456789abcdef';

  test('by name', () => {
    const stack = testStack();
    const config = AiWorkloadConfig.fromWorkloadConfigName(stack, 'Chat', 'chat-0123456789abcdef');
    expect(config.workloadConfigName).toBe('chat-0123456789abcdef');
    expect(stack.resolve(config.workloadConfigArn)).toEqual({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sagemaker:us-west-2:111122223333:ai-workload-config/chat-0123456789abcdef']],
    });
    expect(config.hasDataset).toBeUndefined();
    Template.fromStack(stack).templateMatches({ Resources: Match.absent() });
  });

  test('by ARN', () => {
    const config = AiWorkloadConfig.fromWorkloadConfigArn(testStack(), 'Chat', ARN);
    expect(config.workloadConfigName).toBe('chat-0123456789abcdef');
    expect(config.workloadConfigArn).toBe(ARN);
    expect(config.env).toMatchObject({ account: '111122223333', region: 'us-west-2' });
  });

  test('by attributes, with what they say', () => {
    const stack = testStack();
    const bucket = s3.Bucket.fromBucketName(stack, 'Bucket', 'prompts');
    const config = AiWorkloadConfig.fromWorkloadConfigAttributes(stack, 'Chat', {
      workloadConfigName: 'chat',
      hasDataset: true,
      datasetFormat: DatasetFormat.OPENAI_CHAT,
      inputs: [InputChannel.fromBucket(bucket, 'chat/', { channelName: 'dataset' })],
      secrets: [secretsmanager.Secret.fromSecretNameV2(stack, 'Secret', 'hf')],
    });
    expect(config).toMatchObject({ hasDataset: true, datasetFormat: DatasetFormat.OPENAI_CHAT });
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    config.grants.readInputs(role);
    const policy = JSON.stringify(only(stack, 'AWS::IAM::Policy'));
    expect(policy).toContain(':s3:::prompts/chat/*');
    expect(policy).toContain(':secret:hf-??????');
  });

  test.each(['', 'a b!', '-a', 'a-', 'x'.repeat(64)])('%p is no name', (name) => {
    expect(() => AiWorkloadConfig.fromWorkloadConfigName(testStack(), 'Chat', name)).toThrow("AiWorkloadConfig 'Stack/Chat': workloadConfigName must "
      + `be 1 to 63 letters, digits and hyphens, and begin and end with a letter or a digit, got '${name}'`);
  });

  test.each(['chat', '', 'arn:aws:sagemaker:us-west-2:111122223333:model/chat', 'arn:aws:s3:::chat'])('%p is no ARN', (arn) => {
    expect(() => AiWorkloadConfig.fromWorkloadConfigArn(testStack(), 'Chat', arn)).toThrow("AiWorkloadConfig 'Stack': workloadConfigArn must be the ARN "
      + `of a workload configuration, like arn:aws:sagemaker:us-west-2:111122223333:ai-workload-config/chat, got '${arn}'`);
  });

  test('by a name or ARN that is only known at deployment', () => {
    const stack = testStack();
    const parameter = new CfnParameter(stack, 'Parameter').valueAsString;
    expect(AiWorkloadConfig.fromWorkloadConfigName(stack, 'Name', parameter).workloadConfigName).toBe(parameter);
    expect(AiWorkloadConfig.fromWorkloadConfigArn(stack, 'Arn', parameter).workloadConfigArn).toBe(parameter);
  });

  test('an invalid folder is refused', () => {
    const stack = testStack();
    const bucket = s3.Bucket.fromBucketName(stack, 'Bucket', 'prompts');
    expect(() => AiWorkloadConfig.fromWorkloadConfigAttributes(stack, 'Chat', {
      workloadConfigName: 'chat', inputs: [InputChannel.fromBucket(bucket, '/chat', { channelName: 'dataset' })],
    })).toThrow("AiWorkloadConfig 'Stack/Chat': input channel 'dataset': prefix must not begin with a slash, got '/chat'");
  });
});

describe('warnings', () => {
  const bucketIn = (region: string) => s3.Bucket.fromBucketAttributes(testStack(), 'Bucket', { bucketName: 'prompts', region });

  test.each<[string, WorkloadSpec, string[]]>([
    ['as many requests as the concurrency', WorkloadSpec.synthetic({ inputTokens: { mean: 5 }, concurrency: 10, requestCount: 10 }), []],
    ['fewer', WorkloadSpec.synthetic({ inputTokens: { mean: 5 }, concurrency: 10, requestCount: 9 }),
      ['cdk-sagemaker-inference:fewerRequestsThanConcurrency']],
    ['fewer than the highest level of a sweep', WorkloadSpec.concurrencySweep({ concurrencies: [1, 10, 5], requestCount: 9 }),
      ['cdk-sagemaker-inference:fewerRequestsThanConcurrency']],
    ['answers of 32 tokens', WorkloadSpec.synthetic({ inputTokens: { mean: 5 }, outputTokens: { mean: 32 } }), []],
    ['shorter answers', WorkloadSpec.synthetic({ inputTokens: { mean: 5 }, outputTokens: { mean: 31 } }), ['cdk-sagemaker-inference:shortAnswers']],
    ['an arrival pattern without a rate', WorkloadSpec.synthetic({ inputTokens: { mean: 5 }, requestRateMode: ArrivalPattern.CONSTANT }),
      ['cdk-sagemaker-inference:arrivalsWithoutRate']],
    ['smoothness without a rate', WorkloadSpec.synthetic({ inputTokens: { mean: 5 }, arrivalSmoothness: 2 }),
      ['cdk-sagemaker-inference:arrivalsWithoutRate']],
    ['an arrival pattern with a rate', WorkloadSpec.synthetic({ inputTokens: { mean: 5 }, requestRate: 1, requestRateMode: ArrivalPattern.CONSTANT }), []],
    ['a dataset in another Region', WorkloadSpec.dataset({ dataset: Dataset.fromBucket(bucketIn('eu-west-1'), 'a', { fileName: 'a' }) }),
      ['cdk-sagemaker-inference:inputChannelBucketRegion']],
    ['a dataset in the Region', WorkloadSpec.dataset({ dataset: Dataset.fromBucket(bucketIn('us-west-2'), 'a', { fileName: 'a' }) }), []],
    ['a public dataset', WorkloadSpec.dataset({ dataset: Dataset.fromPublic(PublicDataset.of('sharegpt')) }),
      ['cdk-sagemaker-inference:publicDatasetNeedsInternet']],
  ])('%s', (_, suspicious, ids) => {
    expect(warningsOf(suspicious)).toEqual(ids);
  });
});
