import { PROFILE } from './archive';
import { BenchmarkResult, Calls } from '../../../lambda/benchmark/benchmark-result';
import { LAST_PASSING_RUN_TAG } from '../../../lambda/benchmark/last-passing-run';
import { NoResults } from '../../../lambda/benchmark/load';
import { Failure, PlannedEvent, Progress, Properties } from '../../../lambda/event';
import type { JobState } from '../../../lambda/kind';
import type { Phase } from '../../../lambda/stack';
import { Timed, timed } from '../../../lambda/time';

const MINUTE = 60_000;
const arnOf = (name: string) => `arn:aws:sagemaker:us-west-2:111122223333:ai-benchmark-job/${name}`;
const awsError = (name: string, httpStatusCode: number) => Object.assign(new Error('no'), { name, $metadata: { httpStatusCode } });
const THROTTLED = awsError('SlowDown', 503);
const DENIED = awsError('AccessDenied', 403);
const EXPIRED = new Failure('no output.tar.gz was found');

interface Job {
  /** What it measured, or why that cannot be read. */
  results?: Record<string, string> | Error;
  state?: JobState;
  status?: string;
  reason?: string;
  tag?: string;
}

/** A profile with the 90th percentile of the time to first token, and the throughput. */
const measured = (ttft: string, throughput = '218.10', count = '290') => ({
  'profile_export_aiperf.json': `{"time_to_first_token":{"unit":"ms","p90":${ttft},"p99":${ttft},"count":${count}},`
    + `"output_token_throughput":{"unit":"tokens/sec","avg":${throughput}},"request_count":{"unit":"requests","avg":${count}}}`,
});

/** As much of SageMaker, S3 and CloudFormation as judging sees. */
class World implements Calls {
  public phase: Phase = 'forward';
  public readonly jobs = new Map<string, Job>();
  public readonly loaded: string[] = [];
  public tagError?: Error;
  public stackError?: Error;

  public async stack() {
    if (this.stackError) {
      throw this.stackError;
    }
    return { phase: this.phase, status: 'UPDATE_IN_PROGRESS', operation: '' };
  }

  public async find(name: string) {
    const job = this.jobs.get(name);
    return job && {
      name, arn: arnOf(name), state: job.state ?? 'succeeded', status: job.status ?? 'Completed', described: { FailureReason: job.reason },
    } as const;
  }

  public async load({ name }: { name: string }) {
    this.loaded.push(name);
    const { results } = this.jobs.get(name)!;
    if (!results || results instanceof Error) {
      throw results ?? EXPIRED;
    }
    return { uri: `s3://results/${name}/output/output.tar.gz`, files: Object.entries(results).map(([path, text]) => ({ path, text })) };
  }

  public async tags(arn: string) {
    const { tag } = this.jobs.get(arn.split('/')[1])!;
    return new Map(tag === undefined ? [] : [[LAST_PASSING_RUN_TAG, tag]]);
  }

  public async tag(arn: string, _: Map<string, string>, key: string, value: string) {
    if (this.tagError) {
      throw this.tagError;
    }
    expect(key).toBe(LAST_PASSING_RUN_TAG);
    this.jobs.get(arn.split('/')[1])!.tag = value;
  }

  public async details({ name }: { name: string }) {
    return this.jobs.get(name)!.reason && `details of ${name}`;
  }
}

let world: World;
let lines: { decision: string }[];
beforeEach(() => {
  world = new World();
  lines = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(JSON.parse(line)));
});

function event(properties: Properties, before?: Properties, plan: Timed = timed(15 * MINUTE)): PlannedEvent<Timed> {
  return {
    RequestType: before ? 'Update' : 'Create',
    RequestId: 'f47ac10b-58cc-4372-a567-0e02b2c3d479',
    StackId: 'arn:aws:cloudformation:us-west-2:111122223333:stack/Chat/1',
    ResourceType: 'Custom::SageMakerBenchmarkResult',
    LogicalResourceId: 'BenchmarkResult1A2B3C4D',
    PhysicalResourceId: 'Chat/BenchmarkResult1A2B3C4D',
    ResourceProperties: { ServiceToken: 'token', ...properties },
    OldResourceProperties: before && { ServiceToken: 'token', ...before },
    Plan: plan,
  };
}

const TTFT = 'time_to_first_token.p90';
const THROUGHPUT = 'output_token_throughput.avg';
const FIGURES = { Figures: [TTFT, THROUGHPUT] };
const atMost = (Limit: string, more = {}) => ({ Figure: TTFT, Comparison: 'AtMost', Limit, ...more });
const atLeast = (Limit: string, more = {}) => ({ Figure: THROUGHPUT, Comparison: 'AtLeast', Limit, ...more });
const relative = (LastPassingRunPercent: string) => ({ Figure: TTFT, Comparison: 'AtMost', LastPassingRunPercent });
const limits = (...Expectations: object[]) => ({ ...FIGURES, Expectations });

const judge = (properties: Properties, before?: Properties, plan?: Timed) => new BenchmarkResult(world).isComplete(event(properties, before, plan));
const ran = (name: string, ttft: string, throughput?: string, count?: string) => world.jobs.set(name, { results: measured(ttft, throughput, count) });
const failed = (name: string, reason?: string) => world.jobs.set(name, { state: 'failed', status: 'Failed', reason });
const tagsOf = (...names: string[]) => names.map(name => world.jobs.get(name)!.tag);

async function dataOf(progress: Promise<Progress>): Promise<Record<string, string>> {
  const answer = await progress;
  return answer.IsComplete ? answer.Data! : {};
}

test('its id never changes, so it is never replaced', async () => {
  const { PhysicalResourceId, Plan } = await new BenchmarkResult(world).onEvent({ ...event({}), PhysicalResourceId: undefined });
  expect(PhysicalResourceId).toBe('Chat/BenchmarkResult1A2B3C4D');
  expect(Plan.deadline - Plan.started).toBe(15 * MINUTE);
  expect((await new BenchmarkResult(world).onEvent({ ...event({}), PhysicalResourceId: 'as it was' })).PhysicalResourceId).toBe('as it was');
});

test('its deletion does nothing', async () => {
  world.stackError = THROTTLED;
  expect(await new BenchmarkResult(world).isComplete({ ...event({ JobNames: ['a'] }), RequestType: 'Delete' })).toEqual({ IsComplete: true });
});

describe('one run', () => {
  test('answers its figures under their paths, to the digit', async () => {
    world.jobs.set('run', { results: { 'out/profile_export_aiperf.json': PROFILE } });
    expect(await judge({ JobNames: ['run'], Figures: ['request_latency.p10', 'request_count.avg'] })).toEqual({
      IsComplete: true, Data: { 'request_latency.p10': '606.78112', 'request_count.avg': '290.0', 'PassedRun': 'run', 'Verdict': 'no expectations' },
    });
    expect(tagsOf('run')).toEqual(['run']);
  });

  test('passes when it meets all expectations, and says how', async () => {
    ran('run', '370.050');
    expect(await dataOf(judge({ JobNames: ['run'], ...limits(atMost('500'), atLeast('200', { TolerancePercent: '5' })) }))).toEqual({
      [TTFT]: '370.050',
      [THROUGHPUT]: '218.10',
      PassedRun: 'run',
      Verdict: 'met 2 of 2 expectations: time_to_first_token p90 is 370.050 ms, at most 500 ms; '
        + 'output_token_throughput avg is 218.10 tokens/sec, at least 200 tokens/sec with a tolerance of 5 %',
    });
    expect(tagsOf('run')).toEqual(['run']);
  });

  test('fails with every expectation that it missed, its ARN, and what to do', async () => {
    ran('run', '612.4', '90');
    await expect(judge({ JobNames: ['run'], ...limits(atMost('500'), atMost('700'), atLeast('100')) })).rejects.toThrow(new Failure(
      'benchmark missed 2 of 3 expectations: time_to_first_token p90 is 612.4 ms, at most 500 ms was expected; '
      + `output_token_throughput avg is 90 tokens/sec, at least 100 tokens/sec was expected (${arnOf('run')}). `
      + 'Improve what is served, or change the expectations: they are judged again without another run. To measure again change rerunToken'));
    expect(tagsOf('run')).toEqual(['-']);
  });

  test('fails with a p99 of too few requests', async () => {
    ran('run', '1');
    await expect(judge({ JobNames: ['run'], Expectations: [{ ...atMost('500'), Figure: 'time_to_first_token.p99', MinRequestCount: '1000' }] }))
      .rejects.toThrow('time_to_first_token p99 cannot be judged: p99 of 290 requests is chance, it takes at least 1000');
  });

  test('fails when it has no such figure, naming what there is', async () => {
    ran('run', '1');
    await expect(judge({ JobNames: ['run'], Figures: ['request_latency.p90'] })).rejects.toThrow(new Failure('figure request_latency.p90 cannot be read from '
      + 'the results of AI benchmark job run: the results have no metric request_latency, only time_to_first_token, output_token_throughput, request_count'));
  });

  test('a search that found nothing misses an expectation on what it finds, and that comes before a figure that is empty', async () => {
    world.jobs.set('run', { results: { 'search_history.json': '{"boundary_summary":{"feasible_max":null}}' } });
    const figure = { Figures: ['search.feasible_max'] };
    await expect(judge({ JobNames: ['run'], ...figure, Expectations: [{ Figure: 'search.feasible_max', Comparison: 'AtLeast', Limit: '8' }] }))
      .rejects.toThrow('benchmark missed 1 of 1 expectations: search feasible_max cannot be judged: the search found no level that meets its limits');
    await expect(judge({ JobNames: ['run'], ...figure }))
      .rejects.toThrow('figure search.feasible_max cannot be read from the results of AI benchmark job run: the search found no level that meets its limits');
  });

  test.each<[string, Job | undefined, string]>([
    ['is gone', undefined, 'AI benchmark job run was deleted, so what it measured cannot be judged. Change rerunToken to run it again'],
    ['runs', { state: 'running', status: 'InProgress' }, `AI benchmark job ${arnOf('run')} is InProgress, and only one that has ended can be judged`],
    ['failed', { state: 'failed', status: 'Failed', reason: 'Out of memory.' }, 'no run of the benchmark completed, so there is nothing to judge: '
      + `${arnOf('run')} ended Failed: Out of memory. details of run. Mend the cause and deploy again; after --no-rollback change rerunToken too`],
    ['was stopped', { state: 'stopped', status: 'Stopped' }, `no run of the benchmark completed, so there is nothing to judge: ${arnOf('run')} ended Stopped. `
      + 'Mend the cause and deploy again; after --no-rollback change rerunToken too'],
    ['left nothing to read', {}, EXPIRED.message],
  ])('that %s is a failure', async (_, job, message) => {
    if (job) {
      world.jobs.set('run', job);
    }
    await expect(judge({ JobNames: ['run'], ...limits(atMost('500')) })).rejects.toThrow(new Failure(message));
  });

  test('a limit that is no number is a failure that names it', async () => {
    ran('run', '1');
    await expect(judge({ JobNames: ['run'], ...limits(atMost('abc')) }))
      .rejects.toThrow(new Failure('Limit of the expectation on time_to_first_token.p90 must be a number, got "abc"'));
  });
});

describe('what may pass is left to the next poll', () => {
  test.each([['S3 is busy', THROTTLED], ['IAM has not caught up', DENIED]])('%s', async (_, error) => {
    world.jobs.set('run', { results: error });
    await expect(judge({ JobNames: ['run'], ...limits(atMost('500')) })).rejects.toBe(error);
    expect(tagsOf('run')).toEqual([undefined]);
    world.jobs.get('run')!.tag = 'run';
    await expect(judge({ JobNames: ['run'], ...limits(atMost('500')) }, { JobNames: ['run'], ...limits(atMost('500')) })).rejects.toBe(error);
  });

  test('results that are not there yet, for three minutes', async () => {
    const missing = new NoResults('no output.tar.gz was found');
    world.jobs.set('run', { results: missing });
    const since = (minutes: number) => ({ started: Date.now() - minutes * MINUTE, deadline: Date.now() + 10 * MINUTE });
    expect(await judge({ JobNames: ['run'], ...FIGURES }, undefined, since(2))).toEqual({ IsComplete: false });
    expect(tagsOf('run')).toEqual([undefined]);
    await expect(judge({ JobNames: ['run'], ...FIGURES }, undefined, since(4))).rejects.toBe(missing);
  });

  test('CloudFormation is busy', async () => {
    world.stackError = THROTTLED;
    await expect(judge({ JobNames: ['run'] })).rejects.toBe(THROTTLED);
  });

  test('the baseline is not to be read right now', async () => {
    ran('new', '100');
    world.jobs.set('old', { results: THROTTLED, tag: 'old' });
    await expect(judge({ JobNames: ['new'], ...limits(relative('10')) }, { JobNames: ['old'] })).rejects.toBe(THROTTLED);
  });

  test('the tag is not to be set right now', async () => {
    ran('run', '100');
    world.tagError = THROTTLED;
    await expect(judge({ JobNames: ['run'], ...limits(atMost('500')) })).rejects.toBe(THROTTLED);
    await expect(judge({ JobNames: ['run'], ...limits(atMost('5')) })).rejects.toBe(THROTTLED);
  });
});

test('a tag that cannot be set is no reason to fail', async () => {
  ran('run', '100');
  world.tagError = awsError('ValidationException', 400);
  expect(await dataOf(judge({ JobNames: ['run'], ...limits(atMost('500')) }))).toMatchObject({ PassedRun: 'run' });
  expect(lines).toContainEqual({ decision: 'the last passing run is not noted', name: 'run', reason: 'no (ValidationException)' });
});

describe('compared with the last passing run', () => {
  const now = { JobNames: ['new'], ...limits(relative('10')) };
  const old = { JobNames: ['old'], ...limits(relative('10')) };

  test('the first run passes, and the verdict says so', async () => {
    ran('new', '400');
    expect(await dataOf(judge(now)))
      .toMatchObject({ Verdict: 'met 1 of 1 expectations: time_to_first_token p90 is 400 ms, compared with nothing: no run has passed before' });
    expect(tagsOf('new')).toEqual(['new']);
  });

  test.each(['old', undefined])('it may be so much worse (tag: %s)', async tag => {
    ran('old', '343.6').get('old')!.tag = tag;
    ran('new', '377.9');
    expect(await dataOf(judge(now, old))).toMatchObject({ PassedRun: 'new', Verdict: expect.stringContaining('at most 377.96 ms') });
    expect(tagsOf('new')).toEqual(['new']);
  });

  test('and not worse; the run keeps the name of the one that passed', async () => {
    ran('old', '343.6');
    ran('new', '378');
    await expect(judge(now, old)).rejects.toThrow('benchmark missed 1 of 1 expectations: time_to_first_token p90 is 378 ms, at most 377.96 ms was expected '
      + `(343.6 ms in the last passing run old, of which it may be 10 % worse) (${arnOf('new')})`);
    expect(tagsOf('new')).toEqual(['old']);
  });

  test('after updates that failed and were not rolled back, it is still the run that passed', async () => {
    ran('old', '100').get('old')!.tag = 'old';
    ran('second', '200');
    await expect(judge({ ...now, JobNames: ['second'] }, old)).rejects.toThrow('100 ms in the last passing run old');
    ran('third', '150');
    await expect(judge({ ...now, JobNames: ['third'] }, { ...now, JobNames: ['second'] })).rejects.toThrow('100 ms in the last passing run old');
    ran('fourth', '109');
    expect(await dataOf(judge({ ...now, JobNames: ['fourth'] }, { ...now, JobNames: ['third'] }))).toMatchObject({ PassedRun: 'fourth' });
    expect(tagsOf('second', 'third', 'fourth')).toEqual(['old', 'old', 'fourth']);
  });

  test('also when none of the runs in between completed', async () => {
    ran('old', '100').get('old')!.tag = 'old';
    failed('second');
    await expect(judge({ ...now, JobNames: ['second'] }, old)).rejects.toThrow('no run of the benchmark completed');
    ran('third', '150');
    await expect(judge({ ...now, JobNames: ['third'] }, { ...now, JobNames: ['second'] })).rejects.toThrow('100 ms in the last passing run old');
  });

  test('a run is not compared with itself before it has passed', async () => {
    ran('new', '400');
    expect(await dataOf(judge(now, now))).toMatchObject({ Verdict: expect.stringContaining('compared with nothing: no run has passed before') });
    world.jobs.get('new')!.tag = undefined;
    await expect(judge({ JobNames: ['new'], ...limits(atMost('300')) }, now)).rejects.toThrow('at most 300 ms was expected (arn:');
    expect(tagsOf('new')).toEqual(['-']);
  });

  test('after a first run that failed there is none', async () => {
    ran('old', '100').get('old')!.tag = '-';
    ran('new', '400');
    expect(await dataOf(judge(now, old))).toMatchObject({ Verdict: expect.stringContaining('compared with nothing: no run has passed before') });
  });

  test('a run that failed is judged again by a retry, not waved through', async () => {
    ran('old', '100').get('old')!.tag = 'old';
    ran('new', '200');
    await expect(judge(now, old)).rejects.toThrow('benchmark missed 1 of 1');
    await expect(judge(now, now)).rejects.toThrow('100 ms in the last passing run old');
  });

  test('a run that is lost can be compared with by nobody, which must not let a regression through', async () => {
    ran('new', '400');
    const advice = ', so expect atMost or atLeast for one deployment';
    await expect(judge(now, old)).rejects.toThrow(`time_to_first_token p90 cannot be judged: the run before, old, was deleted${advice}`);
    world.jobs.set('old', { results: EXPIRED, tag: 'old' });
    await expect(judge(now, old)).rejects.toThrow(/cannot be judged: the last passing run old can no longer be read \(.+\), so expect atMost/);
    world.jobs.set('old', { results: measured('1'), tag: 'gone' });
    await expect(judge(now, old)).rejects.toThrow('cannot be judged: the last passing run gone can no longer be read');
  });

  test('a limit that is missed says what it was before, without failing for that', async () => {
    ran('new', '400');
    ran('old', '100').get('old')!.tag = 'old';
    await expect(judge({ JobNames: ['new'], ...limits(atMost('300')) }, old)).rejects.toThrow('at most 300 ms was expected (100 ms in the last passing run old)');
    world.jobs.set('old', { results: THROTTLED, tag: 'old' });
    await expect(judge({ JobNames: ['new'], ...limits(atMost('300')) }, old)).rejects.toThrow(`at most 300 ms was expected (${arnOf('new')})`);
  });

  test('its results are not read where nobody asks for them', async () => {
    ran('old', '100');
    ran('new', '100');
    await judge({ JobNames: ['new'], ...limits(atMost('300')) }, old);
    expect(world.loaded).toEqual(['new']);
  });
});

describe('the best of several runs', () => {
  const three = { JobNames: ['a', 'b', 'c'], Judgement: 'Best', ...limits(atMost('500'), atLeast('100')) };

  test('is the first that meets all expectations', async () => {
    ran('a', '600', '150');
    ran('b', '450', '110');
    ran('c', '300', '120');
    expect(await dataOf(judge(three))).toMatchObject({ [TTFT]: '450', [THROUGHPUT]: '110', PassedRun: 'b' });
    expect(tagsOf('a', 'b', 'c')).toEqual(['b', 'b', 'b']);
  });

  test('must meet all of them by itself; else the one that misses fewest is told', async () => {
    ran('a', '600', '90');
    ran('b', '450', '90');
    ran('c', '600', '120');
    await expect(judge(three)).rejects.toThrow('benchmark missed 1 of 2 expectations in the best of its 3 runs: output_token_throughput avg is 90 tokens/sec, '
      + `at least 100 tokens/sec was expected (${arnOf('b')}). `);
    expect(tagsOf('a', 'b', 'c')).toEqual(['-', '-', '-']);
  });

  test('a run that failed has missed everything', async () => {
    failed('a');
    ran('b', '600', '90');
    failed('c');
    await expect(judge(three)).rejects.toThrow('benchmark missed 2 of 2 expectations in the best of its 3 runs');
    await expect(judge(three)).rejects.toThrow(`2 of 3 runs failed; ${arnOf('b')}`);
    ran('c', '400', '190');
    expect(await dataOf(judge(three))).toMatchObject({ PassedRun: 'c' });
    expect(tagsOf('a', 'b', 'c')).toEqual(['c', 'c', 'c']);
  });

  test('when all failed there is nothing to judge, and each is named', async () => {
    failed('a', 'Out of memory');
    failed('b', 'Out of luck');
    failed('c');
    await expect(judge(three)).rejects.toThrow('no run of the benchmark completed, so there is nothing to judge: '
      + `${arnOf('a')} ended Failed: Out of memory. details of a; ${arnOf('b')} ended Failed: Out of luck; ${arnOf('c')} ended Failed. Mend`);
  });

  test('is what later runs are compared with', async () => {
    ran('a', '900', '90').get('a')!.tag = 'b';
    ran('b', '100');
    ran('c', '105');
    ran('d', '111');
    const later = { JobNames: ['d'], ...limits(relative('10')) };
    await expect(judge(later, three)).rejects.toThrow('100 ms in the last passing run b');
    expect(world.loaded).toEqual(['d', 'b']);
  });
});

describe('the median of several runs', () => {
  const three = { JobNames: ['a', 'b', 'c'], Judgement: 'Median', ...limits(atMost('500'), atLeast('100')) };

  test('is taken of each figure', async () => {
    ran('a', '600.0', '150');
    ran('b', '450.0', '90');
    ran('c', '300.0', '110.0');
    expect(await dataOf(judge(three))).toMatchObject({ [TTFT]: '450.0', [THROUGHPUT]: '110.0', PassedRun: 'a' });
    expect(tagsOf('a', 'b', 'c')).toEqual(['a', 'a', 'a']);
  });

  test('a run that failed is the worst, in the attributes too', async () => {
    ran('a', '450', '120');
    failed('b');
    ran('c', '300', '110');
    expect(await dataOf(judge(three))).toMatchObject({ [TTFT]: '450', [THROUGHPUT]: '110', PassedRun: 'a' });
    failed('c');
    await expect(judge(three)).rejects.toThrow('benchmark missed 2 of 2 expectations by the median of its 3 runs: '
      + 'time_to_first_token p90 cannot be judged: 2 of 3 runs failed, and the median is that of one of them; ');
  });

  test('is compared with the median before', async () => {
    for (const [name, ttft] of [['a', '100'], ['b', '110'], ['c', '300'], ['d', '120'], ['e', '121.1'], ['f', '500']]) {
      ran(name, ttft).get(name)!.tag = 'a';
    }
    await expect(judge({ JobNames: ['d', 'e', 'f'], Judgement: 'Median', ...limits(relative('10')) }, three))
      .rejects.toThrow('time_to_first_token p90 is 121.1 ms, at most 121 ms was expected (110 ms in the last passing run a, of which it may be 10 % worse)');
    expect(tagsOf('d', 'e', 'f')).toEqual(['a', 'a', 'a']);
  });
});

describe('an update', () => {
  const same = { JobNames: ['run'], ...limits(atMost('500')) };

  test('of the expectations alone judges the same run again', async () => {
    ran('run', '400').get('run')!.tag = 'run';
    await expect(judge({ ...same, ...limits(atMost('300')) }, same)).rejects.toThrow('at most 300 ms was expected (400 ms in the last passing run run)');
    expect(await dataOf(judge(same, { ...same, ...limits(atMost('300')) }))).toMatchObject({ [TTFT]: '400', PassedRun: 'run' });
  });

  test.each<[string, Job | undefined, string]>([
    ['were deleted', { results: EXPIRED, tag: 'run' }, EXPIRED.message],
    ['went with the job', undefined, 'AI benchmark job run was deleted, so what it measured cannot be judged. Change rerunToken to run it again'],
  ])('of the expectations fails when the results %s', async (_, job, message) => {
    if (job) {
      world.jobs.set('run', job);
    }
    await expect(judge({ ...same, ...limits(atMost('300')) }, same)).rejects.toThrow(new Failure(message));
  });

  describe('of nothing that matters', () => {
    const BLANK = { [TTFT]: '', [THROUGHPUT]: '', PassedRun: '', Verdict: 'passed in an earlier deployment, and its results can no longer be read' };

    test('answers as before', async () => {
      ran('run', '400').get('run')!.tag = 'run';
      const before = await dataOf(judge(same));
      expect(await dataOf(judge({ ...same, ServiceToken: 'other' }, same))).toEqual(before);
    });

    test.each<[string, Job | undefined]>([
      ['the results of a run that passed were deleted', { results: EXPIRED, tag: 'run' }],
      ['the job was deleted', undefined],
    ])('does not fail when %s', async (_, job) => {
      if (job) {
        world.jobs.set('run', job);
      }
      expect(await dataOf(judge(same, same))).toEqual(BLANK);
    });

    test('does not fail when reading them stays impossible', async () => {
      const late = { started: Date.now() - 16 * MINUTE, deadline: Date.now() - MINUTE };
      for (const results of [THROTTLED, DENIED]) {
        world.jobs.set('run', { results, tag: 'run' });
        expect(await dataOf(judge(same, same, late))).toEqual(BLANK);
      }
    });

    test.each<[string, Job]>([
      ['never judged', { results: EXPIRED }],
      ['judged and missed', { results: EXPIRED, tag: '-' }],
      ['a failure', { state: 'failed', status: 'Failed', tag: 'old' }],
    ])('does fail when the run was %s: a retry must not wave it through', async (_, job) => {
      world.jobs.set('run', job);
      await expect(judge(same, same)).rejects.toThrow(Failure);
    });
  });
});

describe.each<Phase>(['rollback', 'delete', 'idle'])('while the stack does not go forward (%s)', phase => {
  const verdict = 'not judged, since the stack did not go forward';
  beforeEach(() => {
    world.phase = phase;
  });

  test('nothing is judged, and the figures are answered', async () => {
    ran('run', '900');
    expect(await dataOf(judge({ JobNames: ['run'], ...limits(atMost('500')) }, { JobNames: ['new'] })))
      .toEqual({ [TTFT]: '900', [THROUGHPUT]: '218.10', PassedRun: 'run', Verdict: verdict });
    expect(tagsOf('run')).toEqual([undefined]);
  });

  test('they are those of the run that had passed, or the median', async () => {
    ran('a', '900').get('a')!.tag = 'b';
    ran('b', '400');
    ran('c', '300');
    expect(await dataOf(judge({ JobNames: ['a', 'b'], Judgement: 'Best', ...FIGURES }))).toMatchObject({ [TTFT]: '400', PassedRun: 'b' });
    expect(await dataOf(judge({ JobNames: ['a', 'b', 'c'], Judgement: 'Median', ...FIGURES }))).toMatchObject({ [TTFT]: '400' });
  });

  test.each<[string, Job | undefined]>([
    ['the job is gone', undefined],
    ['its results are gone', { results: EXPIRED }],
    ['it failed', { state: 'failed', status: 'Failed' }],
    ['it runs', { state: 'running', status: 'InProgress' }],
    ['its figures are damaged', { results: { 'profile_export_aiperf.json': '{' } }],
  ])('nothing fails when %s: the figures are empty', async (_, job) => {
    if (job) {
      world.jobs.set('run', job);
    }
    const data = await dataOf(judge({ JobNames: ['run'], ...limits(atMost('abc')) }, { JobNames: ['new'] }));
    expect(data).toMatchObject({ [TTFT]: '', [THROUGHPUT]: '', Verdict: verdict });
  });

  test.each([['S3 is busy', THROTTLED], ['S3 refuses', DENIED]])('nothing is final when %s, until its time is over', async (_, error) => {
    world.jobs.set('run', { results: error });
    const properties = { JobNames: ['run'], ...FIGURES };
    expect(await judge(properties, { JobNames: ['new'] })).toEqual({ IsComplete: false });
    const late = { started: Date.now() - 16 * MINUTE, deadline: Date.now() - MINUTE };
    expect(await dataOf(new BenchmarkResult(world).isComplete(event(properties, { JobNames: ['new'] }, late)))).toMatchObject({ [TTFT]: '' });
  });

  test('a figure that is missing is empty, and the others are not', async () => {
    ran('run', '900');
    expect(await dataOf(judge({ JobNames: ['run'], Figures: ['request_latency.p90', TTFT, 'nonsense'] })))
      .toMatchObject({ 'request_latency.p90': '', [TTFT]: '900', 'nonsense': '' });
  });
});

describe('what CloudFormation takes', () => {
  const stats = ['avg', 'p1', 'p5', 'p10', 'p25', 'p50', 'p75', 'p90', 'p95', 'p99', 'min', 'max', 'std', 'count', 'sum'];
  const all = Object.keys(JSON.parse(PROFILE)).filter(name => JSON.parse(PROFILE)[name]?.p90 !== undefined).flatMap(name => stats.map(stat => `${name}.${stat}`));

  test('an answer of nearly 4,096 bytes is given', async () => {
    world.jobs.set('run', { results: { 'profile_export_aiperf.json': PROFILE } });
    const answer = await judge({ JobNames: ['run'], Figures: all.slice(0, 70) });
    expect(JSON.stringify(answer).length).toBeGreaterThan(3000);
    expect(JSON.stringify(answer).length).toBeLessThan(4000);
  });

  test('more than that is a failure that says so', async () => {
    world.jobs.set('run', { results: { 'profile_export_aiperf.json': PROFILE } });
    await expect(judge({ JobNames: ['run'], Figures: all.slice(0, 120) }))
      .rejects.toThrow(/^the 120 figures that are asked for take \d{4} bytes, and CloudFormation takes 3900 in one answer: ask for fewer of them$/);
  });

  test('the verdict and the message are cut, and what to do is still in them', async () => {
    ran('run', '400');
    const met = await dataOf(judge({ JobNames: ['run'], ...limits(...Array<object>(40).fill(atMost('500'))) }));
    expect(met.Verdict).toMatch(/^met 40 of 40 expectations: .*\.\.\.$/);
    expect(met.Verdict.length).toBeLessThanOrEqual(600);
    const missed = await judge({ JobNames: ['run'], ...limits(...Array<object>(40).fill(atMost('5'))) }).catch((error: Error) => error.message) as string;
    expect(missed).toContain(`... (${arnOf('run')}). Improve what is served`);
    expect(missed.length).toBeLessThan(2000);
  });
});
