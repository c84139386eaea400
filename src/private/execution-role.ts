import { ArnFormat, aws_iam as iam, PhysicalName, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ExecutionPolicy } from '../jobs/execution-policy';

/** The kinds of resources that a job makes for its own tests, and removes when it ends. */
const HOSTING = ['endpoint', 'endpoint-config', 'model', 'inference-component'];

const ADD_TAGS = 'sagemaker:AddTags';

/**
 * A role that SageMaker, on behalf of this account and no other, can assume for a job.
 *
 * Without the condition the service could be talked into using the role for a job of somebody else's account.
 *
 * @param description may hold the ids of constructs: what IAM allows in no description is replaced
 * @param policy what it is allowed beside what `permit` gives it, or instead of that
 */
export function jobRole(scope: Construct, id: string, description: string, policy?: ExecutionPolicy): iam.Role {
  const { statements = [], sourceArns } = policy?._options ?? {};
  const role = new iam.Role(scope, id, {
    path: jobRolePath(Stack.of(scope)),
    description: description.replace(/[^\t\n\r\x20-\x7e\xa1-\xff]/gu, '?').slice(0, 1000),
    // The policy of a bucket of another account names the role across stacks, which takes a name that is known at synthesis.
    roleName: PhysicalName.GENERATE_IF_NEEDED,
    assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': Stack.of(scope).account },
        ...(sourceArns && { ArnLike: { 'aws:SourceArn': sourceArns } }),
      },
    }),
    managedPolicies: policy?._isManaged ? [iam.ManagedPolicy.fromAwsManagedPolicyName('AmazonSageMakerFullAccess')] : undefined,
  });
  JOB_ROLES.add(role);
  if (policy?._isManaged) {
    FULL_ACCESS_ROLES.add(role);
  }
  statements.forEach(statement => role.addToPolicy(statement.copy()));
  return role;
}

/** The roles that were made here. */
const JOB_ROLES = new WeakSet<iam.IRole>();

/** Those of them that have AmazonSageMakerFullAccess. */
const FULL_ACCESS_ROLES = new WeakSet<iam.IRole>();

/** Services of which AmazonSageMakerFullAccess allows all that is asked for below. */
const IN_FULL_ACCESS = /^(sagemaker|ecr|logs|cloudwatch):/;

/** Allows a role what SageMaker does under it. One that has AmazonSageMakerFullAccess is told only what that lacks. */
export function permit(role: iam.IRole, statements: iam.PolicyStatement[]): void {
  statements
    .filter(({ actions }) => !FULL_ACCESS_ROLES.has(role) || !actions.every(action => IN_FULL_ACCESS.test(action)))
    .forEach(statement => role.addToPrincipalPolicy(statement));
}

/**
 * The path of a stack's roles in IAM. By it the handlers may pass them without a reference to each: that would be a circle as soon as
 * somebody lets one construct of this library wait for another, since what it waits for waits for the handlers, and its role would wait too.
 */
function jobRolePath(stack: Stack): string {
  return `/cdk-sagemaker-inference/${stack.stackName}/`;
}

/** What the handlers of a stack must be allowed to pass for a role to be passed. */
export function passableArn(stack: Stack, role: iam.IRole): string {
  return JOB_ROLES.has(role) && Stack.of(role) === stack
    ? stack.formatArn({ service: 'iam', region: '', resource: `role${jobRolePath(stack)}*`, arnFormat: ArnFormat.NO_RESOURCE_NAME })
    : role.roleArn;
}

/**
 * What the execution roles of SageMaker jobs are allowed, in pieces: each kind of job takes those that it needs.
 *
 * Resources are scoped by type, account and Region. The service chooses the names of what it makes and documents none of them, so a
 * scope by name would fail hours into a job. Statements have no sids: a role that jobs of two stacks or Regions share would get one twice,
 * which IAM refuses, while statements that are the same throughout are rendered once.
 *
 * What makes something may tag it too: tags are set by the Create calls, which are refused as a whole without.
 */
export class JobPermissions {
  constructor(private readonly stack: Stack) {}

  /** A recommendation job asks for the account's quotas first, and fails within a minute if it must not. The actions know no resources. */
  public readQuotas(): iam.PolicyStatement {
    return new iam.PolicyStatement({
      actions: ['servicequotas:GetServiceQuota', 'servicequotas:ListServiceQuotas', 'servicequotas:GetAWSDefaultServiceQuota'],
      resources: ['*'],
    });
  }

  /** Candidates run on endpoints that exist for the length of a test. */
  public runTestEndpoints(): iam.PolicyStatement {
    const nouns = ['Endpoint', 'EndpointConfig', 'Model', 'InferenceComponent'];
    return new iam.PolicyStatement({
      actions: [...['Create', 'Describe', 'Delete'].flatMap(verb => nouns.map(noun => `sagemaker:${verb}${noun}`)), ADD_TAGS],
      resources: this.all(...HOSTING),
    });
  }

  /** The load generator calls the endpoints under the job's role; streaming is what it does by default. */
  public loadEndpoints(): iam.PolicyStatement {
    return new iam.PolicyStatement({
      actions: ['sagemaker:InvokeEndpoint', 'sagemaker:InvokeEndpointWithResponseStream'],
      resources: this.all('endpoint', 'inference-component'),
    });
  }

  /** The same for one endpoint and its inference components, which a load test looks at before it begins. */
  public loadEndpoint(endpointArns: string[], inferenceComponentArns: string[]): iam.PolicyStatement {
    return new iam.PolicyStatement({
      actions: [
        'sagemaker:InvokeEndpoint', 'sagemaker:InvokeEndpointWithResponseStream',
        'sagemaker:DescribeEndpoint', ...(inferenceComponentArns.length > 0 ? ['sagemaker:DescribeInferenceComponent'] : []),
      ],
      resources: [...endpointArns, ...inferenceComponentArns],
    });
  }

  /** The tokenizer that a load test counts with is that of the model behind the endpoint. */
  public readServedModels(): iam.PolicyStatement {
    return new iam.PolicyStatement({
      actions: ['sagemaker:DescribeEndpointConfig', 'sagemaker:DescribeModel'],
      resources: this.all('endpoint-config', 'model'),
    });
  }

  /** Benchmarks are training jobs, and so is the making of a draft model. */
  public runTrainingJobs(): iam.PolicyStatement {
    return new iam.PolicyStatement({
      actions: ['sagemaker:CreateTrainingJob', 'sagemaker:DescribeTrainingJob', 'sagemaker:StopTrainingJob', ADD_TAGS],
      resources: this.all('training-job'),
    });
  }

  /** The optimization of a model is a job of its own kind. */
  public runOptimizationJobs(): iam.PolicyStatement {
    return new iam.PolicyStatement({
      actions: [...['Create', 'Describe', 'Stop', 'Delete'].map(verb => `sagemaker:${verb}OptimizationJob`), ADD_TAGS],
      resources: this.all('optimization-job'),
    });
  }

  /** The benchmarks inside a recommendation job are the only inner resources whose names are known to start alike. */
  public runInnerBenchmarks(): iam.PolicyStatement {
    return new iam.PolicyStatement({
      actions: [...['Create', 'Describe', 'Stop', 'Delete'].map(verb => `sagemaker:${verb}AIBenchmarkJob`), ADD_TAGS],
      resources: [this.arn('ai-benchmark-job', 'ai-rec-*')],
    });
  }

  /**
   * The inner benchmarks play the workload that the job was given. Which one is left open: reading is harmless, and its ARN would tie
   * a role of another stack to the stack of the workload, which waits for the role.
   */
  public readWorkloadConfigs(): iam.PolicyStatement {
    return new iam.PolicyStatement({ actions: ['sagemaker:DescribeAIWorkloadConfig'], resources: this.all('ai-workload-config') });
  }

  /** Each configuration becomes a model package; groups are made for them, and for adapters, where none was given. */
  public registerModels(): iam.PolicyStatement {
    return new iam.PolicyStatement({
      actions: [
        'sagemaker:CreateModelPackageGroup', 'sagemaker:DescribeModelPackageGroup',
        'sagemaker:CreateModelPackage', 'sagemaker:DescribeModelPackage', ADD_TAGS,
      ],
      resources: this.all('model-package-group', 'model-package'),
    });
  }

  /** Packages that a job reads: they can be in another account, or elsewhere named. */
  public readModelPackages(modelPackageArns: string[]): iam.PolicyStatement {
    return new iam.PolicyStatement({ actions: ['sagemaker:DescribeModelPackage'], resources: modelPackageArns });
  }

  /** The SageMaker model that an optimization starts from. */
  public readModel(name: string): iam.PolicyStatement {
    return new iam.PolicyStatement({ actions: ['sagemaker:DescribeModel'], resources: this.resourceArns('model', name) });
  }

  /** The SageMaker model that an optimization writes its result to. */
  public writeModel(name: string): iam.PolicyStatement {
    return new iam.PolicyStatement({
      actions: ['sagemaker:CreateModel', 'sagemaker:DescribeModel', ADD_TAGS],
      resources: this.resourceArns('model', name),
    });
  }

  /** What a job makes runs under the role of the job, which therefore has to pass itself, and only itself, and only to SageMaker. */
  public passItself(role: iam.IRole): iam.PolicyStatement {
    return new iam.PolicyStatement({
      actions: ['iam:PassRole'],
      resources: [role.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    });
  }

  /** What whatever runs on an instance takes: its image, its logs and its metrics. */
  public runContainers(): iam.PolicyStatement[] {
    return [...this.pullImages(), ...this.writeLogs(), this.putMetrics()];
  }

  /** Serving images are in registries of AWS whose account differs by Region, so the account is open. */
  private pullImages(): iam.PolicyStatement[] {
    return [
      new iam.PolicyStatement({
        actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability'],
        resources: [this.stack.formatArn({ service: 'ecr', account: '*', resource: 'repository', resourceName: '*' })],
      }),
      // The action knows no resources.
      new iam.PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
    ];
  }

  /** The log groups of endpoints and training jobs. */
  private writeLogs(): iam.PolicyStatement[] {
    const logGroup = (resourceName: string) => this.stack.formatArn({
      service: 'logs', resource: 'log-group', resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return [
      new iam.PolicyStatement({
        actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
        resources: [logGroup('/aws/sagemaker/*')],
      }),
      // A listing, so it is checked against all groups.
      new iam.PolicyStatement({ actions: ['logs:DescribeLogGroups'], resources: [logGroup('*')] }),
    ];
  }

  /** Metrics have no ARNs; their namespace is what can be scoped. */
  private putMetrics(): iam.PolicyStatement {
    return new iam.PolicyStatement({
      actions: ['cloudwatch:PutMetricData'],
      resources: ['*'],
      conditions: { StringLike: { 'cloudwatch:namespace': ['/aws/sagemaker/*', 'AWS/SageMaker*'] } },
    });
  }

  /** Reserved capacity: what runs on a training plan is checked against the plan too. */
  public useTrainingPlans(reservationArns: string[]): iam.PolicyStatement[] {
    const plans = reservationArns.length > 0 ? reservationArns : this.all('training-plan');
    return [
      new iam.PolicyStatement({
        actions: [
          'sagemaker:DescribeTrainingPlan', 'sagemaker:CreateTrainingJob', 'sagemaker:CreateEndpointConfig', 'sagemaker:CreateEndpoint',
        ],
        resources: plans,
      }),
      // A listing: the action knows no resources.
      new iam.PolicyStatement({ actions: ['sagemaker:ListTrainingPlans'], resources: ['*'] }),
    ];
  }

  /** Everything inside one MLflow app, as the service asks for; nothing outside. */
  public trackInMlflow(resourceArn: string): iam.PolicyStatement {
    return new iam.PolicyStatement({
      actions: [
        'sagemaker:DescribeMlflowApp', 'sagemaker:CallMlflowAppApi', 'sagemaker:DescribeMlflowTrackingServer', 'sagemaker-mlflow:*',
      ],
      resources: [resourceArn],
    });
  }

  /**
   * Network interfaces in the subnets and security groups of a VPC, as SageMaker documents them for jobs in one.
   *
   * Which subnets and groups is left open: those of a shared VPC have the ARNs of another account, and the ARN of a group would tie a role
   * of another stack to the stack of the job.
   */
  public attachToVpc(): iam.PolicyStatement[] {
    return [
      new iam.PolicyStatement({
        actions: [
          'ec2:CreateNetworkInterface', 'ec2:CreateNetworkInterfacePermission', 'ec2:DeleteNetworkInterface', 'ec2:DeleteNetworkInterfacePermission',
        ],
        resources: [this.ec2('network-interface'), this.ec2('subnet', '*'), this.ec2('security-group', '*')],
      }),
      // Listings: the actions know no resources.
      new iam.PolicyStatement({
        actions: [
          'ec2:DescribeNetworkInterfaces', 'ec2:DescribeVpcs', 'ec2:DescribeDhcpOptions', 'ec2:DescribeSubnets', 'ec2:DescribeSecurityGroups',
        ],
        resources: ['*'],
      }),
    ];
  }

  /** Inference Recommender changes its interfaces too, and looks for the endpoints of the VPC, as AWS documents it. */
  public attachRecommenderToVpc(): iam.PolicyStatement[] {
    return [
      ...this.attachToVpc(),
      new iam.PolicyStatement({
        actions: ['ec2:ModifyNetworkInterfaceAttribute'],
        resources: [this.ec2('network-interface'), this.ec2('security-group', '*')],
      }),
      // A listing: the action knows no resources.
      new iam.PolicyStatement({ actions: ['ec2:DescribeVpcEndpoints'], resources: ['*'] }),
    ];
  }

  /** Inference Recommender tests models on endpoints without inference components, and tags all that it makes. */
  public runRecommenderEndpoints(): iam.PolicyStatement[] {
    const types = ['endpoint', 'endpoint-config', 'model'];
    return [
      new iam.PolicyStatement({
        actions: ['Create', 'Describe', 'Delete'].flatMap(verb => ['Endpoint', 'EndpointConfig', 'Model'].map(noun => `sagemaker:${verb}${noun}`)),
        resources: this.all(...types),
      }),
      new iam.PolicyStatement({ actions: ['sagemaker:InvokeEndpoint'], resources: this.all('endpoint') }),
      new iam.PolicyStatement({ actions: [ADD_TAGS, 'sagemaker:ListTags'], resources: this.all(...types, 'compilation-job') }),
    ];
  }

  /** Inference Recommender compiles a model that SageMaker Neo supports without being asked. */
  public runCompilationJobs(): iam.PolicyStatement {
    return new iam.PolicyStatement({
      actions: ['Create', 'Describe', 'Stop'].map(verb => `sagemaker:${verb}CompilationJob`),
      resources: this.all('compilation-job'),
    });
  }

  /** What a load test finds out is read from the metrics of its endpoint. The actions know no resources. */
  public readMetrics(): iam.PolicyStatement {
    return new iam.PolicyStatement({
      actions: ['cloudwatch:GetMetricData', 'cloudwatch:GetMetricStatistics', 'cloudwatch:ListMetrics'],
      resources: ['*'],
    });
  }

  /** Inference Recommender refuses an endpoint that scales, which it can only know by asking. The action knows no resources. */
  public readScaling(): iam.PolicyStatement {
    return new iam.PolicyStatement({ actions: ['application-autoscaling:DescribeScalableTargets'], resources: ['*'] });
  }

  /** SageMaker looks at the alarms that can roll an update back under the endpoint's role. It is checked against all alarms, whichever are asked for. */
  public readAlarms(): iam.PolicyStatement {
    return new iam.PolicyStatement({
      actions: ['cloudwatch:DescribeAlarms'],
      resources: [this.stack.formatArn({
        service: 'cloudwatch', resource: 'alarm', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      })],
    });
  }

  /** A SageMaker resource in IAM, whose ARNs have lower-case names whatever the resource itself is called. */
  public resourceArns(type: string, name: string): string[] {
    return Token.isUnresolved(name) ? this.all(type) : [...new Set([name, name.toLowerCase()])].map(each => this.arn(type, each));
  }

  private ec2(resource: string, account?: string): string {
    return this.stack.formatArn({ service: 'ec2', account, resource, resourceName: '*' });
  }

  private all(...types: string[]): string[] {
    return types.map(type => this.arn(type, '*'));
  }

  private arn(resource: string, resourceName: string): string {
    return this.stack.formatArn({ service: 'sagemaker', resource, resourceName });
  }
}
