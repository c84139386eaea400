import { Match } from 'aws-cdk-lib/assertions';
import { JobFixture } from './fixture';
import { AiRecommendationJob, DeployRecommendation, DeployRecommendationProps, IAiRecommendationJob } from '../../src';
import { AiBenchmarkJob, AiBenchmarkJobProps, BenchmarkTarget, JobOutput } from '../../src/jobs';

export const JOB = 'Custom::SageMakerAIBenchmarkJob';
export const WAIT = 'Custom::SageMakerJobWait';
export const RESULT = 'Custom::SageMakerBenchmarkResult';

/** A stack with what a benchmark needs. */
export class BenchmarkFixture extends JobFixture {
  /** A benchmark with the fewest props, and those given. */
  public benchmark(props: Partial<AiBenchmarkJobProps> = {}, id: string = 'Gate'): AiBenchmarkJob {
    return new AiBenchmarkJob(this.stack, id, {
      target: BenchmarkTarget.endpointName('chat'),
      workloadConfig: props.workloadConfig ?? this.workload(false, `${id}Workload`),
      output: JobOutput.toBucket(this.results, 'benchmarks/'),
      ...props,
    });
  }

  /** A deployment of a recommendation that is there already. */
  public deployment(props: Partial<DeployRecommendationProps> = {}, scope = this.stack): DeployRecommendation {
    return new DeployRecommendation(scope, 'Endpoint', { recommendation: this.imported(scope), ...props });
  }

  /** A recommendation that is there already. */
  public imported(scope = this.stack): IAiRecommendationJob {
    return scope.node.tryFindChild('Nightly') as IAiRecommendationJob | undefined
      ?? AiRecommendationJob.fromRecommendationJobName(scope, 'Nightly', 'nightly-7c85ce9b39f2619b');
  }

  /** The properties of the one benchmark job. */
  public jobProperties(): Record<string, any> {
    return this.single(JOB).Properties;
  }

  /** The properties of what is read from the results. */
  public resultProperties(): Record<string, any> {
    return this.single(RESULT).Properties;
  }

  /** The logical id of the one resource of a type whose id matches. */
  public idOf(type: string, pattern: RegExp = /./): string {
    const ids = Object.keys(this.template().findResources(type)).filter(id => pattern.test(id));
    expect(ids).toHaveLength(1);
    return ids[0];
  }

  /** The resource of a logical id. */
  public resource(id: string): Record<string, any> {
    return this.template().toJSON().Resources[id];
  }
}

/** A reference to an attribute of whichever resource has an id like this. */
export const attributeOf = (id: RegExp, attribute: string) => ({ 'Fn::GetAtt': [Match.stringLikeRegexp(id.source), attribute] });
