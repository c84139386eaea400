import { Accounts, Keys } from './accounts';
import { AutoScaling, SageMakerCapacity } from './autoscaling';
import { VirtualClock } from './clock';
import { Behaviour, CloudFormation, CustomResourceTransport } from './cloudformation';
import { CloudWatch } from './cloudwatch';
import { Logs } from './cloudwatch-logs';
import { EventBridge } from './eventbridge';
import { Journal } from './journal';
import { Environments, Faults, FrontDoor, Iam, LambdaService, PolicyDocument, StepFunctions } from './runtime';
import { S3 } from './s3';
import { SageMaker, Scenario } from './sagemaker';
import { Sns } from './sns';
import { Ssm } from './ssm';

export interface SandboxOptions {
  /** @default us-west-2, or that of the sandbox beside */
  readonly region?: string;
  /** @default 111122223333 */
  readonly account?: string;
  /**
   * A sandbox of another account in the same Region. The two, or more, share the time, so that `run` of any lets it pass for all, and the names of
   * buckets. They see what they have shared with each other by policies.
   *
   * @default - there are no other accounts
   */
  readonly beside?: Sandbox;
  /** @default - everything goes well, and takes as long as it did in an account */
  readonly scenario?: Scenario;
  readonly behaviour?: Behaviour;
  /**
   * How long a policy takes to become effective, in virtual milliseconds.
   *
   * @default 0
   */
  readonly consistencyDelay?: number;
  /**
   * Where the functions get their execution environments from: several sandboxes start faster when they share them.
   *
   * @default - processes of their own
   */
  readonly environments?: Environments;
}

/** AWS on this machine, as far as a deployment of this library needs it. */
export class Sandbox {
  public static async start(options: SandboxOptions = {}): Promise<Sandbox> {
    const sandbox = new Sandbox(options);
    await sandbox.frontDoor.start();
    return sandbox;
  }

  public readonly account: string;
  public readonly clock: VirtualClock;
  /** Every API call, Lambda invocation and stack event, in order. */
  public readonly journal = new Journal();
  public readonly faults = new Faults();
  public readonly iam: Iam;
  public readonly lambda: LambdaService;
  public readonly stepFunctions: StepFunctions;
  public readonly sagemaker: SageMaker;
  public readonly s3: S3;
  public readonly autoscaling: AutoScaling;
  public readonly cloudWatch: CloudWatch;
  public readonly eventBridge: EventBridge;
  public readonly sns: Sns;
  public readonly ssm: Ssm;
  public readonly logs: Logs;
  /** The keys of KMS, with their policies, of all accounts. */
  public readonly keys: Keys;
  public readonly cloudFormation: CloudFormation;
  private readonly accounts: Accounts<Sandbox>;
  private readonly frontDoor: FrontDoor;

  private constructor({ region: given, account = '111122223333', beside, scenario, behaviour, consistencyDelay, environments }: SandboxOptions) {
    const region = given ?? beside?.accounts.region ?? 'us-west-2';
    this.accounts = beside?.accounts ?? new Accounts(region);
    if (this.accounts.region !== region) {
      throw new Error(`sandboxes beside each other are in one Region, got ${region} and ${this.accounts.region}`);
    }
    this.accounts.add(account, this);
    this.account = account;
    this.clock = this.accounts.clock;
    this.keys = this.accounts.keys;
    const { clock, journal, faults } = this;
    this.iam = new Iam(clock, { consistencyDelay });
    this.iam.foreign = this.accounts;
    this.frontDoor = new FrontDoor(clock, journal, this.iam, faults);
    this.lambda = new LambdaService({ clock, journal, iam: this.iam, faults, frontDoor: this.frontDoor, region, environments });
    this.stepFunctions = new StepFunctions(clock, this.iam, this.lambda);
    this.s3 = new S3(clock, this.iam, { account, buckets: this.accounts.buckets });
    this.cloudWatch = new CloudWatch(clock, { account, region });
    this.sns = new Sns(clock);
    this.eventBridge = new EventBridge(clock, { account, region, sns: this.sns });
    this.ssm = new Ssm(clock, { account, region });
    this.logs = new Logs(clock, { account, region });
    const neighbours = {
      isScalableTarget: (resourceId: string) => this.autoscaling.isScalableTarget(resourceId),
      deregisterScalableTarget: (resourceId: string) => this.autoscaling.forget(resourceId),
      alarmState: (name: string) => this.cloudWatch.alarmState(name),
      otherAccounts: (other: string) => this.accounts.get(other)?.sagemaker,
    };
    this.sagemaker = new SageMaker(clock, { account, region, iam: this.iam, s3: this.s3, logs: this.logs, ...neighbours }, scenario);
    this.autoscaling = new AutoScaling(clock, {
      account, region, capacity: new SageMakerCapacity(this.sagemaker), alarms: this.cloudWatch, callers: this.iam,
    });
    this.cloudFormation = new CloudFormation({
      clock,
      journal,
      region,
      account,
      behaviour,
      parameterStore: this.ssm.parameters,
      customResources: this.customResources(),
      services: this,
    });
    this.frontDoor.register('lambda', this.lambda);
    this.frontDoor.register('states', this.stepFunctions);
    this.frontDoor.register('sagemaker', this.sagemaker);
    this.frontDoor.register('s3', this.s3);
    this.frontDoor.register('cloudformation', this.cloudFormation);
    this.frontDoor.register('application-autoscaling', this.autoscaling);
    this.frontDoor.register('monitoring', this.cloudWatch);
    this.frontDoor.register('events', this.eventBridge);
    this.frontDoor.register('ssm', this.ssm);
    this.frontDoor.register('logs', this.logs);
  }

  /** Lets virtual time pass until the promise settles. */
  public run<T>(promise: Promise<T>): Promise<T> {
    return this.clock.run(promise);
  }

  /** Makes a role that may do what the policy says, such as that of a person or a pipeline. Returns its ARN. */
  public role(name: string, policy: PolicyDocument): string {
    const arn = `arn:aws:iam::${this.account}:role/${name}`;
    this.iam.putRole({
      arn, name, trust: { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: `arn:aws:iam::${this.account}:root` } }] },
    });
    this.iam.putInlinePolicy(arn, 'Policy', policy);
    return arn;
  }

  /** The environment variables by which a process that uses an AWS SDK, or the AWS CLI, works with the sandbox under a role. */
  public environmentOf(roleArn: string): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.frontDoor.url,
      AWS_REGION: this.accounts.region,
      AWS_ACCESS_KEY_ID: this.iam.sessionFor(roleArn),
      AWS_SECRET_ACCESS_KEY: 'sandbox',
      AWS_SESSION_TOKEN: 'sandbox',
      // Nothing of whoever starts the process.
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    };
  }

  /** Ends all child processes, unless they are shared, and the HTTP server. */
  public async stop(): Promise<void> {
    await this.lambda.stop();
    await this.frontDoor.stop();
  }

  /** CloudFormation hands an event to the function and finds the answer at an address that it has made for it. */
  private customResources(): CustomResourceTransport {
    return {
      send: (serviceToken, request) => {
        const { url, body } = this.frontDoor.expectResponse();
        this.lambda.invokeAsync(serviceToken, JSON.stringify({ ...request, ResponseURL: url }));
        return body;
      },
    };
  }
}
