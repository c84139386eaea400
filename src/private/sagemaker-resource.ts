import { aws_iam as iam, CfnResource, ITaggable, RemovalPolicy, RemovalPolicyOptions, Stack, TagManager, TagType } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { warnOfExports } from './exports';
import { JobProvider } from './job-provider';
import { quote, Validation } from './validation';

/** The service allows 50 tags; up to three of them are the library's own. */
const MAX_TAGS = 47;

/** What keys and values are made of. */
const TAG_CHARACTERS = /[\p{L}\p{Z}\p{N}_.:/=+\-@]*/u;
const TAG_RULE = 'hold only letters, digits, spaces and _.:/=+-@';

export interface ProviderResourceProps {
  /** What follows `Custom::SageMaker` in the resource's type. */
  readonly type: string;
  readonly properties: Record<string, unknown>;
  /** A role that the handlers pass to SageMaker. */
  readonly passRole?: iam.IRole;
  /** Whether there is nothing behind it that could be kept: a wait or a check. */
  readonly transient?: boolean;
}

/**
 * A custom resource of the stack's provider.
 *
 * It is a plain CfnResource, so that removal policies, overrides of the logical id and conditions work as for any other.
 */
export class ProviderResource extends CfnResource {
  /** What it is made from. */
  public readonly content: Readonly<Record<string, unknown>>;
  private readonly transient: boolean;

  constructor(scope: Construct, id: string, props: ProviderResourceProps) {
    const provider = JobProvider.getOrCreate(scope);
    super(scope, id, {
      type: `Custom::SageMaker${props.type}`,
      properties: { ServiceToken: provider.serviceToken, ...props.properties },
    });
    this.content = props.properties;
    this.transient = props.transient ?? false;
    this.node.addValidation({
      validate: () => {
        warnOfExports(this);
        return [];
      },
    });
    // Functions and state machine come with the ServiceToken; the handlers' policy comes with nothing. When resources go, the permissions to
    // stop and delete what is behind them must still be there.
    this.node.addDependency(provider.policy);
    if (props.passRole) {
      provider.allowPassRole(props.passRole);
      // A role without its policies starts a job that fails.
      this.node.addDependency(props.passRole);
    }
  }

  /**
   * `RemovalPolicies.of(...).retain()` comes by every resource. A wait must not hear of it: it stops the job of a deployment that fails when it is
   * deleted itself, and nothing else does for a job that is retained.
   */
  public applyRemovalPolicy(policy?: RemovalPolicy, options?: RemovalPolicyOptions): void {
    if (!this.transient) {
      super.applyRemovalPolicy(policy, options);
    }
  }

  /** An attribute of the resource, as a string token. */
  public attribute(name: string): string {
    return this.getAtt(name).toString();
  }
}

/** A custom resource whose SageMaker resource carries tags: its own, those of the construct tree and those of the stack. */
export class TaggedProviderResource extends ProviderResource implements ITaggable {
  public readonly tags: TagManager;

  constructor(scope: Construct, id: string, props: ProviderResourceProps) {
    super(scope, id, props);
    this.tags = new TagManager(TagType.STANDARD, this.cfnResourceType, undefined, { tagPropertyName: 'Tags' });
    this.node.addValidation({
      validate: () => validateTags(this.allTags()),
    });
  }

  protected renderProperties(props: Record<string, unknown>): Record<string, unknown> {
    const tags = Object.entries(this.allTags()).map(([Key, Value]) => ({ Key, Value }));
    return { ...props, Tags: tags.length > 0 ? tags : undefined };
  }

  /**
   * Stack tags never reach the properties of a custom resource by themselves, but policies that enforce tags look at the Create call. Those of a
   * stack are those of its nested stacks.
   */
  private allTags(): Record<string, string> {
    const stacks: Stack[] = [];
    for (let stack: Stack | undefined = Stack.of(this); stack; stack = stack.nestedStackParent) {
      stacks.unshift(stack);
    }
    return Object.assign({}, ...stacks.map(({ tags }) => tags.tagValues()), this.tags.tagValues());
  }
}

export interface SageMakerResourceProps {
  /** Kind of the resource, as SageMaker's API names it. */
  readonly type: 'AIWorkloadConfig' | 'AIRecommendationJob' | 'AIBenchmarkJob' | 'OptimizationJob' | 'InferenceRecommendationsJob';
  /** Start of the name; the hash of the inputs follows. */
  readonly namePrefix?: string;
  /** Another value is another run of the same inputs. */
  readonly rerunToken?: string;
  /** What the resource depends on beyond its request: another value is another resource. */
  readonly subject?: Record<string, string>;
  /** The Create request without name, tags and role: what the resource's name is the hash of. Only what the user set belongs in it. */
  readonly request: Record<string, unknown>;
  /** What the handlers read beside, or what is only there to change: none of it is part of the name. */
  readonly unhashed?: Record<string, unknown>;
  /** Execution role. */
  readonly role?: iam.IRole;
}

/** A SageMaker resource that is named by what it is made from. */
export class SageMakerResource extends TaggedProviderResource {
  /** Its name. */
  public readonly attrName: string;
  /** Its ARN. */
  public readonly attrArn: string;

  constructor(scope: Construct, id: string, props: SageMakerResourceProps) {
    super(scope, id, {
      type: props.type,
      properties: {
        NamePrefix: props.namePrefix,
        RerunToken: props.rerunToken,
        Subject: props.subject,
        Request: props.request,
        RoleArn: props.role?.roleArn,
        ...props.unhashed,
      },
      passRole: props.role,
    });
    this.attrName = this.attribute('Name');
    this.attrArn = this.attribute('Arn');
  }
}

/** What the service would refuse. Tags are only complete when the app is synthesized. */
function validateTags(tags: Record<string, string>): string[] {
  const validation = new Validation('tags');
  const count = Object.keys(tags).length;
  validation.check(count <= MAX_TAGS, `tags takes at most ${MAX_TAGS} tags beside the library's own, got ${count}`);
  for (const [key, value] of Object.entries(tags)) {
    const keyOf = 'the key of a tag';
    validation.length(keyOf, key, 1, 128);
    validation.matches(keyOf, key, TAG_CHARACTERS, TAG_RULE);
    validation.matches(keyOf, key, /(?!aws:|cdk-sagemaker-inference:).*/i, 'not begin with aws: or cdk-sagemaker-inference:, which are reserved');
    const valueOf = `the value of tag ${quote(key)}`;
    validation.length(valueOf, value, 0, 256);
    validation.matches(valueOf, value, TAG_CHARACTERS, TAG_RULE);
  }
  return validation.messages;
}
