import { VirtualClock } from '../../sandbox/clock';
import { Journal } from '../../sandbox/journal';
import { Faults, FrontDoor, Iam } from '../../sandbox/runtime';
import { ServiceStandIn } from '../../sandbox/service';

export const ACCOUNT = '111122223333';
export const REGION = 'us-west-2';
const TRUST = { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } } };

/** A front door with one service behind it, as clients of the SDK reach it. */
export class OneService {
  public static async start(clock: VirtualClock, iam: Iam, signingName: string, standIn: ServiceStandIn): Promise<OneService> {
    const frontDoor = new FrontDoor(clock, new Journal(), iam, new Faults());
    frontDoor.register(signingName, standIn);
    await frontDoor.start();
    return new OneService(iam, frontDoor);
  }

  private constructor(private readonly iam: Iam, private readonly frontDoor: FrontDoor) {
  }

  /** The configuration of a client whose role may do what the statements say. */
  public clientConfig(...Statement: object[]) {
    const arn = `arn:aws:iam::${ACCOUNT}:role/caller-${Math.random()}`;
    this.iam.putRole({ arn, name: arn.slice(arn.lastIndexOf('/') + 1), trust: TRUST });
    this.iam.putInlinePolicy(arn, 'policy', { Statement });
    const credentials = { accessKeyId: this.iam.sessionFor(arn), secretAccessKey: 'sandbox' };
    return { region: REGION, endpoint: this.frontDoor.url, credentials, maxAttempts: 1 };
  }

  public stop(): Promise<void> {
    return this.frontDoor.stop();
  }
}

export function allow(...actions: string[]): object {
  return { Effect: 'Allow', Action: actions, Resource: '*' };
}
