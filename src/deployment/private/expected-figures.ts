import { aws_cloudwatch as cloudwatch, Fn, Token } from 'aws-cdk-lib';
import type { RecommendationDeployment } from './recommendation-deployment';

/**
 * The figures that CloudWatch has a metric for, by the kind of job that states them. Another metric, such as the time between two tokens, is measured
 * by nothing in CloudWatch; ModelLatency of Inference Recommender is in a unit that AWS's own pages don't agree on.
 */
const COMPARABLE: Readonly<Record<string, readonly string[]>> = {
  AIRecommendationJob: [
    'RequestThroughput',
    ...['RequestLatency', 'TimeToFirstToken'].flatMap(metric => ['p50', 'p90', 'p99'].map(stat => `${metric}.${stat}`)),
  ],
  InferenceRecommendationsJob: ['MaxInvocations'],
};

/** What the job expects of the recommendation that is served. It is known when the stack is deployed, and only read for who asks here. */
export class ExpectedFigures {
  private readonly figures: readonly string[];

  constructor(private readonly deployment: RecommendationDeployment, jobType: string) {
    this.figures = COMPARABLE[jobType] ?? [];
  }

  /** Has the deployment answer with the figures. To be called before the app is synthesized. */
  public ask(): void {
    this.deployment.ask(this.figures);
  }

  /**
   * A line for each figure of a metric, in the figure's unit. Of one that the job doesn't state the line is there and is not visible: what it is
   * drawn from must be a number in any case.
   *
   * @param metric the metric as the library names it
   */
  public annotations(metric: string, label: string): cloudwatch.HorizontalAnnotation[] {
    return this.figures.filter(figure => figure.split('.')[0] === metric).map(figure => {
      const [, stat] = figure.split('.');
      const place = 2 * this.figures.indexOf(figure);
      return {
        value: this.part(place),
        // Rendered without quotes, as a number is.
        visible: this.part(place + 1) as unknown as boolean,
        label: stat === undefined ? label : `${label} ${stat}`,
      };
    });
  }

  /** All that the job states, as a sentence; undefined for a job that measures nothing. */
  public get text(): string | undefined {
    return this.figures.length > 0 ? this.deployment.resource.attribute('ExpectedText') : undefined;
  }

  private part(place: number): number {
    return Token.asNumber(Fn.select(place, Fn.split(',', this.deployment.resource.attribute('ExpectedFigures'))));
  }
}
