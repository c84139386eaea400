import { OptimizationJobDeploymentInstanceType } from '@aws-sdk/client-sagemaker';
import { CfnParameter, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { Annotations } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { ENV, saying } from './fixture';
import { ELSEWHERE, OptimizationFixture, TRAINING_PLAN } from './optimization-fixture';
import {
  JobOutput, MlInstanceType, ModelOptimization, ModelSource, OptimizationJob, OptimizationJobProps, OptimizationModel, QuantizationTechnique,
  SpeculativeDecodingTechnique, TrainingDataSource,
} from '../../src/jobs';

const { AWQ, FP8, SMOOTHQUANT } = QuantizationTechnique;
const quantization = (technique?: QuantizationTechnique) => ModelOptimization.quantization({ technique });
const compilation = ModelOptimization.compilation();
const sharding = ModelOptimization.sharding({ tensorParallelDegree: 4 });
const decoding = ModelOptimization.speculativeDecoding();
const on = (type: string) => MlInstanceType.fromName(type);
const variables = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`V${i}`, 'v']));
const uri = (length: number) => `s3://b/${'p'.repeat(length - 's3://b/'.length)}`;
const plan = (length: number) => TRAINING_PLAN.padEnd(length, 'p');

let fixture: OptimizationFixture;
beforeEach(() => {
  fixture = new OptimizationFixture(ENV);
});

describe('refuses', () => {
  test.each<[string, Partial<OptimizationJobProps>, string]>([
    ['no optimization', { optimizations: [] }, 'optimizations takes at least 1 optimizations, got 0'],
    ['11 optimizations', { optimizations: Array(11).fill(compilation) }, 'optimizations takes at most 10 optimizations, got 11'],
    ['an instance type without ml.', { instanceType: on('g5.xlarge') }, "instanceType must be an instance type like 'ml.g6.24xlarge', got 'g5.xlarge'"],
    ['a model that is no URI', { model: OptimizationModel.fromS3(ModelSource.fromS3Uri('llama')) }, "model must be a URI like s3://bucket/prefix/, got 'llama'"],
    ['a model URI of 1,025', { model: OptimizationModel.fromS3(ModelSource.fromS3Uri(uri(1025))) }, 'model must be 1 to 1024 characters long, got 1025'],
    ['a model name of 64', { model: OptimizationModel.fromModelName('m'.repeat(64)) }, 'model must be 1 to 63 letters, digits and hyphens'],
    ['files of a model that are no URI', { model: OptimizationModel.fromModelName('llama', { artifacts: [ModelSource.fromS3Uri('s3://b/'), ModelSource.fromS3Uri('b')] }) },
      "model.artifacts[1] must be a URI like s3://bucket/prefix/, got 'b'"],
    ['an output URI without room for the job', { output: JobOutput.toS3Uri(uri(969)) }, 'output must be 1 to 968 characters long, got 969'],
    ['a name of 64 for the result', { outputModelName: 'm'.repeat(64) }, 'outputModelName must be 1 to 63 letters, digits and hyphens'],
    ['26 variables', { environment: variables(26) }, 'environment takes at most 25 variables, got 26'],
    ['a variable without a name', { environment: { '': 'v' } }, "the name of a variable in environment must be 1 to 256 characters long, got 0: ''"],
    ['a variable with a name of 257', { environment: { ['V'.repeat(257)]: 'v' } }, 'the name of a variable in environment must be 1 to 256 characters long, got 257'],
    ['a variable with a blank name', { environment: { ' ': 'v' } }, "the name of a variable in environment must not be blank, got ' '"],
    ['a value of 257', { environment: { A: 'v'.repeat(257) } }, 'environment.A must be 0 to 256 characters long, got 257'],
    ['26 variables of an optimization, its technique among them', {
      optimizations: [ModelOptimization.quantization({ technique: AWQ, environment: variables(25) })],
    }, 'optimizations[0].environment takes at most 25 variables, got 26'],
    ['an image of 256', { optimizations: [ModelOptimization.compilation({ imageUri: 'i'.repeat(256) })] }, 'optimizations[0].imageUri must be 1 to 255 characters long, got 256'],
    ['an empty image', { optimizations: [ModelOptimization.compilation({ imageUri: '' })] }, 'optimizations[0].imageUri must be 1 to 255 characters long, got 0'],
    ['an image with a space', { optimizations: [quantization(AWQ), ModelOptimization.compilation({ imageUri: 'a b' })] },
      "optimizations[1].imageUri must be the URI of an image, without spaces, got 'a b'"],
    ['an empty technique', { optimizations: [quantization(QuantizationTechnique.of(''))] }, "optimizations[0].technique must be 1 to 256 characters long, got 0: ''"],
    ['a technique given twice', { optimizations: [ModelOptimization.quantization({ technique: AWQ, environment: { OPTION_QUANTIZE: 'fp8' } })] },
      'optimizations[0].technique is the variable OPTION_QUANTIZE, which environment sets too: give one of them'],
    ['a degree given twice', { optimizations: [ModelOptimization.sharding({ tensorParallelDegree: 4, environment: { OPTION_TENSOR_PARALLEL_DEGREE: '4' } })] },
      'optimizations[0].tensorParallelDegree is the variable OPTION_TENSOR_PARALLEL_DEGREE, which environment sets too: give one of them'],
    ['a degree of 0', { optimizations: [ModelOptimization.sharding({ tensorParallelDegree: 0 })] },
      'optimizations[0].tensorParallelDegree must be a whole number, at least 1, got 0'],
    ['sharding without a degree', { optimizations: [ModelOptimization.sharding()] }, 'optimizations[0].tensorParallelDegree is required: say over how many '
      + 'accelerators the model is to be spread, or set OPTION_TENSOR_PARALLEL_DEGREE in environment'],
    ['another way to foretell tokens', { optimizations: [ModelOptimization.speculativeDecoding({ technique: 'MEDUSA' as SpeculativeDecodingTechnique })] },
      "optimizations[0].technique must be one of EAGLE, got 'MEDUSA'"],
    ['training data that is no URI', { optimizations: [ModelOptimization.speculativeDecoding({ trainingData: TrainingDataSource.fromS3Uri('ultrachat') })] },
      "optimizations[0].trainingData must be a URI like s3://bucket/prefix/, got 'ultrachat'"],
    ['no instance', { maxInstanceCount: 0 }, 'maxInstanceCount must be a whole number, at least 1, got 0'],
    ['half an instance', { maxInstanceCount: 1.5 }, 'maxInstanceCount must be a whole number, at least 1, got 1.5'],
    ['a training plan by name', { trainingPlanArn: 'plan-1' }, 'trainingPlanArn must be an ARN like arn:aws:sagemaker:us-west-2:111122223333:training-plan/name'],
    ['a training plan of 2,049', { trainingPlanArn: plan(2049) }, 'trainingPlanArn must be 50 to 2048 characters long, got 2049'],
    ['a training plan of another Region', { trainingPlanArn: TRAINING_PLAN.replace('us-west-2', 'us-east-2') },
      'trainingPlanArn must be of the Region of the stack, us-west-2, got one of us-east-2'],
    ['no time to run', { maxRuntime: Duration.seconds(0) }, 'maxRuntime must be a whole number of seconds, 1 to 2419200, got 0 seconds'],
    ['more than 28 days to run', { maxRuntime: Duration.seconds(2_419_201) }, 'maxRuntime must be a whole number of seconds, 1 to 2419200, got 2419201 seconds'],
    ['no time to wait', { maxWaitTime: Duration.seconds(0) }, 'maxWaitTime must be a whole number of seconds, at least 1, got 0 seconds'],
    ['less than two hours of pending', { maxPendingTime: Duration.seconds(7199) },
      'maxPendingTime must be a whole number of seconds, 7200 to 2419200, got 7199 seconds'],
    ['more than 28 days of pending', { maxPendingTime: Duration.seconds(2_419_201) },
      'maxPendingTime must be a whole number of seconds, 7200 to 2419200, got 2419201 seconds'],
    ['a time that is only known at deployment, in hours', { maxRuntime: Duration.hours(Lazy.number({ produce: () => 1 })) },
      'maxRuntime must be given by Duration.seconds(), got a token in hours'],
    ['less time to wait than to run', { maxWaitTime: Duration.minutes(59), maxRuntime: Duration.hours(1) },
      'maxWaitTime must be at least maxRuntime, which is 3600 seconds, got 3540'],
    ['less time to wait than to run by default', { maxWaitTime: Duration.seconds(35_999) },
      'maxWaitTime must be at least maxRuntime, which is 36000 seconds by default, got 35999'],
    ['subnets without a VPC', { vpcSubnets: {} }, 'vpcSubnets is of no use without vpc: give both, or neither'],
    ['a prefix of 34', { jobName: 'a'.repeat(34) }, 'jobName must be 1 to 33 characters long, got 34'],
    ['nothing, from JavaScript', { model: undefined, instanceType: undefined, optimizations: undefined, output: undefined },
      '- model is required\n  - instanceType is required\n  - optimizations is required\n  - output is required'],
  ])('%s', (_, props, message) => {
    expect(() => fixture.optimization(props)).toThrow(message);
  });

  test('a key of another Region', () => {
    const outputEncryptionKey = kms.Key.fromKeyArn(fixture.stack, 'Key', 'arn:aws:kms:us-east-1:111122223333:key/1');
    expect(() => fixture.optimization({ outputEncryptionKey })).toThrow('outputEncryptionKey must be of the Region of the stack, us-west-2, got one of us-east-1');
  });

  test('a role of another account', () => {
    const role = iam.Role.fromRoleArn(fixture.stack, 'Role', 'arn:aws:iam::444455556666:role/Other');
    expect(() => fixture.optimization({ role })).toThrow('role must be of the account of the stack');
  });

  test('a SageMaker model of another stack, whose name may change', () => {
    const model = new sagemaker.CfnModel(new Stack(fixture.app, 'Models', { env: ENV }), 'Llama', {});
    expect(() => fixture.optimization({ model: OptimizationModel.fromModel(model) })).toThrow('model must be of the stack of the job, got one of Models: '
      + 'its name changes with its content, which a reference across stacks can\'t follow, so give it a name and use fromModelName');
  });

  test('6 security groups', () => {
    const vpc = new ec2.Vpc(fixture.stack, 'Vpc');
    const securityGroups = [1, 2, 3, 4, 5, 6].map(i => ec2.SecurityGroup.fromSecurityGroupId(fixture.stack, `Group${i}`, `sg-${i}`));
    expect(() => fixture.optimization({ vpc, securityGroups })).toThrow('securityGroups takes at most 5 security groups, got 6');
  });

  test('everything that is wrong at once, and says where', () => {
    expect(() => fixture.optimization({ maxInstanceCount: 0, optimizations: [compilation, decoding] }))
      .toThrow(/^OptimizationJob 'Stack\/Optimization' has 2 invalid values:\n {2}- optimizations .*\n {2}- maxInstanceCount .*$/);
  });
});

const NEVER = 'optimizations must not have both compilation and speculativeDecoding: keep one of them';
const NOT_ALONE = 'optimizations must have compilation beside quantization by smoothquant: add it, or quantize by awq or fp8';

describe('what does not go together', () => {
  test.each(['ml.g5.xlarge', 'ml.g6.48xlarge', 'ml.p4d.24xlarge', 'ml.p4de.24xlarge', 'ml.p5.48xlarge'])('sharding and anything else on %s', type => {
    expect(() => fixture.optimization({ instanceType: on(type), optimizations: [quantization(FP8), sharding] }))
      .toThrow('optimizations takes nothing beside sharding, got quantization, sharding: run a job for each');
  });

  test.each(['ml.g5.xlarge', 'ml.g6e.xlarge', 'ml.p6-b200.48xlarge', 'ml.x9.xlarge'])('compilation and speculative decoding on %s', type => {
    expect(() => fixture.optimization({ instanceType: on(type), optimizations: [compilation, decoding] })).toThrow(NEVER);
  });

  test.each(['ml.g5.xlarge', 'ml.g6e.xlarge', 'ml.x9.xlarge'])('smoothquant without compilation on %s', type => {
    expect(() => fixture.optimization({ instanceType: on(type), optimizations: [quantization(SMOOTHQUANT)] })).toThrow(NOT_ALONE);
  });

  test.each<[string, Partial<OptimizationJobProps>]>([
    ['its own environment', { optimizations: [ModelOptimization.quantization({ environment: { OPTION_QUANTIZE: 'smoothquant' } })] }],
    ['the environment of the job', { optimizations: [quantization()], environment: { OPTION_QUANTIZE: 'smoothquant' } }],
  ])('smoothquant in %s without compilation', (_, props) => {
    expect(() => fixture.optimization(props)).toThrow(NOT_ALONE);
  });

  test.each(['ml.g5.xlarge', 'ml.p5.48xlarge'])('another quantization on %s', type => {
    expect(() => fixture.optimization({ instanceType: on(type), optimizations: [decoding, quantization(QuantizationTechnique.of('gptq'))] }))
      .toThrow("optimizations[1] must be a quantization by one of awq, fp8, smoothquant, got 'gptq'");
  });

  test.each(['ml.inf2.xlarge', 'ml.trn1.32xlarge', 'ml.trn1n.32xlarge'])('anything but compilation on %s', type => {
    expect(() => fixture.optimization({ instanceType: on(type), optimizations: [compilation, quantization(SMOOTHQUANT), sharding] })).toThrow(
      `optimizations takes nothing but compilation for ${type}, got quantization, sharding: drop it, or choose an instance type with GPUs`);
  });
});

const silent = () => Annotations.fromStack(fixture.stack).hasNoWarning('*', saying(''));

describe('accepts', () => {
  test.each<[string, string, ModelOptimization[]]>([
    ['awq', 'ml.g5.xlarge', [quantization(AWQ)]],
    ['fp8', 'ml.p5.48xlarge', [quantization(FP8)]],
    ['awq with compilation', 'ml.g6.xlarge', [quantization(AWQ), compilation]],
    ['fp8 with compilation', 'ml.g6.xlarge', [compilation, quantization(FP8)]],
    ['smoothquant with compilation', 'ml.p4d.24xlarge', [compilation, quantization(SMOOTHQUANT)]],
    ['compilation alone', 'ml.p4de.24xlarge', [compilation]],
    ['sharding alone', 'ml.g5.48xlarge', [sharding]],
    ['speculative decoding', 'ml.p5.48xlarge', [decoding]],
    ['speculative decoding with fp8', 'ml.p5.48xlarge', [decoding, quantization(FP8)]],
    ['compilation for AWS Inferentia', 'ml.inf2.48xlarge', [compilation]],
    ['compilation for AWS Trainium', 'ml.trn1n.32xlarge', [compilation]],
  ])('%s', (_, type, optimizations) => {
    fixture.optimization({ instanceType: on(type), optimizations });
    silent();
  });

  test.each<[string, Partial<OptimizationJobProps>]>([
    ['25 variables with a name and a value of 256', { environment: { ...variables(24), ['V'.repeat(256)]: 'v'.repeat(256) } }],
    ['an empty value', { environment: { A: '' } }],
    ['an image of 255', { optimizations: [ModelOptimization.compilation({ imageUri: 'i'.repeat(255) })] }],
    ['a model name of 63', { model: OptimizationModel.fromModelName('m'.repeat(63), { artifacts: [ModelSource.fromS3Uri('s3://models/llama/')] }) }],
    ['a name of 63 for the result', { outputModelName: 'm'.repeat(63) }],
    ['a model URI of 1,024', { model: OptimizationModel.fromS3(ModelSource.fromS3Uri(uri(1024))) }],
    ['an output URI of 968', { output: JobOutput.toS3Uri(uri(968)) }],
    ['1 instance', { maxInstanceCount: 1 }],
    ['a training plan of 2,048', { trainingPlanArn: plan(2048) }],
    ['a second', { maxRuntime: Duration.seconds(1) }],
    ['28 days of pending', { maxPendingTime: Duration.days(28) }],
    ['two hours of pending', { maxPendingTime: Duration.hours(2) }],
    ['as much time to wait as to run', { maxRuntime: Duration.hours(1), maxWaitTime: Duration.hours(1) }],
    ['as much time to wait as to run by default', { maxWaitTime: Duration.hours(10) }],
    ['as long a wait as the job may run', { maxRuntime: Duration.hours(16) }],
  ])('%s', (_, props) => {
    expect(() => fixture.optimization(props)).not.toThrow();
    silent();
  });

  test('28 days to run', () => {
    expect(() => fixture.optimization({ maxRuntime: Duration.days(28), waitTimeout: Duration.days(7) })).not.toThrow();
  });

  test('10 optimizations', () => {
    expect(() => fixture.optimization({ optimizations: Array(10).fill(compilation) })).not.toThrow();
  });
});

describe('warns of', () => {
  const warned = (text: string) => Annotations.fromStack(fixture.stack).hasWarning('/Stack/Optimization', saying(text));

  test('no instance type that the API takes', () => {
    const types = Object.values(OptimizationJobDeploymentInstanceType);
    expect(types).toHaveLength(55);
    types.forEach(type => fixture.optimization({ instanceType: on(type), optimizations: [compilation], waitTimeout: Duration.minutes(30) }, type));
    Annotations.fromStack(fixture.stack).hasNoWarning('*', saying('instanceType is one that'));
  });

  test.each(['ml.g5.9xlarge', 'ml.p5.4xlarge', 'ml.c5.xlarge', 'ml.trn2.48xlarge'])('an instance type that the library does not know: %s', type => {
    fixture.optimization({ instanceType: on(type) });
    warned(`instanceType is one that this version of the library doesn't know: ${type}. If optimization jobs don't either, the service refuses the job`);
  });

  test.each(['g4dn.xlarge', 'g6e.xlarge', 'g7.2xlarge', 'g7e.2xlarge', 'p5e.48xlarge', 'p5en.48xlarge', 'p6-b200.48xlarge'])('a family without rules: %s', type => {
    fixture.optimization({ instanceType: on(`ml.${type}`) });
    warned(`instanceType is of the family ${type.split('.')[0]}, and AWS says for no optimization whether it works there: the job may fail. `
      + 'What works is known of g5, g6, p4d, p4de, p5, inf2, trn1, trn1n');
  });

  test('what older families refuse, on newer ones', () => {
    fixture.optimization({ instanceType: on('ml.g6e.xlarge'), optimizations: [sharding, quantization(AWQ)] });
    warned('optimizations takes nothing beside sharding, got sharding, quantization: run a job for each. '
      + 'That is the rule of older instance types, and may not be that of g6e');
  });

  test('a quantization that says nothing', () => {
    fixture.optimization({ optimizations: [quantization()] });
    warned("optimizations[0] is a quantization that doesn't say which: give it a technique");
  });

  test('no quantization that the environment of the job explains', () => {
    fixture.optimization({ optimizations: [quantization()], environment: { OPTION_QUANTIZE: 'fp8' } });
    silent();
  });

  test('a quantization that older families refuse, on newer ones', () => {
    fixture.optimization({ instanceType: on('ml.g7.2xlarge'), optimizations: [quantization(QuantizationTechnique.of('gptq'))] });
    warned("optimizations[0] must be a quantization by one of awq, fp8, smoothquant, got 'gptq'. That is the rule of older instance types, and may not be that of g7");
  });

  test('the same optimization twice', () => {
    fixture.optimization({ optimizations: [compilation, quantization(AWQ), compilation] });
    warned("optimizations has more than one compilation, and AWS doesn't say what becomes of the others: keep one");
  });

  test('a SageMaker model without its files', () => {
    fixture.optimization({ model: OptimizationModel.fromModelName('llama') });
    warned('model is a SageMaker model whose files are not known here: give its artifacts, or grant the job read access to them and acknowledge this warning');
  });

  test('a whole bucket as the model', () => {
    fixture.optimization({ model: OptimizationModel.fromS3(ModelSource.fromBucket(fixture.models, '')) });
    warned('model is a whole bucket');
  });

  test('an output among the files of the model', () => {
    fixture.optimization({ ...ELSEWHERE, output: JobOutput.toS3Uri('s3://models/llama/optimized/') });
    warned('output is a folder inside model');
  });

  test('a job that may run longer than the deployment waits', () => {
    fixture.optimization({ maxRuntime: Duration.days(5) });
    warned('maxRuntime allows for 432000 seconds, but the deployment stops the job after 57600: raise waitTimeout too');
  });

  test('no run time that the deployment waits for', () => {
    fixture.optimization({ maxRuntime: Duration.days(5), waitTimeout: Duration.days(5) });
    silent();
  });

  test('buckets of another Region', () => {
    const far = s3.Bucket.fromBucketAttributes(fixture.stack, 'Far', { bucketName: 'far', region: 'us-east-1' });
    fixture.optimization({
      model: OptimizationModel.fromS3(ModelSource.fromBucket(far, 'p/')),
      optimizations: [ModelOptimization.speculativeDecoding({ trainingData: TrainingDataSource.fromBucket(far, 'd/') })],
      output: JobOutput.toBucket(far),
    });
    ['model', 'trainingData', 'output'].forEach(prop => warned(`${prop} is in us-east-1, the job runs in us-west-2`));
  });

  test('nothing that is only known at deployment', () => {
    const instanceType = on(new CfnParameter(fixture.stack, 'InstanceType').valueAsString);
    fixture.optimization({ instanceType, optimizations: [sharding, quantization(AWQ)] });
    silent();
  });
});

test('a job of nothing, from JavaScript', () => {
  expect(() => new OptimizationJob(fixture.stack, 'Job', {} as OptimizationJobProps)).toThrow("OptimizationJob 'Stack/Job' has 4 invalid values");
});
