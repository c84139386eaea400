import { Lazy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { JobRun } from '../../../private/job';
import { ProviderResource } from '../../../private/sagemaker-resource';
import { Validation } from '../../../private/validation';
import { AiBenchmarkJobProps } from '../benchmark-props';

/** All figures come in one answer, and CloudFormation takes 4,096 bytes for that. */
const MAX_FIGURES = 50;

/** What is read from the results of the runs, and what they are judged by: one resource behind the last run, if anybody asks for it. */
export class BenchmarkResult {
  private readonly figures = new Set<string>();
  private resource?: ProviderResource;

  constructor(private readonly scope: Construct, private readonly props: AiBenchmarkJobProps, private readonly runs: JobRun[]) {}

  /** A figure by its path, to the digit. */
  public figure(path: string): string {
    this.figures.add(path);
    const validation = new Validation('AiBenchmarkJob');
    validation.count('measured', [...this.figures], 0, MAX_FIGURES, 'different figures of a benchmark', 'read the rest from the result file');
    validation.throwIfAny(this.scope);
    return this.attribute(path);
  }

  public attribute(name: string): string {
    return this.make().attribute(name);
  }

  public make(): ProviderResource {
    if (this.resource === undefined) {
      const { expectations, attempts } = this.props;
      this.resource = new ProviderResource(this.scope, 'Result', {
        type: 'BenchmarkResult',
        transient: true,
        properties: {
          JobNames: this.runs.map(run => run.resource.attrName),
          Figures: Lazy.list({ produce: () => [...this.figures].sort() }, { omitEmpty: true }),
          Expectations: expectations?.map(expectation => expectation._render()),
          Judgement: this.runs.length > 1 ? attempts?._judgement : undefined,
        },
      });
      for (const run of this.runs) {
        this.resource.addDependency(run.wait.result);
      }
    }
    return this.resource;
  }
}
