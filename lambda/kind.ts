import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { Candidate } from './candidate';
import type { PlannedEvent, Properties } from './event';
import type { Found } from './store';
import type { Timed } from './time';

type Call = (client: SageMakerClient, input: Properties) => Promise<unknown>;

/**
 * What one kind of SageMaker resource does differently from the others. Everything else is the same code for all: a new kind is one file
 * like those in kinds/, and a line in kinds/index.ts.
 */
export interface Kind {
  /** As in the API's operation names, and in the type of the custom resource. */
  readonly type: string;
  /** As in a sentence. */
  readonly title: string;
  /** As in its ARN. */
  readonly arnType: string;
  /** Members of the requests and answers that hold its name, ARN and, if it has any, status. */
  readonly nameMember: string;
  readonly arnMember: string;
  /** Member of List's answer that holds the summaries. */
  readonly listMember: string;
  /** Longest name: the API's limit, less what the service appends for inner resources. */
  readonly maxNameLength: number;
  readonly lowercase?: boolean;

  readonly create: Call;
  readonly describe: Call;
  readonly list: Call;
  /** Absent where there is nothing to stop. */
  readonly stop?: Call;
  /** Absent where the API has no way to delete: a name once used stays taken. */
  readonly delete?: Call;

  /** Paths of members of the Create request that are no strings; `*` stands for any index. */
  readonly booleans?: readonly string[];
  readonly numbers?: readonly string[];
  /** Members that the API wants and the library leaves open: they fill gaps of the Create request, and are not part of the name. */
  readonly defaults?: Properties;
  /** Path of the S3 prefix that each run gets a folder of its own in. */
  readonly outputLocation?: string;

  /** What goes before one that is deleted goes. Returns whether nothing is left to do, and never fails. */
  readonly beforeDelete?: (found: Found, event: PlannedEvent<Timed>) => Promise<boolean>;

  /** Absent where there is nothing to wait for. */
  readonly job?: JobKind;
}

export interface JobKind {
  readonly statusMember: string;
  readonly states: Readonly<Record<string, JobState>>;
  /** Where to look when it fails. */
  readonly logs: string;
  /** The attributes that its last wait promises, by name: short strings read from the answer of Describe. */
  readonly attributes: Readonly<Record<string, (described: Properties) => unknown>>;
  /** What can be deployed of its result, best first. Absent where a result is nothing to deploy. */
  readonly candidates?: (described: Properties) => Candidate[];
  /** What more there is to say of one that failed than its FailureReason. */
  readonly failureDetails?: (failed: Found) => Promise<string | undefined>;
}

/** What the many status words come down to. */
export type JobState = 'running' | 'stopping' | 'succeeded' | 'failed' | 'stopped';

/** The status words of the AI jobs. Those of the older kinds are spelt in ways of their own. */
export const AI_JOB_STATES: Readonly<Record<string, JobState>> = {
  InProgress: 'running', Stopping: 'stopping', Completed: 'succeeded', Failed: 'failed', Stopped: 'stopped',
};
