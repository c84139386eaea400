import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ProviderResource } from './sagemaker-resource';

/** One custom resource may take an hour; a lap leaves room for the framework's own overhead. */
const LAP_SECONDS = 50 * 60;

export interface WaitChainProps {
  /** Kind of the job, as SageMaker's API names it. */
  readonly jobType: string;
  /** Name of the job, as the attribute of its resource: another job is waited for again. */
  readonly jobName: string;
  /** How long to wait in all before the job is stopped. */
  readonly waitTimeout: Duration;
  /** Whether a job that failed ends the wait like one that completed. */
  readonly acceptFailure?: boolean;
}

/**
 * Waits for a job longer than one custom resource may take: laps of 50 minutes, one after the other.
 *
 * The last lap has an id of its own, so that another number of laps touches nothing that uses its attributes.
 */
export class WaitChain extends Construct {
  /** The last lap: whoever depends on it waits for the job. */
  public readonly result: ProviderResource;
  private readonly laps: ProviderResource[] = [];

  constructor(scope: Construct, id: string, props: WaitChainProps) {
    super(scope, id);
    const total = props.waitTimeout.toSeconds();
    const laps = Math.max(1, Math.ceil(total / LAP_SECONDS));

    let previous: ProviderResource | undefined;
    for (let lap = 1; lap <= laps; lap++) {
      const last = lap === laps;
      const wait: ProviderResource = new ProviderResource(this, last ? 'Result' : `Lap${lap}`, {
        type: 'JobWait',
        transient: true,
        properties: {
          JobType: props.jobType,
          JobName: props.jobName,
          LapSeconds: String(last ? total - LAP_SECONDS * (laps - 1) : LAP_SECONDS),
          Last: last ? 'true' : undefined,
          AcceptFailure: props.acceptFailure ? 'true' : undefined,
        },
      });
      if (previous) {
        wait.addDependency(previous);
      }
      previous = wait;
      this.laps.push(wait);
    }
    this.result = previous!;
  }

  /**
   * From now on the lap that sees the end of the job puts an event.
   *
   * It is told by overrides, so that the templates of those who want no events stay as they are, and so does what other stacks know of the job.
   *
   * @param logicalId the resource of the job, by which the event names it
   */
  public announce(logicalId: string): void {
    this.laps.forEach((lap, i) => {
      lap.addPropertyOverride('Announce', logicalId);
      if (i > 0) {
        // Each lap looks at a job that has ended. The first that does is the one whose predecessor saw it run.
        lap.addPropertyOverride('StatusBefore', this.laps[i - 1].attribute('Status'));
      }
    });
  }

  /** An attribute of the finished job: whoever uses it waits for the job. */
  public getAtt(name: string): string {
    return this.result.attribute(name);
  }
}
