import { VirtualClock } from '../../sandbox/clock';
import { ExecutionRoles } from '../../sandbox/sagemaker/execution-roles';
import { JobKind, JobServices } from '../../sandbox/sagemaker/job-kind';
import { Jobs } from '../../sandbox/sagemaker/jobs';
import { TagStore } from '../../sandbox/sagemaker/tags';

/** As Inference Recommender's jobs are: other words for members and statuses, and no Delete. */
const KIND: JobKind = {
  noun: 'InferenceRecommendationsJob',
  plural: 'InferenceRecommendationsJobs',
  summaryShape: 'AIRecommendationJobSummary',
  arnType: 'inference-recommendations-job',
  members: { name: 'JobName', arn: 'JobArn', status: 'Status', end: 'CompletionTime' },
  statuses: { running: 'IN_PROGRESS', completed: 'COMPLETED', failed: 'FAILED', stopping: 'STOPPING', stopped: 'STOPPED' },
  deletable: false,
  outcome: request => ({ duration: 1000, succeeds: request.JobType === 'Default', failureReason: 'broken', result: () => ({ InferenceRecommendations: [] }) }),
};

function setUp() {
  const clock = new VirtualClock();
  const world = { clock, tags: new TagStore(), scenario: {}, arn: (type: string, name: string) => `${type}/${name}`, seconds: () => clock.now() / 1000, roles: new ExecutionRoles('111122223333') };
  const jobs = new Jobs(KIND, { world } as unknown as JobServices);
  return { jobs, pass: (milliseconds: number) => clock.run(clock.sleep(milliseconds)) };
}

test('another kind of job runs by its entry in the table', async () => {
  const { jobs, pass } = setUp();
  expect(Object.keys(jobs.operations).sort()).toEqual([
    'CreateInferenceRecommendationsJob', 'DescribeInferenceRecommendationsJob', 'ListInferenceRecommendationsJobs', 'StopInferenceRecommendationsJob',
  ]);
  jobs.operations.CreateInferenceRecommendationsJob({ JobName: 'good', JobType: 'Default' });
  jobs.operations.CreateInferenceRecommendationsJob({ JobName: 'bad', JobType: 'Advanced' });
  jobs.operations.CreateInferenceRecommendationsJob({ JobName: 'stopped', JobType: 'Default' });
  jobs.operations.StopInferenceRecommendationsJob({ JobName: 'stopped' });
  expect(jobs.active().map(job => [job.arn, job.status])).toEqual([
    ['inference-recommendations-job/good', 'IN_PROGRESS'], ['inference-recommendations-job/bad', 'IN_PROGRESS'], ['inference-recommendations-job/stopped', 'STOPPING'],
  ]);
  await pass(600_000);
  expect([...jobs.all.values()].map(job => [job.status, job.failureReason, job.result])).toEqual([
    ['COMPLETED', undefined, { InferenceRecommendations: [] }], ['FAILED', 'broken', {}], ['STOPPED', undefined, {}],
  ]);
});
