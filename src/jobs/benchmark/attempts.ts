import { Token } from 'aws-cdk-lib';
import { Validation } from '../../private/validation';

/**
 * How often a benchmark runs, and which of the runs counts. One run can be unlucky: a noisy neighbour, a cold cache.
 *
 * The runs follow each other, since two at the same time would load the endpoint twice. All of them are made, whatever the first ones
 * come to, and each takes as long, costs as much and waits as long as `waitTimeout` says. A run that fails counts as one that misses everything;
 * one that somebody stops, or that is not over in time, fails the deployment.
 */
export class Attempts {
  /**
   * The best run counts: the benchmark passes when one of the runs meets all expectations. Needs expectations.
   *
   * @param runs how many runs, 1 to 10
   */
  public static bestOf(runs: number): Attempts {
    return new Attempts(runs, 'Best');
  }

  /**
   * The median of each figure counts: the one with as many runs above it as below.
   *
   * @param runs how many runs, an odd number from 1 to 9
   */
  public static medianOf(runs: number): Attempts {
    return new Attempts(runs, 'Median');
  }

  /**
   * How many runs.
   */
  public readonly runs: number;

  /** @internal */
  public readonly _judgement: 'Best' | 'Median';

  private constructor(runs: number, judgement: 'Best' | 'Median') {
    this.runs = runs;
    this._judgement = judgement;
  }

  /** @internal */
  public _validate(prop: string, hasExpectations: boolean): string[] {
    const validation = new Validation(prop);
    if (Token.isUnresolved(this.runs)) {
      return [`${prop} must be known at synthesis, got a token: each run is a resource`];
    }
    validation.integer(prop, this.runs, 1, 10);
    if (this._judgement === 'Median') {
      validation.check(this.runs % 2 !== 0,
        `${prop} must be an odd number of runs for a median, got ${this.runs}: with an even one no run is in the middle`);
    } else {
      validation.check(hasExpectations,
        `${prop} needs expectations for Attempts.bestOf, got none: they say which run is the best. Give some, or use Attempts.medianOf`);
    }
    return validation.messages;
  }
}
