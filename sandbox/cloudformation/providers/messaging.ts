import { Effect, Effects } from './native';
import type { EventBridge } from '../../eventbridge';
import { PolicyDocument } from '../../runtime/policy';
import type { Sns } from '../../sns';

/** Rules and topics, so that what happens to events is the same as in an account. */
export function messagingEffects(eventBridge: EventBridge, sns: Sns): Record<string, Effects> {
  const putRule = ({ name, attributes, properties }: Effect) => eventBridge.putRule({ name, arn: String(attributes.Arn), properties });
  const putTopic = ({ physicalId }: Effect) => sns.putTopic(physicalId);
  const setPolicy = (topics: unknown, document?: unknown) => (topics as string[]).forEach(topic => sns.putPolicy(topic, document as PolicyDocument));
  const putPolicy = ({ properties }: Effect) => setPolicy(properties.Topics, properties.PolicyDocument);
  return {
    'AWS::Events::Rule': { create: putRule, update: putRule, delete: ({ attributes }) => eventBridge.deleteRule(String(attributes.Arn)) },
    'AWS::SNS::Topic': { create: putTopic, update: putTopic, delete: ({ physicalId }) => sns.deleteTopic(physicalId) },
    'AWS::SNS::TopicPolicy': { create: putPolicy, update: putPolicy, delete: ({ properties }) => setPolicy(properties.Topics) },
  };
}
