import { VirtualClock } from '../clock';
import { parsePolicy, PolicyDocument, Statement } from '../runtime/policy';
import { ServiceError } from '../service';

/** What a topic was given. Nobody gets it: whether a subscription was confirmed, only its owner knows. */
export interface Message {
  readonly topicArn: string;
  readonly time: number;
  readonly message: string;
}

/** A service of AWS that publishes on behalf of one of its resources. */
export interface Publisher {
  readonly service: string;
  readonly sourceArn: string;
}

interface Topic {
  readonly arn: string;
  policy: Statement[];
}

/** A local stand-in for the topics of SNS, as far as other services publish to them. */
export class Sns {
  /** Of all topics, in order. */
  public readonly messages: Message[] = [];
  private readonly topics = new Map<string, Topic>();

  constructor(private readonly clock: VirtualClock) {}

  public putTopic(arn: string): void {
    this.topics.set(arn, this.topics.get(arn) ?? { arn, policy: [] });
  }

  public deleteTopic(arn: string): void {
    this.topics.delete(arn);
  }

  /** Without a document only the account itself may publish. */
  public putPolicy(arn: string, document?: PolicyDocument): void {
    const topic = this.topics.get(arn);
    if (topic) {
      topic.policy = document ? parsePolicy(document, 'resource') : [];
    }
  }

  /** Throws unless there is such a topic, and its policy lets the service in. */
  public publish(topicArn: string, message: string, { service, sourceArn }: Publisher): void {
    const topic = this.topics.get(topicArn);
    if (!topic) {
      throw new ServiceError('NotFound', 'Topic does not exist', 404);
    }
    const context = { 'aws:SecureTransport': 'true', 'aws:SourceArn': sourceArn, 'aws:SourceAccount': sourceArn.split(':')[4] };
    const speaking = topic.policy
      .filter(statement => statement.isAboutService(service) && statement.matches({ action: 'sns:Publish', resource: topicArn, context }));
    if (speaking.length === 0 || speaking.some(({ denies }) => denies)) {
      throw new ServiceError('AuthorizationError', `User: ${service} is not authorized to perform: SNS:Publish on resource: ${topicArn}`, 403);
    }
    this.messages.push({ topicArn, time: this.clock.now(), message });
  }
}
