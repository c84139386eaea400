import type { Sandbox } from '..';
import { Board, Row } from './board';
import { clockTime, hours } from '../../cli/format';
import { Group, Template } from '../../cli/watch/groups';

/** What a row says besides its status, looked up where it is known: in the stack and in SageMaker. */
export class RowText {
  constructor(
    private readonly sandbox: Sandbox,
    private readonly stackName: string,
    private readonly template: Template,
    private readonly start: number,
  ) {}

  /** One line of at most 80 characters, unless names are long: time, status, name, remark. */
  public line(row: Row, status = statusOf(row), time = row.last.time): string {
    return this.columns(time, status, row.group.name, this.remark(row));
  }

  public columns(time: number, status: string, name: string, remark = ''): string {
    return `${clockTime(time, this.start)}  ${status.padEnd(18)}  ${name.padEnd(19)}  ${remark}`.trimEnd();
  }

  public stack(board: Board): string {
    const progress = board.progress();
    return board.stack ? this.columns(this.sandbox.clock.now(), board.stack.status, this.stackName, progress && `${progress.done} of ${progress.total} resources`) : '';
  }

  /** How long the job of a wait has been running, of the time that it is given. */
  public waited(row: Row): { seconds: number; limit: number } | undefined {
    const job = this.job();
    if (!job || job.endTime !== undefined || row.group.kind !== 'wait' || row.state !== 'running') {
      return undefined;
    }
    const laps = row.group.members.map(id => Number(this.template.Resources[id].Properties?.LapSeconds ?? 0));
    return { seconds: this.age(job), limit: laps.reduce((sum, lap) => sum + lap, 0) };
  }

  private remark(row: Row): string {
    const { group: { kind, noun }, state } = row;
    if (row.last.status.startsWith('DELETE')) {
      return kind === 'supporting' || kind === 'wait' ? progressOf(row) : kind === 'job' && state === 'done' ? this.jobFate(row) : noun;
    }
    switch (kind) {
      case 'supporting': return `${progressOf(row)} ${noun}`;
      case 'wait': return this.lap(row);
      case 'job': return state === 'running' ? noun : this.jobStatus();
      case 'deployment': return state === 'done' ? `winner: ${String(this.attribute(row.group, 'InstanceType'))}` : noun;
      case 'endpoint': return this.endpointStatus(state) ?? noun;
      case 'check': return state === 'done' ? 'serves the winner' : noun;
      default: return noun;
    }
  }

  private jobStatus(): string {
    const status = this.job()?.status ?? 'is gone';
    return `job ${status === 'InProgress' ? 'started' : status}`;
  }

  /** To CloudFormation a job that completed before a rollback is deleted, too. */
  private jobFate({ last }: Row): string {
    const job = this.sandbox.sagemaker.jobs('AIRecommendationJob').find(({ name }) => name === last.physicalId);
    return job ? `job kept: ${job.status}` : 'job deleted';
  }

  /** SageMaker's state of the endpoint, unless it is still that of before. */
  private endpointStatus(state: Row['state']): string | undefined {
    const status = this.sandbox.sagemaker.endpoints[0]?.status;
    return state === 'running' && status === 'InService' ? undefined : status;
  }

  private lap({ group, last, state }: Row): string {
    const lap = `lap ${group.members.indexOf(last.logicalId) + 1} of ${group.members.length}`;
    const job = this.job();
    const running = job && job.endTime === undefined;
    if (!job || running && (last.status.endsWith('_IN_PROGRESS') || state === 'failed')) {
      return lap;
    }
    return running ? `${lap}: job at ${hours(this.age(job))}` : `${lap}: job ${job.status}`;
  }

  /** The job that the stack has at present. */
  private job() {
    const jobs = this.sandbox.sagemaker.jobs('AIRecommendationJob');
    return jobs[jobs.length - 1];
  }

  private age({ creationTime, endTime }: { creationTime: number; endTime?: number }): number {
    return (endTime ?? this.sandbox.clock.now() / 1000) - creationTime;
  }

  private attribute({ members }: Group, name: string): unknown {
    return this.sandbox.cloudFormation.stack(this.stackName)?.resources.get(members[0])?.attributes[name];
  }
}

/** Of several resources the one that has just ended does not speak for all. */
export function statusOf({ last, state, group }: Row): string {
  return state === 'running' && group.members.length > 1 ? last.status.replace(/_COMPLETE$/, '_IN_PROGRESS') : last.status;
}

function progressOf({ ended, expected }: Row): string {
  return expected === undefined ? `${ended.size}` : `${ended.size} of ${expected}`;
}
