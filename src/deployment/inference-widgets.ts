import { aws_cloudwatch as cloudwatch } from 'aws-cdk-lib';
import { IDeployRecommendation } from './endpoint';
import { LateWidget } from './private/late-widget';
import { Named, ShownEndpoint } from './private/shown-endpoint';
import { summaryOf } from './private/summary';

/** Of the 24 columns that a dashboard has. */
const QUARTER = 6;
const THIRD = 8;
/** In rows of its grid. */
const HEIGHT = 6;

/** What is shown of latencies. */
const PERCENTILES = ['p50', 'p90', 'p99'];

/**
 * The widgets of an `InferenceDashboard`, each made for one endpoint by a method.
 *
 * To replace one, extend this class and override its method: what that returns takes the place, and without an answer the widget is left out. The
 * methods can also be called for a dashboard of your own in the stack of the endpoint. Variants, inference components and alarms that the endpoint gets
 * later are shown too.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
 *
 * @example
 *
 * declare const endpoint: DeployRecommendation;
 *
 * class Widgets extends InferenceWidgets {
 *   public utilization(deployment: IDeployRecommendation): cloudwatch.IWidget {
 *     return new cloudwatch.GraphWidget({ title: 'Memory', left: [deployment.metricMemoryUtilization()] });
 *   }
 * }
 * new InferenceDashboard(this, 'Dashboard', { deployments: [endpoint], widgets: new Widgets() });
 */
export class InferenceWidgets {
  /**
   * A text: which job, recommendation and instance type the endpoint serves, and all that the job expects of it.
   *
   * @param deployment the endpoint
   */
  public summary(deployment: IDeployRecommendation): cloudwatch.IWidget | undefined {
    const shown = shownOf(deployment);
    const [width, height] = [24 - QUARTER, HEIGHT];
    return new LateWidget(width, height, () => new cloudwatch.TextWidget({ markdown: summaryOf(deployment, shown), width, height }));
  }

  /**
   * The state of the alarms that roll back updates of the endpoint, such as those of `addDefaultAlarms`. Where there are none its place is empty.
   *
   * @param deployment the endpoint
   */
  public alarms(deployment: IDeployRecommendation): cloudwatch.IWidget | undefined {
    const shown = shownOf(deployment);
    const [width, height] = [QUARTER, HEIGHT];
    return new LateWidget(width, height, () => {
      const alarms = shown.deployed?.alarms() ?? [];
      return alarms.length > 0 ? new cloudwatch.AlarmStatusWidget({ title: 'Alarms that roll back', alarms, width, height }) : undefined;
    });
  }

  /**
   * How many requests come: per second, with the throughput that the job measured. Of what Inference Recommender found it is per minute, with the most
   * that it expects to be answered. Not for an asynchronous endpoint, which doesn't publish the number of its requests.
   *
   * @param deployment the endpoint
   */
  public invocations(deployment: IDeployRecommendation): cloudwatch.IWidget | undefined {
    const shown = shownOf(deployment);
    if (shown.asynchronous) {
      return undefined;
    }
    const perMinute = shown.linesFor('MaxInvocations', 'Expected maximum');
    const [unit, seconds] = perMinute.length > 0 ? ['minute', '60 * '] : ['second', ''];
    return this.graph(THIRD, () => ({
      title: `Requests per ${unit}`,
      left: this.converted(lines(shown.addressees, { Requests: of => of.metricInvocations() }), id => `${seconds}${id} / PERIOD(${id})`),
      leftAnnotations: [...perMinute, ...shown.linesFor('RequestThroughput', 'Expected throughput')],
    }));
  }

  /**
   * The queue of an asynchronous endpoint, and how long its oldest request has waited. Not for other endpoints.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-monitor.html
   * @param deployment the endpoint
   */
  public backlog(deployment: IDeployRecommendation): cloudwatch.IWidget | undefined {
    return !shownOf(deployment).asynchronous ? undefined : this.graph(THIRD, () => ({
      title: 'Requests in the queue',
      left: [
        deployment.metricApproximateBacklogSize({ label: 'Requests' }),
        deployment.metricApproximateBacklogSizePerInstance({ label: 'Requests for each instance' }),
      ],
      right: [deployment.metricApproximateAgeOfOldestRequest({ label: 'Age of the oldest in seconds' })],
    }));
  }

  /**
   * How long the model takes to answer, and what SageMaker adds to it, in milliseconds, with what the job measured of whole requests at its client.
   *
   * @param deployment the endpoint
   */
  public latency(deployment: IDeployRecommendation): cloudwatch.IWidget | undefined {
    const shown = shownOf(deployment);
    return this.graph(THIRD, () => {
      const [own, ...others] = shown.addressees;
      return {
        title: 'Latency in milliseconds',
        left: this.inMilliseconds([
          ...PERCENTILES.map(statistic => own.of.metricModelLatency({ statistic, label: `Model ${statistic}` })),
          ...shown.asynchronous ? [] : [own.of.metricOverheadLatency({ statistic: 'p90', label: 'Overhead p90' })],
          ...others.map(({ name, of }) => of.metricModelLatency({ statistic: 'p90', label: `${name} model p90` })),
        ]),
        leftAnnotations: shown.linesFor('RequestLatency', 'Expected at the client'),
      };
    });
  }

  /**
   * How long streamed answers take until their first part has come, in milliseconds, with the time to the first token that the job measured, where one
   * model alone is served. SageMaker publishes it for variants, and not for inference components. Not for an asynchronous endpoint.
   *
   * @param deployment the endpoint
   */
  public firstChunkLatency(deployment: IDeployRecommendation): cloudwatch.IWidget | undefined {
    const shown = shownOf(deployment);
    return shown.asynchronous ? undefined : this.graph(THIRD, () => {
      const [own, ...others] = shown.variants;
      return {
        title: 'First part of streamed answers in milliseconds',
        left: this.inMilliseconds([
          ...PERCENTILES.map(statistic => own.of.metricFirstChunkLatency({ statistic, label: statistic })),
          own.of.metricFirstChunkModelLatency({ statistic: 'p90', label: 'Model p90' }),
          ...others.map(({ name, of }) => of.metricFirstChunkLatency({ statistic: 'p90', label: `${name} p90` })),
        ]),
        // Those of several components are in one number.
        leftAnnotations: shown.addressees.length > shown.variants.length ? [] : shown.linesFor('TimeToFirstToken', 'Expected'),
      };
    });
  }

  /**
   * How many requests fail: by a fault of the caller (4xx), of the endpoint (5xx), or of the container, and streamed answers that break off.
   *
   * @param deployment the endpoint
   */
  public errors(deployment: IDeployRecommendation): cloudwatch.IWidget | undefined {
    const shown = shownOf(deployment);
    return this.graph(QUARTER, () => ({
      title: 'Errors',
      left: [
        ...lines(shown.addressees, {
          '4xx': of => of.metricInvocation4xxErrors(),
          '5xx': of => of.metricInvocation5xxErrors(),
          ...!shown.asynchronous && { Container: of => of.metricInvocationModelErrors() },
        }),
        ...shown.asynchronous ? [] : lines(shown.variants, { 'Broken off': of => of.metricMidStreamErrors() }),
      ],
    }));
  }

  /**
   * How much of the GPUs and of their memory is used, in percent: 100 for each GPU of an instance, so up to 400 with four. Of an inference component it is
   * up to 100 for all GPUs that its copies have.
   *
   * @param deployment the endpoint
   */
  public gpuUtilization(deployment: IDeployRecommendation): cloudwatch.IWidget | undefined {
    const shown = shownOf(deployment);
    return this.graph(QUARTER, () => ({
      title: 'GPUs in percent',
      left: lines(shown.workers, {
        'GPU': of => of.metricGpuUtilization(),
        'GPU memory': of => of.metricGpuMemoryUtilization(),
      }),
    }));
  }

  /**
   * How much of processors, memory and disks is used, in percent: of the processors 100 for each core, so up to 400 with four. Of an inference component it
   * is up to 100 of what its copies have.
   *
   * @param deployment the endpoint
   */
  public utilization(deployment: IDeployRecommendation): cloudwatch.IWidget | undefined {
    const shown = shownOf(deployment);
    return this.graph(QUARTER, () => ({
      title: 'CPU, memory and disk in percent',
      left: [
        ...lines(shown.workers, {
          CPU: of => of.metricCpuUtilization(),
          Memory: of => of.metricMemoryUtilization(),
        }),
        ...lines(shown.variants, { Disk: of => of.metricDiskUtilization() }),
      ],
    }));
  }

  /**
   * How many instances there are, and how many copies an inference component has. Copies are known only while requests come.
   *
   * SageMaker publishes neither as a metric. Each instance says once a minute how much of its processors is used, so their number is that of the samples;
   * copies are what requests are divided by in `InvocationsPerCopy`.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-troubleshooting.html
   * @param deployment the endpoint
   */
  public capacity(deployment: IDeployRecommendation): cloudwatch.IWidget | undefined {
    const shown = shownOf(deployment);
    return this.graph(QUARTER, () => {
      const instances = lines(shown.variants, { Instances: of => of.metricCpuUtilization({ statistic: cloudwatch.Stats.SAMPLE_COUNT }) });
      const copies = shown.components.map(({ name, of }, i) => new cloudwatch.MathExpression({
        label: shown.components.length > 1 ? `${name} Copies` : 'Copies',
        expression: `requests${i} / each${i}`,
        usingMetrics: { [`requests${i}`]: of.metricInvocations(), [`each${i}`]: of.metricInvocationsPerCopy() },
      }));
      return {
        title: shown.components.length > 0 ? 'Instances and copies' : 'Instances',
        left: [...this.converted(instances, id => `60 * ${id} / PERIOD(${id})`), ...copies],
      };
    });
  }

  private graph(width: number, define: () => cloudwatch.GraphWidgetProps): cloudwatch.IWidget {
    return new LateWidget(width, HEIGHT, () =>
      new cloudwatch.GraphWidget({ leftYAxis: { min: 0, showUnits: false }, ...define(), width, height: HEIGHT }));
  }

  private inMilliseconds(metrics: cloudwatch.Metric[]): cloudwatch.IMetric[] {
    return this.converted(metrics, id => `${id} / 1000`);
  }

  /** Metrics in the unit of the figures that they are compared with. */
  private converted(metrics: cloudwatch.Metric[], expression: (id: string) => string): cloudwatch.IMetric[] {
    return metrics.map((metric, i) => new cloudwatch.MathExpression({
      label: metric.label, expression: expression(`m${i}`), usingMetrics: { [`m${i}`]: metric },
    }));
  }
}

/** Its expected figures are asked for at once: the deployment may be rendered before the dashboard. */
function shownOf(deployment: IDeployRecommendation): ShownEndpoint {
  const shown = new ShownEndpoint(deployment);
  shown.deployed?.expected.ask();
  return shown;
}

/** Some metrics of each, which are called by its name where there are several. */
function lines<T>(of: Named<T>[], metrics: Record<string, (each: T) => cloudwatch.Metric>): cloudwatch.Metric[] {
  return of.flatMap(({ name, of: each }) => Object.entries(metrics).map(([label, metric]) =>
    metric(each).with({ label: of.length > 1 ? `${name} ${label}` : label })));
}
