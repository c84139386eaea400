import { VirtualClock } from './clock';
import { Behaviour, CloudFormation, CustomResourceTransport } from './cloudformation';
import { Journal } from './journal';
import { Faults, FrontDoor, Iam, LambdaService, StepFunctions } from './runtime';
import { S3 } from './s3';
import { SageMaker, Scenario } from './sagemaker';

export interface SandboxOptions {
  /** @default us-west-2 */
  readonly region?: string;
  /** @default 111122223333 */
  readonly account?: string;
  /** @default - everything goes well, and takes as long as it did in an account */
  readonly scenario?: Scenario;
  readonly behaviour?: Behaviour;
  /**
   * How long a policy takes to become effective, in virtual milliseconds.
   *
   * @default 0
   */
  readonly consistencyDelay?: number;
}

/** AWS on this machine, as far as a deployment of this library needs it. */
export class Sandbox {
  public static async start(options: SandboxOptions = {}): Promise<Sandbox> {
    const sandbox = new Sandbox(options);
    await sandbox.frontDoor.start();
    return sandbox;
  }

  public readonly clock = new VirtualClock();
  /** Every API call, Lambda invocation and stack event, in order. */
  public readonly journal = new Journal();
  public readonly faults = new Faults();
  public readonly iam: Iam;
  public readonly lambda: LambdaService;
  public readonly stepFunctions: StepFunctions;
  public readonly sagemaker: SageMaker;
  public readonly s3: S3;
  public readonly cloudFormation: CloudFormation;
  private readonly frontDoor: FrontDoor;

  private constructor({ region = 'us-west-2', account = '111122223333', scenario, behaviour, consistencyDelay }: SandboxOptions) {
    const { clock, journal, faults } = this;
    this.iam = new Iam(clock, { consistencyDelay });
    this.frontDoor = new FrontDoor(clock, journal, this.iam, faults);
    this.lambda = new LambdaService({ clock, journal, iam: this.iam, faults, frontDoor: this.frontDoor, region });
    this.stepFunctions = new StepFunctions(clock, this.iam, this.lambda);
    this.s3 = new S3(clock, this.iam);
    this.sagemaker = new SageMaker(clock, { account, region, iam: this.iam, s3: this.s3 }, scenario);
    this.cloudFormation = new CloudFormation({
      clock, journal, region, account, behaviour, customResources: this.customResources(), services: this,
    });
    this.frontDoor.register('lambda', this.lambda);
    this.frontDoor.register('states', this.stepFunctions);
    this.frontDoor.register('sagemaker', this.sagemaker);
    this.frontDoor.register('s3', this.s3);
    this.frontDoor.register('cloudformation', this.cloudFormation);
  }

  /** Lets virtual time pass until the promise settles. */
  public run<T>(promise: Promise<T>): Promise<T> {
    return this.clock.run(promise);
  }

  /** Ends all child processes and the HTTP server. */
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
