import { Questions } from './questions';
import type { Aws } from '../aws/aws';
import { printable } from '../format';

/** An endpoint, or an inference component on one. */
export interface Hosted {
  readonly status: string;
  readonly reason?: string;
  /** On what it serves: `ml.g6.24xlarge`, `2 copies`. */
  readonly serves?: string;
}

/** Endpoints and inference components, asked about while CloudFormation is busy with them, and once when it has done. */
export class Hosting {
  private readonly known = new Map<string, Hosted>();
  private readonly settled = new Set<string>();

  constructor(private readonly aws: Aws, private readonly questions: Questions) {}

  /** @param busy whether CloudFormation is creating or updating it */
  public async look(kind: 'endpoint' | 'component', arnOrName: string, busy: boolean): Promise<Hosted | undefined> {
    if (!busy && this.settled.has(arnOrName)) {
      return this.known.get(arnOrName);
    }
    const name = arnOrName.slice(arnOrName.lastIndexOf('/') + 1);
    const found = kind === 'endpoint' ? await this.endpoint(name, busy) : await this.component(name);
    if (found) {
      this.known.set(arnOrName, found);
    }
    if (found !== undefined && !busy) {
      this.settled.add(arnOrName);
    } else {
      this.settled.delete(arnOrName);
    }
    return this.known.get(arnOrName);
  }

  private async endpoint(EndpointName: string, busy: boolean): Promise<Hosted | null | undefined> {
    const { DescribeEndpointCommand } = await import('@aws-sdk/client-sagemaker');
    const client = await this.aws.sagemaker();
    const found = await this.questions.ask('the state of endpoints', () => client.send(new DescribeEndpointCommand({ EndpointName })));
    return found && {
      status: String(found.EndpointStatus),
      reason: found.FailureReason && printable(found.FailureReason),
      serves: busy ? undefined : await this.instancesOf(found.EndpointConfigName),
    };
  }

  private async instancesOf(EndpointConfigName: string | undefined): Promise<string | undefined> {
    const { DescribeEndpointConfigCommand } = await import('@aws-sdk/client-sagemaker');
    const client = await this.aws.sagemaker();
    const config = await this.questions.ask('on which instances endpoints serve', () =>
      client.send(new DescribeEndpointConfigCommand({ EndpointConfigName })));
    const types = (config?.ProductionVariants ?? []).flatMap(({ InstanceType, InstancePools, ServerlessConfig }) =>
      InstancePools ? InstancePools.map(pool => pool.InstanceType) : InstanceType ?? (ServerlessConfig ? 'serverless' : []));
    return types.length > 0 ? [...new Set(types)].join(', ') : undefined;
  }

  private async component(InferenceComponentName: string): Promise<Hosted | null | undefined> {
    const { DescribeInferenceComponentCommand } = await import('@aws-sdk/client-sagemaker');
    const client = await this.aws.sagemaker();
    const found = await this.questions.ask('the state of inference components', () =>
      client.send(new DescribeInferenceComponentCommand({ InferenceComponentName })));
    const { CurrentCopyCount: copies } = found?.RuntimeConfig ?? {};
    return found && {
      status: String(found.InferenceComponentStatus),
      reason: found.FailureReason && printable(found.FailureReason),
      serves: copies === undefined ? undefined : copies === 1 ? '1 copy' : `${copies} copies`,
    };
  }
}
