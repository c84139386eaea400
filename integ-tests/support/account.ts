import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { SageMaker } from '@aws-sdk/client-sagemaker';
import { StackEvent } from './kept';
import { Call } from './left';
import { REGIONS } from './settings';

/** The Region of the tests. It must be said: what is started in the wrong one is found late. */
export function regionOf(environment: NodeJS.ProcessEnv = process.env): string {
  const region = environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
  if (!region || !REGIONS.includes(region)) {
    throw new Error(`AWS_REGION must be one of ${REGIONS.join(', ')}, which have recommendation jobs, got ${region ?? 'nothing'}`);
  }
  return region;
}

/** The account and the Region that the tests run in. */
export class Account {
  public readonly sagemaker: Call;
  private readonly cloudFormation: CloudFormation;

  constructor(public readonly region: string) {
    this.cloudFormation = new CloudFormation({ region });
    const client = new SageMaker({ region, maxAttempts: 8 }) as any;
    this.sagemaker = (operation, input) => client[operation[0].toLowerCase() + operation.slice(1)](input);
  }

  /** The number of the account, as the stack of `cdk bootstrap` has it. Without that stack nothing can be deployed. */
  public async id(): Promise<string> {
    const bootstrap = await this.stack('CDKToolkit');
    if (!bootstrap) {
      throw new Error(`there is no stack CDKToolkit in ${this.region}: run npx cdk bootstrap aws://ACCOUNT/${this.region}`);
    }
    return bootstrap.arn.split(':')[4];
  }

  public async stack(stackName: string): Promise<{ arn: string; status: string } | undefined> {
    try {
      const { Stacks: [stack] = [] } = await this.cloudFormation.describeStacks({ StackName: stackName });
      return stack && { arn: stack.StackId!, status: stack.StackStatus! };
    } catch (error) {
      if (/does not exist/.test(String(error))) {
        return undefined;
      }
      throw error;
    }
  }

  public async events(stackName: string): Promise<StackEvent[]> {
    const events: StackEvent[] = [];
    let NextToken: string | undefined;
    do {
      const page = await this.cloudFormation.describeStackEvents({ StackName: stackName, NextToken });
      events.push(...page.StackEvents ?? []);
      NextToken = page.NextToken;
    } while (NextToken);
    return events;
  }
}
