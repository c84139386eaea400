import { aws_cloudwatch as cloudwatch, Duration, Resource } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { IDeployRecommendation } from './endpoint';
import { InferenceWidgets } from './inference-widgets';
import { isElsewhere } from '../private/cross-stack';
import { injectable } from '../private/property-injection';
import { checkNew } from '../private/types';
import { quote, Validation } from '../private/validation';

/** A dashboard takes 500 widgets: each endpoint has ten of them at most, and alarms one. */
const MAX_DEPLOYMENTS = 49;
/** What a widget takes. */
const MAX_ALARMS = 100;

/**
 * Properties of an InferenceDashboard.
 */
export interface InferenceDashboardProps {
  /**
   * The endpoints to show: 1 to 49, of the dashboard's stack or of one that it is nested with. Of an endpoint that was imported only the metrics are
   * known, and not what it serves nor what is expected of it.
   */
  readonly deployments: IDeployRecommendation[];

  /**
   * More alarms to show, above all else: up to 100. Those that roll back an endpoint are shown beside it anyway.
   *
   * @default - none
   */
  readonly alarms?: cloudwatch.IAlarmRef[];

  /**
   * What makes the widgets: a class of your own that extends `InferenceWidgets` replaces some of them.
   *
   * @default new InferenceWidgets()
   */
  readonly widgets?: InferenceWidgets;

  /**
   * Name of the dashboard. 1 to 255 letters, digits, hyphens and underscores, unique in the account, in all of its Regions.
   *
   * @default - a name that CloudFormation makes
   */
  readonly dashboardName?: string;

  /**
   * How much time the dashboard shows, up to now. Not with `start`.
   *
   * @default - CloudWatch's choice: 3 hours
   */
  readonly defaultInterval?: Duration;

  /**
   * Since when the dashboard shows the metrics: a point of time such as `2026-01-31T12:00:00.000Z`, or a length of time such as `-PT8H`. Not with
   * `defaultInterval`.
   *
   * @default - as `defaultInterval` says
   */
  readonly start?: string;
}

/**
 * A CloudWatch dashboard for deployed recommendations: requests, latencies, errors, use of GPUs and memory, instances and copies, and alarms, with what
 * the job expects of the recommendation as lines in the graphs, and a text that says which job, recommendation and instance type is served.
 *
 * The expected figures follow the deployment: when another recommendation is served, its figures are shown. Adding a dashboard changes nothing of the
 * endpoint. A dashboard costs money each month.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Dashboards.html
 *
 * @example
 *
 * declare const endpoint: DeployRecommendation;
 *
 * new InferenceDashboard(this, 'Dashboard', { deployments: [endpoint] });
 */
@injectable
export class InferenceDashboard extends Resource {
  /**
   * The id by which property injectors know this class: their `constructUniqueId`.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-sagemaker-inference.InferenceDashboard';

  /**
   * The dashboard itself, to which widgets of your own can be added.
   */
  public readonly dashboard: cloudwatch.Dashboard;

  constructor(scope: Construct, id: string, props: InferenceDashboardProps) {
    checkNew('InferenceDashboard', scope, id, props);
    validate(scope, id, props);
    super(scope, id);
    const { alarms = [], widgets = new InferenceWidgets(), dashboardName, defaultInterval, start } = props;
    this.dashboard = new cloudwatch.Dashboard(this, 'Resource', { dashboardName, defaultInterval, start });
    this.node.defaultChild = this.dashboard.node.defaultChild;
    if (alarms.length > 0) {
      this.dashboard.addWidgets(new cloudwatch.AlarmStatusWidget({ title: 'Alarms', alarms, width: 24 }));
    }
    for (const deployment of props.deployments) {
      this.addRow(widgets.summary(deployment), widgets.alarms(deployment));
      this.addRow(widgets.invocations(deployment), widgets.backlog(deployment), widgets.latency(deployment), widgets.firstChunkLatency(deployment));
      this.addRow(widgets.errors(deployment), widgets.gpuUtilization(deployment), widgets.utilization(deployment), widgets.capacity(deployment));
    }
  }

  private addRow(...widgets: (cloudwatch.IWidget | undefined)[]): void {
    this.dashboard.addWidgets(...widgets.filter(widget => widget !== undefined && widget !== null));
  }
}

function validate(scope: Construct, id: string, { deployments, alarms, dashboardName, defaultInterval, start }: InferenceDashboardProps): void {
  const validation = new Validation(`InferenceDashboard ${quote([scope.node.path, id].filter(part => part !== '').join('/'))}`);
  validation.required({ deployments }, 'deployments');
  validation.count('deployments', deployments, 1, MAX_DEPLOYMENTS, 'endpoints', 'give those to show');
  (deployments ?? []).filter(deployment => isElsewhere(deployment, scope)).forEach(deployment => validation.check(false,
    `deployments must be of the dashboard's stack, got ${quote(deployment.node.path)} of another one: make the dashboard there, or import the endpoint here by `
    + 'DeployRecommendation.fromEndpointName, of which the metrics are shown'));
  validation.count('alarms', alarms, 0, MAX_ALARMS, 'alarms', 'combine some into a composite alarm');
  validation.length('dashboardName', dashboardName, 1, 255);
  validation.matches('dashboardName', dashboardName, /[a-zA-Z0-9_-]*/, 'hold only letters, digits, hyphens and underscores');
  validation.check(defaultInterval === undefined || start === undefined, 'defaultInterval and start must not be given together: leave one of them out');
  validation.throwIfAny();
}
