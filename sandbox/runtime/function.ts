import { VirtualClock } from '../clock';
import { Environment, Environments } from './environments';
import { FrontDoor } from './front-door';
import { Iam } from './iam';

export interface FunctionConfiguration {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  /** The asset, unpacked. */
  readonly codeDirectory: string;
  readonly handler: string;
  readonly runtime: string;
  /** In seconds. */
  readonly timeout: number;
  /** In MB. */
  readonly memory: number;
  readonly environment: Record<string, string>;
  /** ApplicationLogLevel of a function whose log format is JSON; without it everything is logged. */
  readonly logLevel?: string;
}

/** What the environments of all functions share. */
export interface Host {
  readonly clock: VirtualClock;
  readonly iam: Iam;
  readonly frontDoor: FrontDoor;
  readonly region: string;
  readonly environments: Environments;
}

/** A process that does not answer for so long, in real time, hangs, however long its function's time-out is. */
const PATIENCE = 60_000;

/** One version of a function, with its code as it was then and the environments that run it. */
export class DeployedFunction {
  private readonly environments = new Set<Environment>();
  private readonly codeDirectory: string;
  private retired = false;

  constructor(
    public readonly configuration: FunctionConfiguration,
    private readonly host: Host,
    private readonly log: (requestId: string, text: string) => void,
  ) {
    this.codeDirectory = host.environments.unpack(configuration.codeDirectory);
  }

  /** Runs the task on a warm process, or else on a new one. */
  public async withEnvironment<T>(task: (environment: Environment) => Promise<T>): Promise<T> {
    const outcome = await task(this.warm() ?? this.start());
    if (this.retired) {
      this.retire();
    }
    return outcome;
  }

  /** A process is lost. */
  public killWarm(): void {
    this.warm()?.kill();
  }

  /** The function has gone or is another one now: idle processes end now, busy ones when they have answered. */
  public retire(): void {
    this.retired = true;
    [...this.environments].filter(environment => environment.usable).forEach(environment => environment.leave());
  }

  public async stop(): Promise<void> {
    await Promise.all([...this.environments].map(environment => {
      environment.leave();
      return environment.ended;
    }));
  }

  private warm(): Environment | undefined {
    return [...this.environments].find(environment => environment.usable);
  }

  private start(): Environment {
    const { clock, iam, frontDoor, environments } = this.host;
    const { name, roleArn, handler, timeout } = this.configuration;
    const accessKeyId = iam.sessionFor(roleArn, name);
    const environment = environments.start({
      clock,
      frontDoor,
      codeDirectory: this.codeDirectory,
      handler,
      environment: this.variables(accessKeyId),
      patience: Math.min(timeout * 1000, PATIENCE),
      log: this.log,
    });
    this.environments.add(environment);
    frontDoor.attach(accessKeyId, environment);
    void environment.ended.then(() => {
      this.environments.delete(environment);
      frontDoor.detach(accessKeyId);
    });
    return environment;
  }

  private variables(accessKeyId: string): Record<string, string> {
    const { frontDoor, region, environments } = this.host;
    const { name, memory, environment, logLevel } = this.configuration;
    return {
      ...environment,
      ...environments.variables,
      LAMBDA_TASK_ROOT: this.codeDirectory,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memory),
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ENDPOINT_URL: frontDoor.url,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'sandbox',
      AWS_SESSION_TOKEN: 'sandbox',
      ...logLevel && { AWS_LAMBDA_LOG_LEVEL: logLevel },
    };
  }
}
