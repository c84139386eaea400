import { App, Aspects, CfnResource, Duration, Lazy, NestedStack, Stack, Stage, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { AiWorkloadConfig, WorkloadSpec } from '../../src';
import { JobProvider } from '../../src/private/job-provider';
import { TaggedProviderResource } from '../../src/private/sagemaker-resource';
import { WaitChain } from '../../src/private/wait-chain';

const spec = WorkloadSpec.synthetic({ inputTokens: { mean: 10 }, outputTokens: { mean: 64 }, concurrency: 1 });

test('one provider serves all resources of a stack, and each stack has its own', () => {
  const app = new App();
  const [one, two] = ['One', 'Two'].map(name => new Stack(new Stage(app, `${name}Stage`), name));
  new AiWorkloadConfig(one, 'A', { spec });
  new AiWorkloadConfig(one, 'B', { spec });
  new AiWorkloadConfig(two, 'A', { spec });
  for (const stack of [one, two]) {
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::StepFunctions::StateMachine', 1);
    template.resourceCountIs('AWS::Lambda::Function', 5);
  }
});

// Another id is another ServiceToken, which CloudFormation refuses to change on a resource that exists.
test('the logical ids of the provider are a contract', () => {
  const stack = new Stack();
  new AiWorkloadConfig(stack, 'A', { spec });
  const template = Template.fromStack(stack);
  const [{ Properties: { ServiceToken } }] = Object.values(template.findResources('Custom::SageMakerAIWorkloadConfig'));
  expect(ServiceToken).toEqual({ 'Fn::GetAtt': ['CdkSageMakerInferenceProviderframeworkonEvent4496406A', 'Arn'] });
});

test('the poll, and the end that the framework puts to it, stay within the hour of a custom resource', () => {
  const stack = new Stack();
  new AiWorkloadConfig(stack, 'A', { spec });
  const [machine] = Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'));
  const definition = JSON.stringify(machine.Properties.DefinitionString);
  expect(definition).toMatch(/\\"IntervalSeconds\\":30,\\"MaxAttempts\\":108,/);
});

test('the roles that the handlers pass are in one statement, since the policies of a role have 10,240 characters', () => {
  const stack = new Stack();
  new AiWorkloadConfig(stack, 'A', { spec });
  const provider = JobProvider.getOrCreate(stack);
  const roles = Array.from({ length: 48 }, (_, i) => new iam.Role(stack, `Role${i}`, { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') }));
  [...roles, roles[0]].forEach(role => provider.allowPassRole(role));
  const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  const passing = policies.flatMap(policy => policy.Properties.PolicyDocument.Statement).filter(({ Action }) => Action === 'iam:PassRole');
  expect(passing).toEqual([{
    Action: 'iam:PassRole',
    Effect: 'Allow',
    Resource: roles.map(role => stack.resolve(role.roleArn)),
    Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
  }]);
});

test('a stack without roles to pass has no statement for them', () => {
  const stack = new Stack();
  new AiWorkloadConfig(stack, 'A', { spec });
  expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'))).not.toContain('iam:PassRole');
});

describe('the log group', () => {
  const provided = (context: Record<string, unknown> = {}) => {
    const stack = new Stack(new App({ context }), 'S');
    ['A', 'B'].forEach(id => new AiWorkloadConfig(stack, id, { spec }));
    return Template.fromStack(stack);
  };

  // With the flag, functions without a log group get one each by a fixed name, which Lambda may have made before.
  test.each([[{}], [{ '@aws-cdk/aws-lambda:useCdkManagedLogGroup': true }]])('is one for all functions of the stack, with the flags %j', context => {
    const template = provided(context);
    const [[id, group], ...others] = Object.entries(template.findResources('AWS::Logs::LogGroup'));
    expect(others).toEqual([]);
    expect(group).toEqual({
      Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 365 }, DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain',
    });
    const functions = Object.values(template.findResources('AWS::Lambda::Function'));
    expect(functions.map(({ Properties }) => Properties.LoggingConfig.LogGroup)).toEqual(Array(5).fill({ Ref: id }));
  });

  test('is all that the handlers may write to', () => {
    const template = provided();
    const [id] = Object.keys(template.findResources('AWS::Logs::LogGroup'));
    template.hasResourceProperties('AWS::IAM::Role', { Description: Match.stringLikeRegexp('Starts, watches'), ManagedPolicyArns: Match.absent() });
    const [logging] = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Action }) => [Action].flat().some((action: string) => action.startsWith('logs:')));
    expect(logging).toEqual({ Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: { 'Fn::GetAtt': [id, 'Arn'] } });
  });

  // The framework throws the whole event to be called again, and the runtime writes down at the level ERROR what is thrown.
  test('gets nothing from the provider framework', () => {
    const functions = Object.values(provided().findResources('AWS::Lambda::Function')).filter(({ Properties }) => Properties.Handler.startsWith('framework.'));
    expect(functions).toHaveLength(3);
    functions.forEach(({ Properties }) => expect(Properties.LoggingConfig).toMatchObject({ ApplicationLogLevel: 'FATAL', LogFormat: 'JSON' }));
  });
});

test('the handlers delete models and endpoint configurations with the owner tag of their stack only', () => {
  const stack = new Stack(new App(), 'S');
  new AiWorkloadConfig(stack, 'A', { spec });
  const statements = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy')).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  const deleting = statements.filter(({ Action }) => /Delete(Model|EndpointConfig)"/.test(JSON.stringify(Action)));
  expect(deleting.map(({ Action, Condition }) => [Action, Condition])).toEqual([
    [['sagemaker:DeleteModel', 'sagemaker:DeleteEndpointConfig'], { StringLike: { 'aws:ResourceTag/cdk-sagemaker-inference:owner': 'S/*' } }],
  ]);
});

describe('tags', () => {
  const tagsOf = (stack: Stack) =>
    Object.values(Template.fromStack(stack).findResources('Custom::SageMakerAIWorkloadConfig'))[0].Properties.Tags;

  test('of the construct win over those of the stack', () => {
    const stack = new Stack(new App(), 'S', { tags: { team: 'stack', stage: 'prod' } });
    Tags.of(new AiWorkloadConfig(stack, 'A', { spec })).add('team', 'construct');
    expect(tagsOf(stack)).toEqual([{ Key: 'stage', Value: 'prod' }, { Key: 'team', Value: 'construct' }]);
  });

  test('of a stack are those of its nested stacks, as CloudFormation has it for resources of its own', () => {
    const stack = new Stack(new App(), 'S', { tags: { team: 'stack', stage: 'prod', owner: 'stack' } });
    const nested = new NestedStack(stack, 'Nested');
    nested.tags.setTag('stage', 'nested');
    Tags.of(new AiWorkloadConfig(nested, 'A', { spec })).add('team', 'construct');
    expect(tagsOf(nested)).toEqual([{ Key: 'owner', Value: 'stack' }, { Key: 'stage', Value: 'nested' }, { Key: 'team', Value: 'construct' }]);
  });

  test.each([[47, true], [48, false]])('%d of them: %s', (count, valid) => {
    const app = new App();
    const stack = new Stack(app, 'S');
    const config = new AiWorkloadConfig(stack, 'A', { spec });
    for (let i = 0; i < count; i++) {
      Tags.of(config).add(`key${i}`, 'value');
    }
    const synth = () => app.synth();
    if (valid) {
      expect(synth).not.toThrow();
    } else {
      expect(synth).toThrow("tags takes at most 47 tags beside the library's own, got 48");
    }
  });

  test.each([
    ['k', 'v'], ['k'.repeat(128), 'v'.repeat(256)], ['Größe 推奨_.:/=+-@', ''], ['aws', 'v'], [Lazy.string({ produce: () => 'a*b' }), 'v'],
    ['k', Lazy.string({ produce: () => 'a*b' })],
  ])('%j with the value %j is valid', (key, value) => {
    const stack = new Stack(new App(), 'S');
    Tags.of(new AiWorkloadConfig(stack, 'A', { spec })).add(key, value);
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test.each([
    ['', 'v', "the key of a tag must be 1 to 128 characters long, got 0: ''"],
    ['k'.repeat(129), 'v', 'the key of a tag must be 1 to 128 characters long, got 129'],
    ['cost*center', 'v', "the key of a tag must hold only letters, digits, spaces and _.:/=+-@, got 'cost*center'"],
    ['aws:team', 'v', "the key of a tag must not begin with aws: or cdk-sagemaker-inference:, which are reserved, got 'aws:team'"],
    ['AWS:team', 'v', "which are reserved, got 'AWS:team'"],
    ['cdk-sagemaker-inference:owner', 'v', "which are reserved, got 'cdk-sagemaker-inference:owner'"],
    ['team', 'v'.repeat(257), "the value of tag 'team' must be 0 to 256 characters long, got 257"],
    ['team', 'a,b', "the value of tag 'team' must hold only letters, digits, spaces and _.:/=+-@, got 'a,b'"],
  ])('%j with the value %j is refused', (key, value, message) => {
    const stack = new Stack(new App(), 'S');
    Tags.of(new AiWorkloadConfig(stack, 'A', { spec })).add(key, value);
    expect(() => Template.fromStack(stack)).toThrow(message);
  });
});

test.each([
  [Duration.minutes(1), 1, '60'], [Duration.minutes(50), 1, '3000'], [Duration.minutes(51), 2, '60'], [Duration.hours(1), 2, '600'],
  [Duration.hours(6), 8, '600'], [Duration.hours(16), 20, '600'], [Duration.days(7), 202, '1800'],
])('waiting for %s takes %d laps, and the last of them has what is left', (waitTimeout, laps, seconds) => {
  const stack = new Stack();
  new WaitChain(stack, 'Wait', { jobType: 'AIRecommendationJob', jobName: 'j', waitTimeout });
  const waits = Object.entries(Template.fromStack(stack).findResources('Custom::SageMakerJobWait'));
  expect(waits).toHaveLength(laps);
  const last = waits.filter(([, { Properties }]) => Properties.Last === 'true');
  expect(last).toEqual([[expect.stringMatching(/^WaitResult/), expect.objectContaining({ Properties: expect.objectContaining({ LapSeconds: seconds }) })]]);
});

test('each lap waits for the one before', () => {
  const stack = new Stack();
  new WaitChain(stack, 'Wait', { jobType: 'AIRecommendationJob', jobName: 'j', waitTimeout: Duration.hours(2) });
  const waits = Template.fromStack(stack).findResources('Custom::SageMakerJobWait');
  const chain = Object.fromEntries(Object.entries(waits).map(([id, { DependsOn }]) => [id, DependsOn.filter((other: string) => other in waits)]));
  const ids = Object.keys(waits);
  expect(chain).toEqual({ [ids[0]]: [], [ids[1]]: [ids[0]], [ids[2]]: [ids[1]] });
});

test('the child Resource is a CfnResource: aspects see it, and its logical id can be overridden to keep a job', () => {
  const stack = new Stack();
  const config = new AiWorkloadConfig(stack, 'A', { spec });
  (config.node.findChild('Resource') as CfnResource).overrideLogicalId('OldId');
  const seen: string[] = [];
  Aspects.of(stack).add({ visit: node => { if (node instanceof TaggedProviderResource) { seen.push(node.cfnResourceType); } } });
  expect(Object.keys(Template.fromStack(stack).findResources('Custom::SageMakerAIWorkloadConfig'))).toEqual(['OldId']);
  expect(seen).toEqual(['Custom::SageMakerAIWorkloadConfig']);
});
