import { Group, grouped, Kind, withoutHash } from './groups';
import { Hosted, Hosting } from './hosting';
import { Job, Jobs } from './jobs';
import { isBackward, isBusy, Plan, Stack } from './stack';
import { hours } from '../format';
import { kindOfResource, StackResource } from '../stack';

/** How things stand with a group of resources. */
export interface Row {
  readonly kind: Kind;
  readonly name: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly status: string;
  /** What there is to say, but for what changes with every second. */
  readonly remark: string;
  /** How long its job has been running, and what that is to be measured by. */
  readonly elapsed?: string;
  /** The last lines that its benchmark has logged. */
  readonly log: readonly string[];
  /** When it last changed. */
  readonly time: number;
}

/** What was found out in one look. */
export interface Look {
  readonly stack: Stack;
  /** By the clock of AWS. */
  readonly time: number;
  readonly resources: readonly StackResource[];
  readonly plan?: Plan;
}

/** The clocks of two services may differ by as much. */
const TOLERANCE = 2_000;

/** Makes the rows of the display, and asks what CloudFormation does not know of jobs and endpoints. */
export class Rows {
  constructor(private readonly jobs: Jobs, private readonly hosting: Hosting) {}

  public async of(look: Look): Promise<Row[]> {
    const byId = new Map(look.resources.map(resource => [resource.path.join('/'), resource]));
    const rows: Row[] = [];
    for (const group of groupsIn(look)) {
      const members = group.members.flatMap(id => byId.get(id) ?? []);
      const touched = members.filter(each => isTouched(each, look.stack));
      if (touched.length > 0) {
        rows.push(await this.row(group, touched, look));
      } else if (look.stack.status === 'CREATE_IN_PROGRESS') {
        rows.push({ kind: group.kind, name: group.name, state: 'waiting', status: '', remark: group.noun, log: [], time: look.time });
      }
    }
    return rows;
  }

  private async row(group: Group, touched: StackResource[], look: Look): Promise<Row> {
    const row = rowOf(group, touched, look);
    const [resource] = touched;
    const { ResourceStatus: status = '', PhysicalResourceId: physicalId } = resource;
    const busy = /^(CREATE|UPDATE)_IN_PROGRESS$/.test(status);
    if (physicalId && status !== 'DELETE_COMPLETE') {
      if (group.kind === 'job' && !busy) {
        // While it is busy, the resource may still stand for the job that it had before.
        return withJob(row, await this.jobs.look(kindOfResource(resource.ResourceType)!, physicalId), look);
      }
      if ((group.kind === 'endpoint' || group.kind === 'component') && !status.startsWith('DELETE')) {
        return withHosted(row, await this.hosting.look(group.kind, physicalId, busy));
      }
    }
    return row;
  }
}

/** The groups of the template, and of what the stack has besides: what a template of before had, or everything where the template is not known. */
function groupsIn({ resources, plan }: Look): Group[] {
  const known = new Set(plan?.members.map(({ id }) => id));
  const others = resources
    .map(({ path, ResourceType }) => ({ id: path.join('/'), type: ResourceType!, path: path.map(withoutHash).join('/') }))
    .filter(({ id }) => !known.has(id))
    .sort((one, other) => one.path.localeCompare(other.path, 'en', { numeric: true }));
  return grouped([...plan?.members ?? [], ...others]);
}

/** Whether the operation has to do with it. */
function isTouched({ LastUpdatedTimestamp }: StackResource, { since }: Stack): boolean {
  return LastUpdatedTimestamp === undefined || LastUpdatedTimestamp.getTime() >= since;
}

/** What CloudFormation says. */
function rowOf(group: Group, touched: StackResource[], { stack, plan }: Look): Row {
  // What goes, goes one by one: as long as any of them does, those that are as they were have not had their turn.
  const deletes = touched.some(({ ResourceStatus }) => ResourceStatus!.startsWith('DELETE'));
  const isOver = (status: string) => !status.endsWith('_IN_PROGRESS') && (!deletes || status.startsWith('DELETE'));
  const ended = touched.filter(({ ResourceStatus }) => isOver(ResourceStatus!));
  const failed = touched.find(({ ResourceStatus, ResourceStatusReason = '' }) => ResourceStatus!.endsWith('_FAILED') && !/cancelled/.test(ResourceStatusReason));
  const current = failed ?? touched.filter(({ ResourceStatus }) => ResourceStatus!.endsWith('_IN_PROGRESS')).at(-1) ?? touched.at(-1)!;
  // An update touches who knows how many: only a wait is known to have all of its laps.
  const forward = !isBackward(stack) && !deletes;
  const expected = !forward ? touched.length : plan && (stack.status.startsWith('CREATE') || group.kind === 'wait') ? group.members.length : undefined;
  const over = ended.length === touched.length && (expected === undefined ? group.kind === 'wait' || !isBusy(stack) : ended.length >= expected);
  const state = failed ? 'failed' : group.members.length === 1 ? (ended.length > 0 ? 'done' : 'running') : over ? 'done' : 'running';
  return {
    kind: group.kind,
    name: group.name,
    state,
    status: state === 'running' ? current.ResourceStatus!.replace(/_COMPLETE$/, '_IN_PROGRESS') : current.ResourceStatus!,
    remark: remarkOf(group, touched, current, { ended: ended.length, expected, plan }),
    log: [],
    time: Math.max(...touched.map(({ LastUpdatedTimestamp }) => LastUpdatedTimestamp?.getTime() ?? 0)),
  };
}

function remarkOf(
  group: Group, touched: StackResource[], current: StackResource, { ended, expected, plan }: { ended: number; expected?: number; plan?: Plan },
): string {
  const cancelled = /cancelled/.test(current.ResourceStatusReason ?? '');
  if (cancelled) {
    return 'cancelled';
  }
  switch (group.kind) {
    case 'supporting': return `${ended}${expected === undefined ? '' : ` of ${Math.max(expected, touched.length)}`} ${group.noun}`;
    case 'wait': {
      if (current.ResourceStatus!.startsWith('DELETE')) {
        return group.noun;
      }
      const lap = group.members.indexOf(current.path.join('/')) + 1;
      const limit = group.members.reduce((sum, id) => sum + (plan?.laps.get(id) ?? 0), 0);
      return `lap ${lap}${plan ? ` of ${group.members.length}` : ''}${limit > 0 ? `, gives up after ${hours(limit)}` : ''}`;
    }
    default: return group.noun;
  }
}

/** What SageMaker says of the job is nearer than what CloudFormation says of the resource. */
function withJob(row: Row, job: Job | undefined, { stack, time }: Look): Row {
  if (!job) {
    return row;
  }
  const { began = time, ended, state, best, benchmarks, log = [] } = job;
  if (row.status.startsWith('DELETE')) {
    return { ...row, remark: `job ${job.status}` };
  }
  const runs = state === 'running' || state === 'stopping';
  const words = [
    benchmarks && benchmarksIn(benchmarks),
    ended === undefined ? undefined : ended < stack.since - TOLERANCE ? 'ended before this deployment' : `after ${hours((ended - began) / 1000)}`,
    best && `best: ${best}`,
  ];
  return {
    ...row,
    state: runs ? 'running' : state === 'succeeded' ? 'done' : 'failed',
    status: job.status,
    remark: words.filter(Boolean).join(', ') || row.remark,
    elapsed: runs ? [hours(Math.max(0, time - began) / 1000), job.yardstick].filter(Boolean).join(' of ') : undefined,
    log: runs || state === 'failed' ? log : [],
    time: ended ?? time,
  };
}

function withHosted(row: Row, hosted: Hosted | undefined): Row {
  if (!hosted) {
    return row;
  }
  const remark = row.state === 'running' ? row.remark : hosted.serves ? `serves on ${hosted.serves}` : row.remark;
  return { ...row, status: hosted.status, remark };
}

/** `3 benchmarks: 2 Completed, 1 InProgress` */
function benchmarksIn(counts: ReadonlyMap<string, number>): string | undefined {
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const each = [...counts].sort().map(([status, count]) => `${count} ${status}`).join(', ');
  return all === 0 ? undefined : `${all === 1 ? '1 benchmark' : `${all} benchmarks`}: ${each}`;
}
