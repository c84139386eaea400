import { randomUUID } from 'node:crypto';
import type { Instance, Place, TypeModel } from './type-models';

const byName = (name: string) => name;
const same = ({ physicalId }: Instance) => physicalId;
const lastPart = (separator: string) => (physicalId: string) => physicalId.slice(physicalId.lastIndexOf(separator) + 1);

function arn(service: string, { partition, region, account }: Place, resource: string): string {
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}

/** What tells people and other services that something happened, and where they look it up. What topics and rules do with it is in messaging.ts. */
export const MESSAGING_TYPES: Record<string, TypeModel> = {
  'AWS::SNS::Topic': {
    nameProperty: 'TopicName',
    maxLength: 256,
    physicalId: (name, place) => arn('sns', place, name),
    nameOf: lastPart(':'),
    attributes: { TopicArn: same, TopicName: ({ name }) => name },
  },
  'AWS::SNS::Subscription': { physicalId: (_name, _place, { TopicArn }) => `${TopicArn}:${randomUUID()}`, attributes: { Arn: same } },
  'AWS::SNS::TopicPolicy': { physicalId: byName, attributes: { Id: same } },
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    maxLength: 80,
    seconds: 60,
    physicalId: (name, { region, account }) => `https://sqs.${region}.amazonaws.com/${account}/${name}`,
    nameOf: lastPart('/'),
    attributes: { QueueUrl: same, QueueName: ({ name }) => name, Arn: ({ name, place }) => arn('sqs', place, name) },
  },
  'AWS::SQS::QueuePolicy': { physicalId: byName, attributes: { Id: same } },
  'AWS::Events::Rule': {
    nameProperty: 'Name',
    // One of another bus is named along with it.
    physicalId: (name, _place, { EventBusName }) => EventBusName === undefined ? name : `${EventBusName}|${name}`,
    nameOf: lastPart('|'),
    seconds: 60,
    attributes: {
      RuleName: ({ name }) => name,
      Arn: ({ name, place, properties: { EventBusName } }) => arn('events', place, `rule/${EventBusName === undefined ? '' : `${EventBusName}/`}${name}`),
    },
  },
  'AWS::Scheduler::Schedule': {
    nameProperty: 'Name', physicalId: byName, attributes: { Arn: ({ name, place, properties }) => arn('scheduler', place, `schedule/${properties.GroupName ?? 'default'}/${name}`) },
  },
  'AWS::CloudWatch::Dashboard': { nameProperty: 'DashboardName', maxLength: 255, physicalId: byName, attributes: {} },
  'AWS::CloudWatch::Alarm': {
    nameProperty: 'AlarmName', maxLength: 255, physicalId: byName, attributes: { Arn: ({ name, place }) => arn('cloudwatch', place, `alarm:${name}`) },
  },
  'AWS::CloudWatch::CompositeAlarm': {
    nameProperty: 'AlarmName', maxLength: 255, physicalId: byName, attributes: { Arn: ({ name, place }) => arn('cloudwatch', place, `alarm:${name}`) },
  },
  'AWS::Logs::MetricFilter': { nameProperty: 'FilterName', maxLength: 255, physicalId: byName, attributes: {} },
  'AWS::Logs::ResourcePolicy': { nameProperty: 'PolicyName', maxLength: 255, physicalId: byName, attributes: {} },
};
