import { Duration } from 'aws-cdk-lib';
import { known, Validation } from '../../private/validation';

/** Users who may come or go from one phase to the next. */
const MAX_STEP = 3;

/**
 * A phase of a load test: it begins with a number of users, and each minute others join them.
 */
export interface TrafficPhase {
  /**
   * How many users send requests at the beginning: 1 to 3. A user sends one request after the other.
   */
  readonly initialNumberOfUsers: number;

  /**
   * How many users join each minute: 0 to 3.
   */
  readonly spawnRate: number;

  /**
   * How long the phase lasts: 120 to 3600 seconds.
   */
  readonly duration: Duration;
}

/**
 * A load test whose number of users rises in equal steps.
 */
export interface StairsTraffic {
  /**
   * How long the traffic lasts in all: 120 to 3600 seconds. Each step takes its part of it: 600 seconds with 5 steps are 120 seconds each.
   */
  readonly duration: Duration;

  /**
   * Number of steps: at least 1.
   */
  readonly numberOfSteps: number;

  /**
   * How many users join with each step: 1 to 3.
   */
  readonly usersPerStep: number;
}

/**
 * How the number of users of a load test develops. A user sends one request after the other: 15 to 20 of them can mean 30,000 requests
 * a minute for a small model.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/inference-recommender-load-test.html
 */
export class TrafficPattern {
  /**
   * One phase after the other. A phase should begin with about as many users as the one before ended with: 3 more or less at most.
   *
   * @param phases at least one
   */
  public static phases(phases: TrafficPhase[]): TrafficPattern {
    return new TrafficPattern(phases, undefined);
  }

  /**
   * Steps of equal length, each with more users than the one before.
   *
   * @param traffic the steps
   */
  public static stairs(traffic: StairsTraffic): TrafficPattern {
    return new TrafficPattern([], traffic);
  }

  private constructor(private readonly allPhases: TrafficPhase[], private readonly stairs: StairsTraffic | undefined) {}

  /**
   * How long the traffic lasts in all, in seconds; undefined if that is only known at deployment.
   *
   * @internal
   */
  public get _seconds(): number | undefined {
    const durations = [...this.allPhases, ...(this.stairs ? [this.stairs] : [])].map(({ duration }) => duration);
    return durations.some(duration => !duration || duration.isUnresolved()) ? undefined
      : durations.reduce((sum, duration) => sum + duration.toSeconds({ integral: false }), 0);
  }

  /** @internal */
  public _validate(prop: string): string[] {
    const validation = new Validation(prop);
    if (this.stairs) {
      const { duration, numberOfSteps, usersPerStep } = this.stairs;
      validation.required(this.stairs, 'duration', 'numberOfSteps', 'usersPerStep');
      validation.duration(`${prop}.duration`, duration, 120, 3600);
      validation.integer(`${prop}.numberOfSteps`, numberOfSteps, 1);
      validation.integer(`${prop}.usersPerStep`, usersPerStep, 1, 3);
      return validation.messages;
    }
    validation.count(`${prop}.phases`, this.allPhases, 1, Infinity, 'phases');
    for (const [i, phase] of this.allPhases.entries()) {
      const at = `${prop}.phases[${i}]`;
      validation.required(phase, 'initialNumberOfUsers', 'spawnRate', 'duration');
      validation.integer(`${at}.initialNumberOfUsers`, phase.initialNumberOfUsers, 1, 3);
      validation.integer(`${at}.spawnRate`, phase.spawnRate, 0, 3);
      validation.duration(`${at}.duration`, phase.duration, 120, 3600);
    }
    return validation.messages;
  }

  /**
   * Where the number of users makes a jump that the service is documented to refuse.
   *
   * @internal
   */
  public get _jumps(): string[] {
    return this.allPhases.slice(1).flatMap((next, i) => {
      const end = usersAtEndOf(this.allPhases[i]);
      return end !== undefined && known(next.initialNumberOfUsers) && Math.abs(next.initialNumberOfUsers - end) > MAX_STEP
        ? [`phases[${i}] ends with about ${end} users and phases[${i + 1}] begins with ${next.initialNumberOfUsers}`] : [];
    });
  }

  /**
   * FROZEN like the request that it is part of.
   *
   * @internal
   */
  public _render(): Record<string, unknown> {
    return this.stairs ? {
      TrafficType: 'STAIRS',
      Stairs: {
        DurationInSeconds: this.stairs.duration.toSeconds(),
        NumberOfSteps: this.stairs.numberOfSteps,
        UsersPerStep: this.stairs.usersPerStep,
      },
    } : {
      TrafficType: 'PHASES',
      Phases: this.allPhases.map(({ initialNumberOfUsers, spawnRate, duration }) => ({
        InitialNumberOfUsers: initialNumberOfUsers,
        SpawnRate: spawnRate,
        DurationInSeconds: duration.toSeconds(),
      })),
    };
  }
}

function usersAtEndOf({ initialNumberOfUsers, spawnRate, duration }: TrafficPhase): number | undefined {
  return known(initialNumberOfUsers) && known(spawnRate) && !duration.isUnresolved()
    ? initialNumberOfUsers + spawnRate * Math.floor(duration.toSeconds({ integral: false }) / 60) : undefined;
}
