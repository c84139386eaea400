import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { CfnParameter, CfnResource, Size, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { errorOf, only, testStack, TYPE } from './fixture';
import { AiWorkloadConfig, Dataset, DatasetFormat, InputChannel, RequestTemplate, WorkloadSpec } from '../../src/workload';
import { contentHash } from '../../src/workload/private/content-hash';

const DEPLOYMENT = 'Custom::CDKBucketDeployment';
let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dataset-'));
  fs.writeFileSync(path.join(folder, 'prompts.jsonl'), '{"text":"a"}\n');
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

function deploy(options: { prefix?: string; format?: DatasetFormat; file?: string; memoryLimit?: Size } = {}): Stack {
  const stack = testStack();
  const destinationBucket = s3.Bucket.fromBucketName(stack, 'Bucket', 'uploads');
  new AiWorkloadConfig(stack, 'Chat', {
    spec: WorkloadSpec.dataset({
      dataset: Dataset.fromLocal(path.join(folder, options.file ?? 'prompts.jsonl'), {
        destinationBucket, destinationPrefix: options.prefix, format: options.format, memoryLimit: options.memoryLimit,
      }),
    }),
  });
  return stack;
}

const s3Uri = (stack: Stack): string => only(stack, TYPE).Properties.Request.DatasetConfig.InputDataConfig[0].DataSource.S3DataSource.S3Uri;
const inputFile = (stack: Stack): string =>
  JSON.parse(only(stack, TYPE).Properties.Request.AIWorkloadConfigs.WorkloadSpec.Inline).parameters.input_file;

test('a file is uploaded to a folder that is named by its content', () => {
  const stack = deploy();
  const deployment = only(stack, DEPLOYMENT).Properties;
  expect(deployment.DestinationBucketName).toBe('uploads');
  expect(deployment.DestinationBucketKeyPrefix).toMatch(/^datasets\/[0-9a-f]{16}\/$/);
  expect(deployment.Prune).toBe(false);
  expect(s3Uri(stack)).toBe(`s3://uploads/${deployment.DestinationBucketKeyPrefix}`);
  expect(inputFile(stack)).toBe('/opt/ml/input/data/dataset/prompts.jsonl');
});

test('what was uploaded stays, since a running job or a rollback may need it', () => {
  // Left out means retained.
  expect(only(deploy(), DEPLOYMENT).Properties.RetainOnDelete ?? true).toBe(true);
});

test('the workload configuration waits for the upload', () => {
  const stack = deploy();
  const [deployment] = Object.keys(Template.fromStack(stack).findResources(DEPLOYMENT));
  expect(only(stack, TYPE).DependsOn).toContain(deployment);
});

test('another content is another workload, the same content is the same', () => {
  const before = s3Uri(deploy());
  expect(s3Uri(deploy())).toBe(before);
  fs.appendFileSync(path.join(folder, 'prompts.jsonl'), '{"text":"b"}\n');
  expect(s3Uri(deploy())).not.toBe(before);
});

test('only the file itself counts, not what is beside it', () => {
  const before = s3Uri(deploy());
  fs.writeFileSync(path.join(folder, 'notes.txt'), 'x');
  const after = deploy();
  expect(s3Uri(after)).toBe(before);
  expect(only(after, DEPLOYMENT).Properties.SourceObjectKeys).toEqual(only(deploy(), DEPLOYMENT).Properties.SourceObjectKeys);
});

test('a prefix and memory of one\'s own', () => {
  const stack = deploy({ prefix: 'team/chat', memoryLimit: Size.mebibytes(1024) });
  expect(s3Uri(stack)).toMatch(/^s3:\/\/uploads\/team\/chat\/[0-9a-f]{16}\/$/);
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', { MemorySize: 1024, Handler: 'index.handler', Timeout: 900 });
});

test('a folder', () => {
  const stack = deploy({ file: '.', format: DatasetFormat.SAGEMAKER_DATACAPTURE });
  expect(inputFile(stack)).toBe('/opt/ml/input/data/dataset/');
  Template.fromStack(stack).resourceCountIs(DEPLOYMENT, 1);
});

test('a template and a dataset are two uploads', () => {
  fs.writeFileSync(path.join(folder, 'tgi.jinja'), '{"inputs": "{{ text }}"}');
  const stack = testStack();
  const destinationBucket = new s3.Bucket(stack, 'Bucket');
  const config = new AiWorkloadConfig(stack, 'Chat', {
    spec: WorkloadSpec.template({
      template: RequestTemplate.fromLocal(path.join(folder, 'tgi.jinja'), { destinationBucket, responseField: 'generated_text' }),
      dataset: Dataset.fromLocal(path.join(folder, 'prompts.jsonl'), { destinationBucket }),
    }),
  });
  expect(config.node.children.map(({ node }) => node.id)).toEqual(['Upload-dataset', 'Upload-template', 'Resource']);
  expect(JSON.parse(only(stack, TYPE).Properties.Request.AIWorkloadConfigs.WorkloadSpec.Inline).parameters.extra_inputs)
    .toBe('payload_template:/opt/ml/input/data/template/tgi.jinja response_field:generated_text');
  const bucketId = stack.getLogicalId(destinationBucket.node.defaultChild as CfnResource);
  expect(only(stack, TYPE).Properties.Request.DatasetConfig.InputDataConfig.map((channel: any) => channel.DataSource.S3DataSource.S3Uri)).toEqual([
    { 'Fn::Join': ['', ['s3://', { Ref: bucketId }, `/datasets/${contentHash(path.join(folder, 'prompts.jsonl'))}/`]] },
    { 'Fn::Join': ['', ['s3://', { Ref: bucketId }, `/datasets/${contentHash(path.join(folder, 'tgi.jinja'))}/`]] },
  ]);
});

describe('what is wrong', () => {
  const bucket = s3.Bucket.fromBucketName(testStack(), 'Bucket', 'uploads');
  const of = (name: string, options: { fileName?: string; destinationPrefix?: string } = {}) =>
    errorOf({ spec: WorkloadSpec.dataset({ dataset: Dataset.fromLocal(path.join(folder, name), { destinationBucket: bucket, ...options }) }) });

  test('a path that leads nowhere', () => {
    expect(of('missing.jsonl', { fileName: 'a' })).toBe('AiWorkloadConfig \'Stack/Chat\': input channel \'dataset\': localPath must exist, ' +
      `got '${path.join(folder, 'missing.jsonl')}': relative paths start at the working directory`);
  });

  test('a folder that does not hold the file', () => {
    expect(of('.', { fileName: 'a.jsonl' })).toContain(`dataset: fileName must be a file in '${folder}', got 'a.jsonl'`);
  });

  test('a path that leads nowhere needs no name of a file', () => {
    expect(of('missing.jsonl')).toBe('AiWorkloadConfig \'Stack/Chat\': input channel \'dataset\': localPath must exist, ' +
      `got '${path.join(folder, 'missing.jsonl')}': relative paths start at the working directory`);
  });

  test('a link that leads nowhere', () => {
    fs.symlinkSync(path.join(folder, 'gone'), path.join(folder, 'link.jsonl'));
    expect(of('.', { fileName: 'prompts.jsonl' })).toBe('AiWorkloadConfig \'Stack/Chat\': input channel \'dataset\': ' +
      `localPath must hold no links that lead nowhere, got '${path.join(folder, 'link.jsonl')}'`);
  });

  test('a file without content', () => {
    fs.writeFileSync(path.join(folder, 'empty.jsonl'), '');
    expect(of('empty.jsonl')).toBe('AiWorkloadConfig \'Stack/Chat\': input channel \'dataset\': localPath must not be empty, ' +
      `got '${path.join(folder, 'empty.jsonl')}': nothing in it has content`);
    expect(of('.', { fileName: 'empty.jsonl' }))
      .toBe("AiWorkloadConfig 'Stack/Chat': dataset: fileName must be a file with content, got the empty 'empty.jsonl'");
  });

  test('a folder without files', () => {
    fs.mkdirSync(path.join(folder, 'sub'));
    const dataset = Dataset.fromLocal(path.join(folder, 'sub'), { destinationBucket: bucket, format: DatasetFormat.SAGEMAKER_DATACAPTURE });
    expect(errorOf({ spec: WorkloadSpec.dataset({ dataset }) })).toContain('localPath must not be empty');
  });

  test('a channel whose name is only known at deployment', () => {
    const channelName = new CfnParameter(testStack(), 'Name').valueAsString;
    const additionalInputs = [InputChannel.fromLocal(folder, { channelName, destinationBucket: bucket })];
    expect(errorOf({ spec: WorkloadSpec.synthetic({ inputTokens: { mean: 5 }, additionalInputs }) }))
      .toContain('channelName must be known at synthesis: give it as plain text');
  });

  test('a folder that does', () => {
    expect(of('.', { fileName: 'prompts.jsonl' })).toBe('no error');
  });

  test('two names for one file', () => {
    expect(of('prompts.jsonl', { fileName: 'a.jsonl' })).toContain('dataset: fileName must be left out when the path is a file');
  });

  test.each([['x'.repeat(84), 'no error'], ['x'.repeat(85), 'must be 0 to 85 characters long, got 86']])('a prefix of %p', (destinationPrefix, message) => {
    expect(of('prompts.jsonl', { destinationPrefix })).toContain(message);
  });

  test('a slash in front of the prefix', () => {
    expect(of('prompts.jsonl', { destinationPrefix: '/x' })).toContain("destinationPrefix must not begin with a slash, got '/x'");
  });

  test('a template that is a folder', () => {
    const template = RequestTemplate.fromLocal(folder, { destinationBucket: bucket, responseField: 'a' });
    expect(errorOf({ spec: WorkloadSpec.template({ template }) })).toContain(`template: localPath must be a file, got the folder '${folder}'`);
  });

  test('local files in an import, which would upload what nobody reads', () => {
    const stack = testStack();
    const inputs = [InputChannel.fromLocal(folder, { channelName: 'a', destinationBucket: bucket })];
    expect(() => AiWorkloadConfig.fromWorkloadConfigAttributes(stack, 'Chat', { workloadConfigName: 'chat', inputs }))
      .toThrow("AiWorkloadConfig 'Stack/Chat': inputs must be in S3 already, got the local files of 'a': use InputChannel.fromBucket");
  });
});

describe('contentHash', () => {
  // Frozen: another hash is another prefix, so another job for everybody.
  test('is what it always was', () => {
    expect(contentHash(path.join(folder, 'prompts.jsonl'))).toBe('8704044152104198');
  });

  test('of a folder with one file is that of the file', () => {
    expect(contentHash(folder)).toBe(contentHash(path.join(folder, 'prompts.jsonl')));
  });

  test('sees names, subfolders and where a file ends', () => {
    const hashes = new Set([contentHash(folder)]);
    fs.mkdirSync(path.join(folder, 'sub'));
    fs.writeFileSync(path.join(folder, 'sub', 'a'), 'x');
    hashes.add(contentHash(folder));
    fs.renameSync(path.join(folder, 'sub', 'a'), path.join(folder, 'sub', 'b'));
    hashes.add(contentHash(folder));
    fs.writeFileSync(path.join(folder, 'sub', 'b'), 'xx');
    hashes.add(contentHash(folder));
    expect(hashes.size).toBe(4);
  });

  test('reads files that are larger than its buffer to their end', () => {
    const file = path.join(folder, 'large');
    const content = Buffer.alloc(3 * 1024 * 1024 + 1);
    fs.writeFileSync(file, content);
    const before = contentHash(file);
    content[content.length - 1] = 1;
    fs.writeFileSync(file, content);
    expect(contentHash(file)).not.toBe(before);
  });
});
