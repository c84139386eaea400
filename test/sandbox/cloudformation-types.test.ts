import { CloudFormationClient, DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation';
import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Alarm, CompositeAlarm, Dashboard, GraphWidget, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { GatewayVpcEndpointAwsService, InterfaceVpcEndpointAwsService, Port, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { custom, Harness } from './cloudformation-harness';
import { allow, OneService } from './front-door-setup';
import { Keys } from '../../sandbox/accounts';
import { CloudWatch } from '../../sandbox/cloudwatch';
import { EventBridge } from '../../sandbox/eventbridge';
import { Iam } from '../../sandbox/runtime';
import { Sns } from '../../sandbox/sns';

let harness: Harness;
beforeEach(() => {
  const place = { account: '111122223333', region: 'us-west-2' };
  harness = new Harness(undefined, clock => {
    const sns = new Sns(clock);
    return { cloudWatch: new CloudWatch(clock, place), eventBridge: new EventBridge(clock, { ...place, sns }), sns, keys: new Keys() };
  });
});

/** Deploys what the CDK makes of a stack, and destroys it again. */
async function liveOf(build: (stack: Stack) => void): Promise<Record<string, string>> {
  const app = new App({ context: { '@aws-cdk/aws-ec2:restrictDefaultSecurityGroup': false } });
  const stack = new Stack(app, 'Test', { env: { region: 'us-west-2', account: '111122223333' } });
  build(stack);
  const { template } = app.synth().getStackByName('Test');
  const deployed = await harness.clock.run(harness.cloudFormation.deploy({ stackName: 'Test', template }).done);
  expect([deployed.status, deployed.events.find(({ status }) => status.endsWith('_FAILED'))?.reason]).toEqual(['CREATE_COMPLETE', undefined]);
  const outputs = deployed.outputs;
  expect((await harness.destroy()).status).toBe('DELETE_COMPLETE');
  return outputs;
}

test('a VPC with its subnets, gateways, endpoints and groups', async () => {
  const outputs = await liveOf(stack => {
    const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1, gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } } });
    const endpoint = vpc.addInterfaceEndpoint('SageMaker', { service: InterfaceVpcEndpointAwsService.SAGEMAKER_RUNTIME });
    const group = new SecurityGroup(stack, 'Group', { vpc, allowAllOutbound: false });
    const other = new SecurityGroup(stack, 'Other', { vpc, allowAllOutbound: false });
    group.connections.allowTo(other, Port.tcp(443));
    new CfnOutput(stack, 'DefaultGroup', { value: vpc.vpcDefaultSecurityGroup });
    new CfnOutput(stack, 'Endpoint', { value: endpoint.vpcEndpointId });
    new CfnOutput(stack, 'Subnets', { value: vpc.selectSubnets().subnetIds.join(',') });
  });
  expect(outputs).toEqual({
    DefaultGroup: expect.stringMatching(/^sg-[0-9a-f]{17}$/), Endpoint: expect.stringMatching(/^vpce-/), Subnets: expect.stringMatching(/^subnet-\w+,subnet-\w+$/),
  });
});

test('alarms, dashboards, topics, queues and rules', async () => {
  const outputs = await liveOf(stack => {
    const topic = new Topic(stack, 'Topic', { masterKey: new Key(stack, 'Key', { alias: 'alarms', removalPolicy: RemovalPolicy.DESTROY }) });
    const queue = new Queue(stack, 'Queue');
    topic.addSubscription(new EmailSubscription('ops@example.com'));
    topic.addSubscription(new SqsSubscription(queue));
    topic.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com'));
    const metric = new Metric({ namespace: 'AWS/SageMaker', metricName: 'Invocation5XXErrors', dimensionsMap: { EndpointName: 'chat' } });
    const alarm = new Alarm(stack, 'Errors', { metric, threshold: 1, evaluationPeriods: 2 });
    const rate = new MathExpression({ expression: 'e / 60', usingMetrics: { e: metric } });
    const composite = new CompositeAlarm(stack, 'Any', { alarmRule: { renderAlarmRule: () => `ALARM("${alarm.alarmArn}")` } });
    [alarm, new Alarm(stack, 'Rate', { metric: rate, threshold: 1, evaluationPeriods: 2 }), composite].forEach(each => each.addAlarmAction(new SnsAction(topic)));
    new Dashboard(stack, 'Dashboard', { widgets: [[new GraphWidget({ left: [metric] })]] });
    const rule = new Rule(stack, 'Rule', { schedule: Schedule.expression('rate(1 day)'), targets: [new SnsTopic(topic)] });
    new CfnOutput(stack, 'RuleArn', { value: rule.ruleArn });
    new CfnOutput(stack, 'QueueNames', { value: `${queue.queueUrl} ${queue.queueArn}` });
  });
  expect(outputs.RuleArn).toMatch(/^arn:aws:events:us-west-2:111122223333:rule\/Test-Rule/);
  expect(outputs.QueueNames).toMatch(/^https:\/\/sqs\.us-west-2\.amazonaws\.com\/111122223333\/Test-Queue\S+ arn:aws:sqs:us-west-2:111122223333:Test-Queue/);
});

test('a repository of images', async () => {
  const outputs = await liveOf(stack => {
    const repository = new Repository(stack, 'Models', { removalPolicy: RemovalPolicy.DESTROY });
    new CfnOutput(stack, 'Uri', { value: repository.repositoryUri });
  });
  expect(outputs.Uri).toMatch(/^111122223333\.dkr\.ecr\.us-west-2\.amazonaws\.com\/test-models\w+-\w+$/);
});

test('parameters that name parts of a network', async () => {
  const Parameters = { Vpc: { Type: 'AWS::EC2::VPC::Id', Default: 'vpc-1' }, Subnets: { Type: 'List<AWS::EC2::Subnet::Id>', Default: 'subnet-1,subnet-2' } };
  await harness.deploy({ A: custom({ Vpc: { Ref: 'Vpc' }, Subnets: { Ref: 'Subnets' } }) }, { sections: { Parameters } });
  expect(harness.requests[0].ResourceProperties).toMatchObject({ Vpc: 'vpc-1', Subnets: ['subnet-1', 'subnet-2'] });
});

describe('DescribeStackResource', () => {
  const describeResource = async (LogicalResourceId: string, StackName = 'Test'): Promise<any> => {
    const call = { service: 'cloudformation', operation: 'DescribeStackResource', input: { StackName, LogicalResourceId }, caller: 'role' };
    return ((await harness.cloudFormation.handle(call)) as any).StackResourceDetail;
  };

  test('shows a resource as it is, by name or id of its stack', async () => {
    const { stackId } = await harness.deploy({ A: custom() });
    expect(await describeResource('A', stackId)).toEqual({
      StackName: 'Test',
      StackId: stackId,
      LogicalResourceId: 'A',
      PhysicalResourceId: 'a',
      ResourceType: 'Custom::Thing',
      LastUpdatedTimestamp: '2026-01-05T08:00:10.000Z',
      ResourceStatus: 'CREATE_COMPLETE',
      ResourceStatusReason: undefined,
      DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
    });
    await harness.destroy();
    expect(await describeResource('A', stackId)).toMatchObject({ PhysicalResourceId: 'a', ResourceStatus: 'DELETE_COMPLETE' });
  });

  test('shows a resource that is being made, without an id as long as it has none', async () => {
    harness.handler = () => 'never';
    harness.start({ A: custom() });
    await harness.wait(1000);
    expect(await describeResource('A')).toMatchObject({ PhysicalResourceId: undefined, ResourceStatus: 'CREATE_IN_PROGRESS' });
  });

  test('knows none that the stack does not have, or no longer', async () => {
    await expect(describeResource('A')).rejects.toMatchObject({ code: 'ValidationError', message: 'Stack \'Test\' does not exist' });
    await harness.deploy({ A: custom(), B: custom() });
    await harness.deploy({ A: custom() });
    await expect(describeResource('B')).rejects.toMatchObject({ code: 'ValidationError', message: 'Resource B does not exist for stack Test' });
  });

  test('reaches the SDK', async () => {
    const iam = new Iam(harness.clock);
    const service = await OneService.start(harness.clock, iam, 'cloudformation', harness.cloudFormation);
    const client = new CloudFormationClient(service.clientConfig(allow('cloudformation:DescribeStackResource')));
    try {
      await harness.deploy({ A: custom() });
      const ask = (LogicalResourceId: string) => client.send(new DescribeStackResourceCommand({ StackName: 'Test', LogicalResourceId }));
      expect((await ask('A')).StackResourceDetail).toMatchObject({
        PhysicalResourceId: 'a', ResourceStatus: 'CREATE_COMPLETE', LastUpdatedTimestamp: new Date('2026-01-05T08:00:10Z'),
      });
      await expect(ask('B')).rejects.toMatchObject({ name: 'ValidationError', message: 'Resource B does not exist for stack Test' });
    } finally {
      client.destroy();
      await service.stop();
    }
  });

  test('takes a permission of its own on the stack', () => {
    const call = { service: 'cloudformation', operation: 'DescribeStackResource', input: { StackName: 'Test', LogicalResourceId: 'A' }, caller: 'role' };
    expect(harness.cloudFormation.authorizations(call))
      .toEqual([{ action: 'cloudformation:DescribeStackResource', resource: 'arn:aws:cloudformation:us-west-2:111122223333:stack/Test/*' }]);
  });
});
