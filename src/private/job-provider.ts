import {
  ArnFormat,
  aws_iam as iam,
  aws_lambda as lambda,
  aws_logs as logs,
  custom_resources as cr,
  Duration,
  RemovalPolicy,
  Stack,
} from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { HANDLERS } from '../handlers';
import { passableArn } from './execution-role';
import { EVENT_SOURCE } from './job-events';
import { S3Location } from './s3-location';

/** Ids are a contract: another id is another ServiceToken, and CloudFormation refuses to change that on a custom resource. */
const PROVIDER_ID = 'CdkSageMakerInferenceProvider';

/**
 * The one custom resource provider of a stack: every resource of this library in the stack goes through it.
 *
 * It is one, and all its permissions are there from the start, so that the ServiceToken never changes and a resource
 * that joins later waits for no new policy.
 */
export class JobProvider extends Construct {
  /** The stack's provider, made when it is first asked for. */
  public static getOrCreate(scope: IConstruct): JobProvider {
    const stack = Stack.of(scope);
    return (stack.node.tryFindChild(PROVIDER_ID) as JobProvider | undefined) ?? new JobProvider(stack, PROVIDER_ID);
  }

  public readonly serviceToken: string;
  /** The permissions of the handlers: what they are called for must wait for them, and go before them. */
  public readonly policy: iam.Policy;
  private readonly role: iam.Role;
  private readonly logGroup: logs.LogGroup;
  private readonly passRoles = new iam.PolicyStatement({
    actions: ['iam:PassRole'],
    conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
  });
  private announces = false;

  private constructor(scope: Construct, id: string) {
    super(scope, id);

    this.role = new iam.Role(this, 'Role', {
      description: 'Starts, watches, stops and deletes the SageMaker jobs of this stack',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    // One for all functions. Its name is CloudFormation's: the group that Lambda has made for a function of an older version is not in the way, nor
    // is one that a stack of the same name has left. It stays, since why a deployment failed is read after the rollback.
    this.logGroup = new logs.LogGroup(this, 'Log', { retention: logs.RetentionDays.ONE_YEAR, removalPolicy: RemovalPolicy.RETAIN });
    this.policy = new iam.Policy(this, 'Policy', {
      roles: [this.role],
      statements: [
        ...permissions(Stack.of(this)),
        new iam.PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [this.logGroup.logGroupArn] }),
      ],
    });

    // It has no next poll, so it tries for 12 minutes what is throttled. The framework waits 15 for it.
    const onEvent = this.handler('OnEvent', 'onEvent', Duration.minutes(14));
    const isComplete = this.handler('IsComplete', 'isComplete', Duration.minutes(5));

    // The framework polls totalTimeout / queryInterval times however long a poll takes: 54 minutes in steps of 30 seconds stay under
    // CloudFormation's hour up to 3.3 seconds a poll. The handlers end each lap after 50 minutes by themselves.
    const provider = new cr.Provider(this, 'Provider', {
      onEventHandler: onEvent,
      isCompleteHandler: isComplete,
      queryInterval: Duration.seconds(30),
      totalTimeout: Duration.minutes(54),
      disableWaiterStateMachineLogging: true,
      logGroup: this.logGroup,
      // The framework throws whole events, with the URL for the answer, to be called again. At this level nobody writes that down.
      frameworkLambdaLoggingLevel: lambda.ApplicationLogLevel.FATAL,
    });
    this.serviceToken = provider.serviceToken;
  }

  /** Lets the handlers hand this role, and no other, to SageMaker. One statement names all roles, since a role's policies have 10,240 characters. */
  public allowPassRole(role: iam.IRole): void {
    if (this.passRoles.resources.length === 0) {
      this.policy.addStatements(this.passRoles);
    }
    this.passRoles.addResources(passableArn(Stack.of(this), role));
  }

  /** Lets the handlers put the events that say how jobs ended, and no others, on the default event bus. */
  public allowAnnouncing(): void {
    if (!this.announces) {
      this.announces = true;
      this.policy.addStatements(new iam.PolicyStatement({
        actions: ['events:PutEvents'],
        resources: [Stack.of(this).formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' })],
        conditions: { StringEquals: { 'events:source': EVENT_SOURCE } },
      }));
    }
  }

  /** Lets the handlers read what a job has written. Whatever is done on the strength of it must wait for the grant. */
  public allowRead(location: S3Location): iam.Grant {
    return location.grantReadFiles(this.role);
  }

  private handler(id: string, entry: string, timeout: Duration): lambda.Function {
    return new lambda.Function(this, id, {
      description: `cdk-sagemaker-inference: ${entry} of the SageMaker jobs of this stack`,
      code: lambda.Code.fromAsset(HANDLERS),
      handler: `index.${entry}`,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: 256,
      timeout,
      role: this.role,
      logGroup: this.logGroup,
    });
  }
}

/** What the handlers may do, each statement for the resources of one family. */
function permissions(stack: Stack): iam.PolicyStatement[] {
  const arn = (resource: string) => stack.formatArn({ service: 'sagemaker', resource, resourceName: '*' });
  const allow = (actions: string[], resources: string[]) =>
    new iam.PolicyStatement({ actions: actions.map(action => `sagemaker:${action}`), resources: resources.map(arn) });
  const verbs = (noun: string, ...all: string[]) => all.map(verb => `${verb}${noun}`);
  return [
    allow(verbs('AIWorkloadConfig', 'Create', 'Describe', 'Delete'), ['ai-workload-config']),
    allow(verbs('AIRecommendationJob', 'Create', 'Describe', 'Stop', 'Delete'), ['ai-recommendation-job']),
    allow(verbs('AIBenchmarkJob', 'Create', 'Describe', 'Stop', 'Delete'), ['ai-benchmark-job']),
    allow(verbs('OptimizationJob', 'Create', 'Describe', 'Stop', 'Delete'), ['optimization-job']),
    // There is no way to delete one.
    allow(verbs('InferenceRecommendationsJob', 'Create', 'Describe', 'Stop'), ['inference-recommendations-job']),
    allow(verbs('Model', 'Create', 'Describe'), ['model']),
    // A configuration that runs on reserved capacity is checked against the plan too.
    allow(verbs('EndpointConfig', 'Create', 'Describe'), ['endpoint-config', 'training-plan']),
    // Others' models and configurations are in the same account: only those that carry the owner tag of this stack are deleted.
    new iam.PolicyStatement({
      actions: ['sagemaker:DeleteModel', 'sagemaker:DeleteEndpointConfig'],
      resources: [arn('model'), arn('endpoint-config')],
      conditions: { StringLike: { 'aws:ResourceTag/cdk-sagemaker-inference:owner': `${stack.stackName}/*` } },
    }),
    allow(['DescribeEndpoint'], ['endpoint']),
    allow(['DescribeInferenceComponent'], ['inference-component']),
    // The packages that recommendation jobs make are in groups that are not known before the job has run.
    allow(verbs('ModelPackage', 'Describe', 'Update', 'Delete'), ['model-package']),
    // One of another account is deployed if that account shares it: both sides have to allow it.
    new iam.PolicyStatement({
      actions: ['sagemaker:CreateModel', 'sagemaker:DescribeModelPackage'],
      resources: [stack.formatArn({ service: 'sagemaker', account: '*', resource: 'model-package', resourceName: '*' })],
    }),
    allow(['DeleteModelPackageGroup', ...verbs('ModelPackageGroupPolicy', 'Get', 'Put', 'Delete')], ['model-package-group']),
    allow(['AddTags', 'DeleteTags', 'ListTags'], [
      'ai-workload-config', 'ai-recommendation-job', 'ai-benchmark-job', 'optimization-job', 'inference-recommendations-job', 'model', 'endpoint-config',
    ]),
    // Runs of the same inputs are found by the hash in their names, and the steps of a failed one say why. What is on an endpoint, and what
    // uses a package, is listed too. List actions know no resource types.
    new iam.PolicyStatement({
      actions: [
        'AIWorkloadConfigs', 'AIRecommendationJobs', 'AIBenchmarkJobs', 'OptimizationJobs', 'InferenceRecommendationsJobs',
        'InferenceRecommendationsJobSteps', 'InferenceComponents', 'Models', 'ModelPackages',
      ]
        .map(noun => `sagemaker:List${noun}`),
      resources: ['*'],
    }),
    ...scalingPermissions(stack),
    // Before anything is started: is this stack still going forward, and is the resource still waited for?
    new iam.PolicyStatement({ actions: ['cloudformation:DescribeStacks', 'cloudformation:DescribeStackResource'], resources: [stack.stackId] }),
  ];
}

/** To take a variant's scaling off before its endpoint moves to another instance type, and to put it back afterwards. */
function scalingPermissions(stack: Stack): iam.PolicyStatement[] {
  return [
    // Listings know no resources.
    new iam.PolicyStatement({
      actions: ['ScalableTargets', 'ScalingPolicies', 'ScheduledActions'].map(noun => `application-autoscaling:Describe${noun}`),
      resources: ['*'],
    }),
    // The ARNs of scalable targets have ids that nobody knows before.
    new iam.PolicyStatement({
      actions: ['RegisterScalableTarget', 'DeregisterScalableTarget', 'PutScalingPolicy', 'PutScheduledAction']
        .map(action => `application-autoscaling:${action}`),
      resources: [stack.formatArn({ service: 'application-autoscaling', resource: 'scalable-target', resourceName: '*' })],
      conditions: {
        StringEquals: {
          'application-autoscaling:service-namespace': 'sagemaker',
          'application-autoscaling:scalable-dimension': 'sagemaker:variant:DesiredInstanceCount',
        },
      },
    }),
    // What a scaling policy will do is checked on whoever registers it.
    new iam.PolicyStatement({
      actions: ['sagemaker:UpdateEndpointWeightsAndCapacities'],
      resources: [stack.formatArn({ service: 'sagemaker', resource: 'endpoint', resourceName: '*' })],
    }),
    // Between the two it is kept in a parameter.
    new iam.PolicyStatement({
      actions: ['ssm:GetParameter', 'ssm:PutParameter', 'ssm:DeleteParameter'],
      resources: [stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName: 'cdk-sagemaker-inference/scaling/*' })],
    }),
    // The alarms that start a step policy name it by its ARN, which is another one afterwards.
    new iam.PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] }),
    new iam.PolicyStatement({
      actions: ['cloudwatch:PutMetricAlarm', 'cloudwatch:DeleteAlarms'],
      resources: [stack.formatArn({ service: 'cloudwatch', resource: 'alarm', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME })],
    }),
  ];
}
