import { aws_ec2 as ec2, Lazy, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { Validation } from './validation';
import type { JobNetworkProps } from '../jobs/job-props';

/** What is wrong with where a job is to run. */
export function validateNetwork(props: JobNetworkProps): string[] {
  const validation = new Validation('vpc');
  validation.check(props.vpc !== undefined || props.vpcSubnets === undefined, 'vpcSubnets is of no use without vpc: give both, or neither');
  validation.check(props.vpc !== undefined || props.securityGroups === undefined, 'securityGroups is of no use without vpc: give both, or neither');
  validation.count('securityGroups', props.securityGroups, 1, 5, 'security groups', 'leave it out for a new one');
  return validation.messages;
}

/** The network interfaces of a job or an endpoint. */
export class JobNetwork {
  /**
   * Undefined for one that runs in no VPC.
   *
   * @param what is in the network, for the description of its security group
   */
  public static of(scope: Construct, props: JobNetworkProps, what: 'job' | 'endpoint' = 'job'): JobNetwork | undefined {
    return props.vpc && new JobNetwork(scope, props.vpc, props, what);
  }

  public readonly connections: ec2.Connections;
  private readonly subnetIds: string[];

  private constructor(scope: Construct, vpc: ec2.IVpc, props: JobNetworkProps, what: string) {
    const securityGroups = props.securityGroups ?? [new ec2.SecurityGroup(scope, 'SecurityGroup', {
      vpc,
      description: `Network interfaces of the SageMaker ${what} ${scope.node.path}`.replace(/[^a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]/g, '?').slice(0, 255),
    })];
    this.connections = new ec2.Connections({ securityGroups });
    const validation = new Validation('vpcSubnets');
    try {
      this.subnetIds = vpc.selectSubnets(props.vpcSubnets).subnetIds;
    } catch (error) {
      this.subnetIds = [];
      validation.check(false, `vpcSubnets must be a selection that the VPC has: ${(error as Error).message}`);
      validation.throwIfAny(scope);
    }
    if (!Token.isUnresolved(this.subnetIds)) {
      validation.count('vpcSubnets', this.subnetIds, 1, 16, 'subnets', 'select fewer');
    }
    validation.throwIfAny(scope);
  }

  /** The member of the Create request. */
  public render(): Record<string, unknown> {
    // Groups can join through `connections` as long as the app is not synthesized.
    const SecurityGroupIds = Lazy.list({ produce: () => this.connections.securityGroups.map(group => group.securityGroupId) });
    return { SecurityGroupIds, Subnets: this.subnetIds };
  }
}

/** For the `connections` of a job or an endpoint, which only one in a VPC has. */
export function connectionsOf(network: JobNetwork | undefined, scope: Construct, what: 'a job' | 'an endpoint' = 'a job'): ec2.Connections {
  if (network === undefined) {
    throw new Error(`connections of ${scope.node.path} needs ${what} in a VPC: give vpc`);
  }
  return network.connections;
}
