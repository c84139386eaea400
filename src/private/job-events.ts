import { aws_events as events, Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { validatePlace } from './environment';
import type { JobRun } from './job';
import { quote, shown, Validation } from './validation';

/** FROZEN, as all that the handlers put into their events: rules of users look for it. */
export const EVENT_SOURCE = 'cdk-sagemaker-inference';
const DETAIL_TYPE = 'SageMaker Inference Job Ended';

/** How a job ends that has no result. */
const BAD_ENDS = ['Failed', 'Stopped'];

/** Members of the pattern that say which job it is. What a user gives beside them narrows the rule; these would make it another job's. */
const TAKEN = ['source', 'detailType'];
const TAKEN_DETAIL = ['stackName', 'logicalId'];
/** What else an event has. */
const OTHERS = ['version', 'id', 'account', 'time', 'region', 'resources'];

/** A rule for the events that say how runs of a job ended. */
export function finishedRule(job: IConstruct, runs: readonly JobRun[], id: string, options: events.OnEventOptions): events.Rule {
  return jobRule(job, runs, 'onFinished', id, options);
}

/** The same for those that ended without a result. */
export function failedRule(job: IConstruct, runs: readonly JobRun[], id: string, options: events.OnEventOptions): events.Rule {
  return jobRule(job, runs, 'onFailed', id, options, BAD_ENDS);
}

function jobRule(
  job: IConstruct, runs: readonly JobRun[], method: string, id: string, options: events.OnEventOptions, status?: string[],
): events.Rule {
  const { target, ruleName, description, crossStackScope, eventPattern = {} } = options;
  const validation = new Validation(method);
  validation.length('ruleName', ruleName, 1, 64);
  validation.matches('ruleName', ruleName, /[\w.-]*/, 'hold only letters, digits and .-_');
  validation.length('description', description, 0, 512);
  validation.add(validatePattern(method, eventPattern, status));
  if (crossStackScope !== undefined) {
    const { account, region } = Stack.of(crossStackScope);
    validation.add(validatePlace('crossStackScope', { account, region }, job, 'the events of a job are on the event bus of its own account and Region'));
  }
  validation.throwIfAny(job);

  runs.forEach(run => run.announce());
  return new events.Rule(crossStackScope ?? job, id, {
    ruleName,
    description,
    targets: target && [target],
    eventPattern: {
      ...eventPattern,
      source: [EVENT_SOURCE],
      detailType: [DETAIL_TYPE],
      detail: {
        ...status && { status },
        ...eventPattern.detail,
        // The name of the stack, and not its id: another stack that holds the rule then refers to nothing of this one.
        stackName: [Stack.of(job).stackName],
        logicalId: runs.map(({ resource }) => resource.logicalId),
      },
    },
  });
}

/** A pattern of the user's is one more condition. */
function validatePattern(method: string, { detail, ...pattern }: events.EventPattern, status?: string[]): string[] {
  const validation = new Validation(method);
  const given = Object.entries(pattern).filter(([, value]) => value !== undefined).map(([member]) => member);
  const taken = [
    ...given.filter(member => TAKEN.includes(member)),
    ...TAKEN_DETAIL.filter(member => detail?.[member] !== undefined).map(member => `detail.${member}`),
  ];
  taken.forEach(member => validation.check(false,
    `eventPattern.${member} must be left out: ${method} sets it, so that the rule is about this job alone`));
  const unknown = given.find(member => !TAKEN.includes(member) && !OTHERS.includes(member));
  validation.check(unknown === undefined, `eventPattern must hold only detail, ${OTHERS.join(', ')}, got ${quote(String(unknown))}`);
  const wanted = detail?.status;
  if (status !== undefined && wanted !== undefined) {
    const known = Array.isArray(wanted) && !Token.isUnresolved(wanted) && wanted.length > 0;
    const other = known ? wanted.find(each => !status.includes(each)) : wanted;
    validation.check(known && other === undefined,
      `eventPattern.detail.status must be one or more of ${status.map(quote).join(', ')}, which ${method} is about, got ${shown(other)}`);
  }
  return validation.messages;
}
