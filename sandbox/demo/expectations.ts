import { EndpointReport, Expectation, JobReport, Leftovers, PhaseReport } from './report';
import { counted, duration } from '../../cli/format';

/** What a phase brought about, as far as it is judged. */
export type Outcome = Omit<PhaseReport, 'name' | 'title' | 'expectations' | 'realSeconds' | 'events'>;

export interface TagCheck {
  readonly key: string;
  readonly expected: string;
  /** As it is on the job. */
  readonly found?: string;
}

/** A job of several hours, waited for across the limit of an hour, ends in the endpoint that it recommends. */
export function created(outcome: Outcome): Expectation[] {
  return [
    status(outcome, 'CREATE_COMPLETE'),
    ...oneJob(outcome),
    {
      text: 'the job ran for longer than the hour that a custom resource may take, and none took that long',
      held: (outcome.jobs[0]?.durationSeconds ?? 0) > 3600 && outcome.counts.longestCustomResourceSeconds < 3600,
      found: `job ${duration(outcome.jobs[0]?.durationSeconds ?? 0)}, longest custom resource ${duration(outcome.counts.longestCustomResourceSeconds)}`,
    },
    ...winnerServed(outcome),
  ];
}

/** Another tag: nothing runs, nothing is replaced. */
export function tagged(outcome: Outcome, before: Outcome, tag: TagCheck): Expectation[] {
  return [
    status(outcome, 'UPDATE_COMPLETE'),
    { text: '0 jobs were started', held: outcome.jobsStarted.length === 0, found: counted(outcome.jobsStarted.length, 'job') },
    { text: 'the job is the same as before', held: sameJobs(outcome.jobs, before.jobs), found: namesOf(outcome.jobs) },
    { text: `the job has the new tag, ${tag.key} = ${tag.expected}`, held: tag.found === tag.expected, found: tag.found },
    {
      text: 'the endpoint was not touched',
      held: outcome.endpoint !== null && outcome.endpoint.lastModifiedAt === before.endpoint?.lastModifiedAt,
      found: outcome.endpoint?.lastModifiedAt,
    },
  ];
}

/** Another objective: one new job, and the endpoint is updated in place. */
export function retargeted(outcome: Outcome, before: Outcome, leftovers: Leftovers): Expectation[] {
  const old = before.jobs.map(job => job.name);
  return [
    status(outcome, 'UPDATE_COMPLETE'),
    ...oneJob(outcome),
    {
      text: 'the old job was deleted',
      held: outcome.jobsDeleted.join() === old.join() && !outcome.jobs.some(job => old.includes(job.name)),
      found: outcome.jobsDeleted.join(', '),
    },
    { text: 'the endpoint was updated in place', held: updatedInPlace(outcome.endpoint, before.endpoint), found: outcome.endpoint?.arn },
    {
      text: 'its former model and configuration are gone',
      held: leftovers.models.length === 1 && leftovers.endpointConfigs.length === 1,
      found: `${counted(leftovers.models.length, 'model')}, ${counted(leftovers.endpointConfigs.length, 'configuration')}`,
    },
    ...winnerServed(outcome),
  ];
}

export function destroyed(outcome: Outcome, leftovers: Leftovers): Expectation[] {
  const { running, modelPackageGroups, ...others } = leftovers;
  const left = Object.entries(others).filter(([, items]) => items.length > 0);
  return [
    status(outcome, 'DELETE_COMPLETE'),
    { text: '0 jobs were started', held: outcome.jobsStarted.length === 0, found: counted(outcome.jobsStarted.length, 'job') },
    { text: 'nothing is running that costs money', held: running.length === 0, found: running.join(', ') },
    {
      text: 'no jobs, workload configurations, models, endpoint configurations, endpoints, roles, functions or other resources of the stack are left',
      held: left.length === 0,
      found: left.flatMap(([, items]) => items).join(', '),
    },
  ];
}

function status(outcome: Outcome, expected: string): Expectation {
  return { text: `the stack is ${expected}`, held: outcome.status === expected, found: outcome.status };
}

function oneJob({ jobsStarted, jobs }: Outcome): Expectation[] {
  return [
    { text: '1 job was started', held: jobsStarted.length === 1, found: counted(jobsStarted.length, 'job') },
    {
      text: 'the job completed',
      held: jobs.length === 1 && jobs[0].name === jobsStarted[0] && jobs[0].status === 'Completed',
      found: jobs.map(job => job.status).join(', ') || 'no job',
    },
  ];
}

function winnerServed({ recommendations, endpoint }: Outcome): Expectation[] {
  return [
    { text: 'the job ranked at least two configurations', held: recommendations.length >= 2, found: counted(recommendations.length, 'configuration') },
    {
      text: 'the endpoint is InService and serves the best of them',
      held: endpoint?.status === 'InService' && recommendations.filter(({ chosen }) => chosen).map(({ rank }) => rank).join() === '1',
      found: endpoint ? `${endpoint.status}, ${endpoint.inferenceSpecificationName}` : 'no endpoint',
    },
  ];
}

function updatedInPlace(now: EndpointReport | null, before: EndpointReport | null): boolean {
  return now !== null && before !== null && now.arn === before.arn && now.createdAt === before.createdAt && now.configName !== before.configName;
}

function sameJobs(now: readonly JobReport[], before: readonly JobReport[]): boolean {
  return before.length > 0 && namesOf(now) === namesOf(before) && now.every((job, index) => job.startedAt === before[index].startedAt);
}

function namesOf(jobs: readonly JobReport[]): string {
  return jobs.map(job => job.name).join(', ') || 'no job';
}
