import { VirtualClock } from '../../sandbox/clock';
import { Iam, PolicyDocument } from '../../sandbox/runtime';

const ROLE = 'arn:aws:iam::111122223333:role/path/worker';
const JOB = 'arn:aws:sagemaker:us-west-2:111122223333:ai-recommendation-job/chat-1';
let iam: Iam;

beforeEach(() => {
  iam = new Iam(new VirtualClock());
  iam.putRole({ arn: ROLE, name: 'worker', trust: trust('lambda.amazonaws.com') });
});

test.each([
  ['the exact action and resource', { Action: 'sagemaker:StopAIRecommendationJob', Resource: JOB }, true],
  ['action wildcards, in any case', { Action: ['s3:*', 'SageMaker:stop*'], Resource: '*' }, true],
  ['resource wildcards', { Action: '*', Resource: 'arn:aws:sagemaker:us-west-?:*:ai-recommendation-job/*' }, true],
  ['another action', { Action: 'sagemaker:Describe*', Resource: '*' }, false],
  ['another resource', { Action: '*', Resource: 'arn:aws:sagemaker:us-west-2:111122223333:ai-recommendation-job/other-*' }, false],
  ['resources are compared with regard to case', { Action: '*', Resource: JOB.toUpperCase() }, false],
  ['a condition that holds', { Action: '*', Resource: '*', Condition: { StringEquals: { 'IAM:PassedToService': ['x', 'sagemaker.amazonaws.com'] } } }, true],
  ['a condition that does not', { Action: '*', Resource: '*', Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker' } } }, false],
  ['a condition on what is missing', { Action: '*', Resource: '*', Condition: { StringLike: { 'aws:PrincipalTag/team': '*' } } }, false],
  ['StringLike', { Action: '*', Resource: '*', Condition: { StringLike: { 'iam:PassedToService': 'sage*' } } }, true],
  ['ArnLike', { Action: '*', Resource: '*', Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*' } } }, true],
  ['Bool', { Action: '*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': true } } }, true],
  ['all conditions have to hold', { Action: '*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': true }, StringLike: { 'aws:SourceArn': 'x' } } }, false],
])('%s', (_, statement, allowed) => {
  iam.putInlinePolicy(ROLE, 'policy', policy({ Effect: 'Allow', ...statement }));
  expect(isAllowed('sagemaker:StopAIRecommendationJob', JOB)).toBe(allowed);
});

test('a deny wins', () => {
  iam.putInlinePolicy(ROLE, 'a', policy({ Effect: 'Allow', Action: '*', Resource: '*' }));
  iam.putInlinePolicy(ROLE, 'b', policy({ Effect: 'Deny', Action: 'sagemaker:Stop*', Resource: '*' }));
  expect(() => iam.check(ROLE, [{ action: 'sagemaker:StopTrainingJob', resource: '*' }])).toThrow('with an explicit deny in an identity-based policy');
  expect(isAllowed('sagemaker:DescribeTrainingJob', '*')).toBe(true);
});

test('all authorizations of a call are needed', () => {
  iam.putInlinePolicy(ROLE, 'a', policy({ Effect: 'Allow', Action: 'sagemaker:*', Resource: '*' }));
  expect(() => iam.check(ROLE, [{ action: 'sagemaker:CreateModel', resource: JOB }, { action: 'iam:PassRole', resource: ROLE }]))
    .toThrow(`User: ${ROLE} is not authorized to perform: iam:PassRole on resource: ${ROLE} because no identity-based policy allows the iam:PassRole action`);
});

test('the stack engine and a test\'s own hand may do everything, an unknown role nothing', () => {
  const authorizations = [{ action: 'sagemaker:DeleteModel', resource: JOB }];
  iam.check('cloudformation', authorizations);
  iam.check('console', authorizations);
  expect(() => iam.check('arn:aws:iam::111122223333:role/gone', authorizations)).toThrow('no identity-based policy allows');
});

test('policies come and go', () => {
  const document = policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' });
  iam.putManagedPolicy('arn:aws:iam::111122223333:policy/mine', document);
  iam.attachManaged(ROLE, 'arn:aws:iam::111122223333:policy/mine');
  expect(isAllowed('s3:GetObject', '*')).toBe(true);
  iam.detachManaged(ROLE, 'arn:aws:iam::111122223333:policy/mine');
  expect(isAllowed('s3:GetObject', '*')).toBe(false);
  iam.putInlinePolicy(ROLE, 'inline', document);
  iam.putRole({ arn: ROLE, name: 'worker', trust: trust('states.amazonaws.com') });
  expect(isAllowed('s3:GetObject', '*')).toBe(true);
  iam.removeInlinePolicy(ROLE, 'inline');
  expect(isAllowed('s3:GetObject', '*')).toBe(false);
});

test('managed policies: those of Lambda functions are known, others are an error', () => {
  iam.attachManaged(ROLE, 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole');
  expect(isAllowed('logs:PutLogEvents', '*')).toBe(true);
  iam.attachManaged(ROLE, 'arn:aws:iam::aws:policy/AdministratorAccess');
  expect(() => isAllowed('logs:PutLogEvents', '*')).toThrow('the sandbox does not know the managed policy arn:aws:iam::aws:policy/AdministratorAccess');
});

test.each([
  ['NotAction', { Effect: 'Allow', NotAction: 's3:*', Resource: '*' }, 'does not evaluate NotAction'],
  ['condition operators', { Effect: 'Allow', Action: '*', Resource: '*', Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }, 'condition operator IpAddress'],
  ['policy variables', { Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::x/${aws:username}' }, 'policy variables'],
  ['unresolved intrinsics', { Effect: 'Allow', Action: '*', Resource: { Ref: 'Bucket' } }, 'a string is expected in a policy'],
  ['a missing effect', { Action: '*', Resource: '*' }, 'Effect is Allow or Deny'],
])('%s are refused', (_, statement, message) => {
  expect(() => iam.putInlinePolicy(ROLE, 'policy', policy(statement))).toThrow(message);
});

test('actions that no call needed are listed', () => {
  iam.putInlinePolicy(ROLE, 'a', policy({ Effect: 'Allow', Action: ['sagemaker:Stop*', 'sagemaker:DeleteModel'], Resource: '*' }));
  iam.putInlinePolicy(ROLE, 'b', policy({ Effect: 'Allow', Action: 'iam:PassRole', Resource: ROLE }));
  iam.check(ROLE, [{ action: 'sagemaker:StopTrainingJob', resource: JOB }]);
  expect(iam.unusedActions(ROLE)).toEqual(['iam:PassRole', 'sagemaker:DeleteModel']);
});

test('a role is assumed by the services that it trusts', () => {
  iam.checkTrust(ROLE, 'lambda.amazonaws.com');
  expect(() => iam.checkTrust(ROLE, 'sagemaker.amazonaws.com')).toThrow('cannot be assumed by sagemaker.amazonaws.com');
  expect(iam.session(iam.sessionFor(ROLE, 'fn'))).toMatchObject({ roleArn: ROLE, userArn: 'arn:aws:sts::111122223333:assumed-role/worker/fn' });
});

function isAllowed(action: string, resource: string): boolean {
  const context = { 'iam:PassedToService': 'sagemaker.amazonaws.com', 'aws:SourceArn': 'arn:aws:sns:us-west-2:1:topic', 'aws:SecureTransport': 'true' };
  try {
    iam.check(ROLE, [{ action, resource, context }]);
    return true;
  } catch (error: any) {
    if (error.code !== 'AccessDeniedException') {
      throw error;
    }
    return false;
  }
}

function policy(...Statement: object[]): PolicyDocument {
  return { Version: '2012-10-17', Statement };
}

function trust(service: string): PolicyDocument {
  return policy({ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' });
}
