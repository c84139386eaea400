import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { buildSync } from 'esbuild';
import { VirtualClock } from '../../sandbox/clock';
import { Journal } from '../../sandbox/journal';
import { Environments, Faults, FrontDoor, Iam, IamOptions, LambdaService, StepFunctions } from '../../sandbox/runtime';
import { ServiceCall, ServiceError, ServiceStandIn } from '../../sandbox/service';

const REGION = 'us-west-2';
const ACCOUNT = '111122223333';

/** What `cdk synth` makes of a provider with the handler of these tests. */
export interface Synthesized {
  readonly directory: string;
  readonly template: any;
}

/** Polls every 30 seconds, 1,300 times. */
export function synthesize(): Synthesized {
  const directory = mkdtempSync(join(tmpdir(), 'runtime-test-'));
  buildSync({
    entryPoints: [join(__dirname, 'runtime-handler.ts')],
    outfile: join(directory, 'handler', 'index.js'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
  });
  const app = new App({ outdir: join(directory, 'cdk.out') });
  const stack = new Stack(app, 'Test', { env: { region: REGION, account: ACCOUNT } });
  const handler = (id: string) => {
    const fn = new Function(stack, id, {
      code: Code.fromAsset(join(directory, 'handler')),
      handler: `index.${id}`,
      runtime: Runtime.NODEJS_24_X,
      timeout: Duration.minutes(2),
    });
    fn.addToRolePolicy(new PolicyStatement({
      actions: ['sagemaker:CreateModel', 'sagemaker:Describe*', 'sagemaker:DeleteModel', 'cloudformation:DescribeStacks'],
      resources: [`arn:aws:sagemaker:${REGION}:${ACCOUNT}:model/model-*`, `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/Test/*`],
    }));
    return fn;
  };
  new Provider(stack, 'Provider', {
    onEventHandler: handler('onEvent'),
    isCompleteHandler: handler('isComplete'),
    queryInterval: Duration.seconds(30),
    totalTimeout: Duration.seconds(30 * 1300),
  });
  const { template } = app.synth().getStackByName('Test');
  return { directory, template };
}

/** The models of SageMaker, and one stack of CloudFormation. */
export class StandIns implements ServiceStandIn {
  public readonly models: string[] = [];

  constructor(private readonly clock: VirtualClock) {}

  public authorizations({ service, operation, input }: ServiceCall) {
    const resource = service === 'sagemaker' ? `model/${input.ModelName}` : `stack/${input.StackName}/1`;
    return [{ action: `${service}:${operation}`, resource: `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}` }];
  }

  public async handle({ operation, input }: ServiceCall) {
    const arn = `arn:aws:sagemaker:${REGION}:${ACCOUNT}:model/${input.ModelName}`;
    switch (operation) {
      case 'CreateModel':
        this.models.push(input.ModelName);
        return { ModelArn: arn };
      case 'DescribeModel':
        if (!this.models.includes(input.ModelName)) {
          throw new ServiceError('ValidationException', `Could not find model "${arn}".`);
        }
        return { ModelName: input.ModelName, ModelArn: arn, CreationTime: new Date(this.clock.now()) };
      default:
        return this.describeStacks(input.StackName);
    }
  }

  private describeStacks(StackName: string) {
    const { clock } = this;
    if (StackName !== 'Test') {
      throw new ServiceError('ValidationError', `Stack with id ${StackName} does not exist`);
    }
    return { Stacks: [{ StackName, StackStatus: 'CREATE_IN_PROGRESS', CreationTime: new Date(clock.now()), Tags: [{ Key: 'team', Value: 'R&D <1>' }] }] };
  }
}

/** The runtime, perhaps with the provider deployed in it, and CloudFormation's part of the conversation. */
export class Harness {
  public static async start(synthesized?: Synthesized, options: IamOptions & { environments?: Environments } = {}): Promise<Harness> {
    const harness = new Harness(options);
    await harness.frontDoor.start();
    if (synthesized) {
      harness.deploy(synthesized);
    }
    return harness;
  }

  public readonly clock = new VirtualClock();
  public readonly journal = new Journal();
  public readonly faults = new Faults();
  public readonly iam: Iam;
  public readonly frontDoor: FrontDoor;
  public readonly lambda: LambdaService;
  public readonly stepFunctions: StepFunctions;
  public readonly standIns: StandIns;
  private requests = 0;

  private constructor({ environments, ...options }: IamOptions & { environments?: Environments }) {
    const { clock, journal, faults } = this;
    this.iam = new Iam(clock, options);
    this.frontDoor = new FrontDoor(clock, journal, this.iam, faults);
    this.lambda = new LambdaService({ clock, journal, iam: this.iam, faults, frontDoor: this.frontDoor, region: REGION, environments });
    this.stepFunctions = new StepFunctions(clock, this.iam, this.lambda);
    this.standIns = new StandIns(clock);
    this.frontDoor.register('lambda', this.lambda);
    this.frontDoor.register('states', this.stepFunctions);
    this.frontDoor.register('sagemaker', this.standIns);
    this.frontDoor.register('cloudformation', this.standIns);
  }

  /** Sends a request to the provider, lets time pass, and returns the answer. */
  public request(properties: Record<string, string>, more?: object): Promise<any> {
    return this.clock.run(this.send(properties, more));
  }

  /** Sends a request to the provider. The answer is undefined when none came in twelve hours. */
  public send(properties: Record<string, string>, more: object = { RequestType: 'Create' }): Promise<any> {
    const { url, body } = this.frontDoor.expectResponse();
    this.lambda.invokeAsync(arnOf('ProviderframeworkonEvent'), JSON.stringify({
      RequestId: `request-${++this.requests}`,
      StackId: `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/Test/1`,
      ResponseURL: url,
      ResourceType: 'Custom::Test',
      LogicalResourceId: 'Job',
      ResourceProperties: properties,
      ...more,
    }));
    return Promise.race([body.then(answer => JSON.parse(answer)), this.clock.sleep(12 * 3_600_000).then(() => undefined)]);
  }

  /** The role of a function, by the function's name. */
  public roleOf(functionName: string): string {
    return arnOf(`${functionName}ServiceRole`);
  }

  public calls(operation: string) {
    return this.journal.calls.filter(call => call.operation === operation);
  }

  public invocations(functionName: string) {
    return this.journal.invocations.filter(invocation => invocation.functionName === functionName);
  }

  /** Minutes of virtual time since the start. */
  public get minutes(): number {
    return (this.clock.now() - new VirtualClock().now()) / 60_000;
  }

  public async stop(): Promise<void> {
    await this.lambda.stop();
    await this.frontDoor.stop();
  }

  private deploy({ directory, template }: Synthesized): void {
    const resources = Object.entries<any>(template.Resources).map(([logicalId, { Type, Properties }]) => (
      { id: stable(logicalId), type: Type, props: resolve(Properties, template) }));
    const ofType = (type: string) => resources.filter(resource => resource.type === type);
    for (const { id, props } of ofType('AWS::IAM::Role')) {
      this.iam.putRole({ arn: arnOf(id), name: id, trust: props.AssumeRolePolicyDocument });
      props.ManagedPolicyArns?.forEach((arn: string) => this.iam.attachManaged(arnOf(id), arn));
    }
    for (const { props } of ofType('AWS::IAM::Policy')) {
      props.Roles.forEach((role: string) => this.iam.putInlinePolicy(arnOf(role), props.PolicyName, props.PolicyDocument));
    }
    for (const { id, props } of ofType('AWS::Lambda::Function')) {
      this.lambda.createFunction({
        name: id,
        arn: arnOf(id),
        roleArn: props.Role,
        codeDirectory: join(directory, 'cdk.out', `asset.${props.Code.S3Key.replace('.zip', '')}`),
        handler: props.Handler,
        runtime: props.Runtime,
        timeout: props.Timeout,
        memory: 128,
        environment: props.Environment?.Variables ?? {},
        logLevel: props.LoggingConfig?.ApplicationLogLevel,
      });
    }
    for (const { id, props } of ofType('AWS::StepFunctions::StateMachine')) {
      this.stepFunctions.createStateMachine({ arn: arnOf(id), name: id, roleArn: props.RoleArn, definition: props.DefinitionString });
    }
  }
}

export function remove({ directory }: Synthesized): void {
  rmSync(directory, { recursive: true, force: true });
}

/** Logical ids without the CDK's hash. */
function stable(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}

function arnOf(id: string): string {
  const kind = /Role$/.test(id) ? ['iam:', 'role/'] : /machine/.test(id) ? [`states:${REGION}`, 'stateMachine:'] : [`lambda:${REGION}`, 'function:'];
  return `arn:aws:${kind[0]}:${ACCOUNT}:${kind[1]}${id}`;
}

/** The intrinsics that this one template has. */
function resolve(value: any, template: any): any {
  if (Array.isArray(value)) {
    return value.map(element => resolve(element, template));
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  const [[intrinsic, argument] = []] = Object.entries<any>(value);
  switch (intrinsic) {
    case 'Ref': {
      const isMachine = template.Resources[argument]?.Type === 'AWS::StepFunctions::StateMachine';
      return argument === 'AWS::Partition' ? 'aws' : isMachine ? arnOf(stable(argument)) : stable(argument);
    }
    case 'Fn::GetAtt': return arnOf(stable(argument[0]));
    case 'Fn::Join': return resolve(argument[1], template).join(argument[0]);
    default: return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, resolve(member, template)]));
  }
}
