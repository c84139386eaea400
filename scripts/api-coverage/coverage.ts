/** Why a member of an answer is no attribute. */
export const Reason = {
  INPUT: 'an input',
  FOLDER: 'an input, and in it a folder named like the job',
  DEPLOYED: 'read when it is deployed, by `DeployRecommendation`',
  RESULT: 'more than an attribute holds: Describe has it',
  FAILED: 'only of a job that failed: it is in the error of the deployment',
  TIME: '`creationTime` and `endTime` say enough',
  GONE: 'of a test that is over when the job has ended',
  USELESS: 'of no use in a template',
} as const;

/** How the members of one kind of resource are reached. */
export interface Coverage {
  /** As in the names of the operations. */
  readonly noun: string;
  /** The construct. */
  readonly construct: string;
  /** The interface of its props. */
  readonly props: string;
  /** By the path of each member of the Create request that holds values: the props that they come from, as `PropPath` has it. */
  readonly create: Readonly<Record<string, string | string[]>>;
  /** By `Interface.member`, as it is declared: what the props are for that no member of the request holds. */
  readonly apart: Readonly<Record<string, string>>;
  /** By the path of each member of Describe's answer that holds values: the attribute, or why it is none. Those of the request are inputs. */
  readonly describe: Readonly<Record<string, string>>;
  /** Attributes that come from elsewhere, and from where. */
  readonly others: Readonly<Record<string, string>>;
}

/** What CloudFormation's tags, and those of the construct tree, become. */
const TAGS = 'Tags.of(scope).add(key, value)';

/** What is the same for all. */
export const TAG_MEMBERS = { 'Tags[].Key': TAGS, 'Tags[].Value': TAGS };

/** Whether a member comes from the tags of the construct tree, which no construct has props for. */
export function comesFromTags(prop: string): boolean {
  return prop === TAGS;
}

/** What is the same for all jobs. */
export const JOB_PROPS_APART = {
  'JobProps.rerunToken': 'another value is another run: it is part of the hash in the name',
  'JobProps.waitTimeout': 'how long the deployment waits',
  'JobProps.executionPolicy': 'what the default role is allowed',
  'JobProps.removalPolicy': 'what becomes of the job when it leaves the stack',
};

export const MLFLOW_MEMBERS = {
  'OutputConfig.MlflowConfig.MlflowResourceArn': 'mlflow.resourceArn',
  'OutputConfig.MlflowConfig.MlflowExperimentName': 'mlflow.experimentName',
  'OutputConfig.MlflowConfig.MlflowRunName': 'mlflow.runName',
};

export const NETWORK_PROPS_APART = {
  'JobNetworkProps.vpc': 'where the subnets are looked for, and where the default security group is made',
};

/** The members of a VpcConfig at a path. */
export function networkMembers(path: string): Record<string, string | string[]> {
  return { [`${path}.SecurityGroupIds`]: 'securityGroups[]', [`${path}.Subnets`]: 'vpcSubnets' };
}

/** All attributes to one reason. */
export function because(reason: string, ...paths: string[]): Record<string, string> {
  return Object.fromEntries(paths.map(path => [path, reason]));
}
