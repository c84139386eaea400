import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { app, failing } from './app';
import { HOUR, MINUTE, PROCESSES, World } from './harness';
import type { Stack as CloudFormationStack } from '../../sandbox/cloudformation';
import type { Scenario } from '../../sandbox/sagemaker';
import { truncatedBundle } from '../../sandbox/sagemaker/fixtures';
import {
  AiBenchmarkJob, AiBenchmarkJobProps, AiWorkloadConfig, Attempts, BenchmarkMetric, BenchmarkTarget, DeployRecommendation, DeployRecommendationProps,
  Expectation, JobOutput, Stat, WorkloadSpec,
} from '../../src';

afterEach(() => World.stopAll());

const TTFT = Expectation.p90(BenchmarkMetric.TIME_TO_FIRST_TOKEN);

interface GateOptions {
  readonly gate?: Partial<AiBenchmarkJobProps>;
  /** Another number is another configuration of the endpoint. */
  readonly instances?: number;
  readonly deployment?: Partial<DeployRecommendationProps>;
  readonly tag?: string;
  readonly handlerVersion?: string;
  /** Whether something after the gate can't be made. */
  readonly failing?: boolean;
}

/** A deployed recommendation with a gate behind it, and somebody who uses what the gate has measured. */
const gated = ({ gate, instances = 1, deployment, tag, handlerVersion, failing: fails }: GateOptions = {}) => app({
  tag,
  handlerVersion,
  job: { waitTimeout: Duration.minutes(100) },
  endpoint: false,
  also: (stack, recommendation) => {
    const endpoint = new DeployRecommendation(stack, 'Endpoint', { recommendation, initialInstanceCount: instances, ...deployment });
    const benchmark = new AiBenchmarkJob(stack, 'Gate', {
      target: BenchmarkTarget.deployment(endpoint),
      workloadConfig: stack.node.findChild('Workload') as AiWorkloadConfig,
      output: JobOutput.toS3Uri('s3://my-models/benchmarks/'),
      expectations: [TTFT.atMost(500), Expectation.avg(BenchmarkMetric.OUTPUT_TOKEN_THROUGHPUT).atLeast(200)],
      ...gate,
    });
    measure(stack, benchmark);
    if (fails) {
      failing(stack, stack.node.findChild('Measured'));
    }
  },
});

function measure(stack: Stack, benchmark: AiBenchmarkJob): void {
  // As users are told to: in a rollback the figure may be gone, and a parameter takes no empty value.
  new ssm.StringParameter(stack, 'Measured', { stringValue: `p90: ${benchmark.measured(BenchmarkMetric.TIME_TO_FIRST_TOKEN, Stat.P90)}` });
  new CfnOutput(stack, 'P90', { value: benchmark.measured(BenchmarkMetric.TIME_TO_FIRST_TOKEN, Stat.P90) });
  new CfnOutput(stack, 'Verdict', { value: benchmark.verdict });
}

/** How long a run takes. */
const RUN = 2 * MINUTE;
/** Of the runs in their order, the 90th percentile of the time to first token. */
const measuring = (...values: number[]): Scenario => ({
  benchmark: (_, nth) => ({ duration: RUN, figures: { 'time_to_first_token.p90': values[nth - 1] } }),
});
const runs = (world: World) => world.count('CreateAIBenchmarkJob');
const served = (world: World) => world.sandbox.sagemaker.endpoints.map(({ configName, status }) => ({ configName, status }));
/** What the parameter that is fed by the gate says. */
const parameter = (stack: CloudFormationStack) => [...stack.resources.values()].find(({ logicalId }) => logicalId.startsWith('Measured'))!.attributes.Value;

test('an update that misses the limit is rolled back to the old configuration, with old and new figures in the event', async () => {
  const world = await World.start({ scenario: measuring(370.25, 612.5, 380.75) });
  const first = await world.deploy(gated());
  expect(world.failures(first)).toEqual([]);
  expect(first.outputs).toMatchObject({ P90: '370.25', Verdict: expect.stringContaining('met 2 of 2 expectations') });
  const before = { served: served(world), jobs: world.jobs('AIBenchmarkJob'), parameter: parameter(first) };

  const failed = await world.deploy(gated({ instances: 2 }));
  expect(failed.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(runs(world)).toBe(2);
  const reason = world.failures(failed).find(text => text.includes('benchmark missed'))!;
  expect(reason).toContain('benchmark missed 1 of 2 expectations: time_to_first_token p90 is 612.5 ms, at most 500 ms was expected');
  expect(reason).toContain(`370.25 ms in the last passing run ${before.jobs[0].name}`);
  expect(reason).toContain('arn:aws:sagemaker:us-west-2:111122223333:ai-benchmark-job/');
  expect(reason).not.toMatch(/undefined|\n\s+at /);
  expect(served(world)).toEqual(before.served);
  expect(parameter(failed)).toBe(before.parameter);
  expect(world.sandbox.sagemaker.endpointConfigs).toHaveLength(1);

  // The same again is judged by the same run; whoever wants another says so.
  const again = await world.deploy(gated({ instances: 2 }));
  expect(again.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(runs(world)).toBe(2);
  const measuredAnew = await world.deploy(gated({ instances: 2, gate: { rerunToken: '2' } }));
  expect(world.failures(measuredAnew).filter(text => text.includes('380.75'))).toEqual([]);
  expect(measuredAnew.status).toBe('UPDATE_COMPLETE');
  expect(measuredAnew.outputs.P90).toBe('380.75');
  expect(runs(world)).toBe(3);

  await world.destroy();
  // The run that missed is a finished result, which a rollback keeps.
  expect(world.sandbox.sagemaker.running()).toEqual([]);
});

test.each([[500, 'CREATE_COMPLETE'], [500.0001, 'ROLLBACK_COMPLETE']])('a value of %d at a limit of 500: %s', async (value, status) => {
  const world = await World.start({ scenario: measuring(value) });
  const stack = await world.deploy(gated());
  expect(stack.status).toBe(status);
});

describe('the gate', () => {
  test('runs again when what is served changes, and not for a tag, a limit, or another figure that is asked for', async () => {
    const world = await World.start({ scenario: measuring(300, 310, 320) });
    await world.deploy(gated({ tag: 'one' }));
    expect(runs(world)).toBe(1);
    expect((await world.deploy(gated({ tag: 'two' }))).status).toBe('UPDATE_COMPLETE');
    expect(runs(world)).toBe(1);

    const stricter = await world.deploy(gated({ tag: 'two', gate: { expectations: [TTFT.atMost(300)] } }));
    expect(stricter.status).toBe('UPDATE_COMPLETE');
    const missed = await world.deploy(gated({ tag: 'two', gate: { expectations: [TTFT.atMost(299)] } }));
    expect(missed.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(runs(world)).toBe(1);

    const changed = await world.deploy(gated({ tag: 'two', instances: 2 }));
    expect(changed.status).toBe('UPDATE_COMPLETE');
    expect(changed.outputs.P90).toBe('310');
    expect(runs(world)).toBe(2);
    // And back: the run of then went in the clean-up.
    expect((await world.deploy(gated({ tag: 'two' }))).outputs.P90).toBe('320');
  });

  test('runs against the endpoint only when it serves the new configuration', async () => {
    const world = await World.start({ scenario: measuring(300, 310) });
    await world.deploy(gated());
    const stack = await world.deploy(gated({ instances: 2 }));
    const position = (type: string, status: string) => stack.events.map(event => `${event.type} ${event.status}`).lastIndexOf(`${type} ${status}`);
    expect(position('Custom::SageMakerEndpointCheck', 'UPDATE_COMPLETE')).toBeGreaterThan(0);
    expect(position('Custom::SageMakerAIBenchmarkJob', 'UPDATE_IN_PROGRESS'))
      .toBeGreaterThan(position('Custom::SageMakerEndpointCheck', 'UPDATE_COMPLETE'));
  });

  test('is stopped when the update is cancelled, and nothing of it is left', async () => {
    const world = await World.start({ scenario: { benchmark: (_, nth) => ({ duration: nth === 1 ? 10 * MINUTE : 5 * HOUR }) } });
    await world.deploy(gated());
    const before = { served: served(world), jobs: world.jobs('AIBenchmarkJob') };
    const update = world.begin(gated({ instances: 2 }));
    await world.until(() => world.jobs('AIBenchmarkJob').some(({ status }) => status === 'InProgress'));
    await world.pass(10 * MINUTE);
    world.sandbox.cloudFormation.cancelUpdate('Chat');
    expect((await world.finish(update)).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.jobs('AIBenchmarkJob')).toEqual(before.jobs);
    expect(served(world)).toEqual(before.served);
  });

  test('in a rollback neither fails nor judges, even when the results of the old run have expired', async () => {
    const world = await World.start({ scenario: measuring(300, 900) });
    await world.deploy(gated());
    for (const key of world.sandbox.s3.keys('my-models')) {
      world.sandbox.s3.delete('my-models', key);
    }
    const stack = await world.deploy(gated({ instances: 2 }));
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.failures(stack).filter(text => text.includes('time_to_first_token p90 is 900 ms'))).toHaveLength(1);
    expect(runs(world)).toBe(2);
  });
});

describe('a limit relative to the last passing run', () => {
  const relative = { expectations: [TTFT.regressesAtMostPercent(10)] };

  test('follows the runs that passed, and not those that did not', async () => {
    const world = await World.start({ scenario: measuring(300, 400, 325, 350) });
    const first = await world.deploy(gated({ gate: relative }));
    expect(first.outputs.Verdict).toContain('compared with nothing: no run has passed before');

    const worse = await world.deploy(gated({ gate: relative, instances: 2 }));
    expect(worse.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.failures(worse).join()).toContain('time_to_first_token p90 is 400 ms, at most 330 ms was expected (300 ms in the last passing run');

    // Against 300, not against the 400 that was refused.
    expect((await world.deploy(gated({ gate: relative, instances: 3 }))).status).toBe('UPDATE_COMPLETE');
    expect((await world.deploy(gated({ gate: relative, instances: 4 }))).status).toBe('UPDATE_COMPLETE');
    expect(runs(world)).toBe(4);
  });

  test('knows the last one that passed after an update that failed and was not rolled back', async () => {
    const world = await World.start({ scenario: measuring(300, 400, 420) });
    await world.deploy(gated({ gate: relative }));
    await world.deploy(gated({ gate: relative, instances: 2 }), { disableRollback: true });
    const stack = await world.deploy(gated({ gate: relative, instances: 3 }), { disableRollback: true });
    expect(stack.status).toBe('UPDATE_FAILED');
    expect(world.failures(stack).join()).toContain('time_to_first_token p90 is 420 ms, at most 330 ms was expected (300 ms in the last passing run');
  });
});

test('a relative limit whose last passing run can no longer be read lets no regression through', async () => {
  const world = await World.start({ scenario: measuring(300, 3000) });
  const relative = { expectations: [TTFT.regressesAtMostPercent(10)] };
  await world.deploy(gated({ gate: relative }));
  for (const key of world.sandbox.s3.keys('my-models')) {
    world.sandbox.s3.delete('my-models', key);
  }
  // Another content of the functions is another process, which has read nothing yet.
  const stack = await world.deploy(gated({ gate: relative, instances: 2, handlerVersion: '2' }));
  expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(world.failures(stack).join()).toContain('can no longer be read (no output.tar.gz was found below');
});

test('two benchmarks of one endpoint do not take its time from each other', async () => {
  const world = await World.start({ scenario: measuring(300, 310) });
  const stack = await world.deploy(app({
    endpoint: false,
    also: (scope, recommendation) => {
      const target = BenchmarkTarget.deployment(new DeployRecommendation(scope, 'Endpoint', { recommendation }));
      const workloadConfig = scope.node.findChild('Workload') as AiWorkloadConfig;
      ['One', 'Two'].forEach(id => new AiBenchmarkJob(scope, id, { target, workloadConfig, output: JobOutput.toS3Uri('s3://my-models/benchmarks/') }));
    },
  }));
  expect(stack.status).toBe('CREATE_COMPLETE');
  const starts = world.sandbox.journal.calls.filter(({ operation }) => operation === 'CreateAIBenchmarkJob').map(({ time }) => time);
  expect(starts[1] - starts[0]).toBeGreaterThanOrEqual(RUN);
});

describe('several attempts', () => {
  test('the best passes if one of them does, and its figures are those that are answered', async () => {
    const world = await World.start({ scenario: measuring(520, 480, 510) });
    const stack = await world.deploy(gated({ gate: { attempts: Attempts.bestOf(3) } }));
    expect(world.failures(stack)).toEqual([]);
    expect(stack.outputs.P90).toBe('480');
    expect(runs(world)).toBe(3);
    const starts = world.sandbox.journal.calls.filter(({ operation }) => operation === 'CreateAIBenchmarkJob').map(({ time }) => time);
    expect(starts[1] - starts[0]).toBeGreaterThanOrEqual(RUN);
    await world.destroy();
    expect(world.leftovers()).toEqual([]);
  });

  test('the median misses where the best does not', async () => {
    const world = await World.start({ scenario: measuring(520, 480, 510) });
    const stack = await world.deploy(gated({ gate: { attempts: Attempts.medianOf(3) } }));
    expect(stack.status).toBe('ROLLBACK_COMPLETE');
    expect(world.failures(stack).join()).toContain('time_to_first_token p90 is 510 ms, at most 500 ms was expected');
  });

  test('one that fails does not decide alone', async () => {
    const world = await World.start({
      scenario: { benchmark: (_, nth) => (nth === 1 ? { errorRate: 10 / 300 } : { figures: { 'time_to_first_token.p90': 400 } }) },
    });
    const stack = await world.deploy(gated({ gate: { attempts: Attempts.bestOf(2) } }));
    expect(world.failures(stack)).toEqual([]);
    expect(stack.outputs.P90).toBe('400');
  });

  test('keep their figures in a rollback, whichever run the failed update had taken', async () => {
    const world = await World.start({ scenario: measuring(300, 350, 400) });
    const attempts = Attempts.bestOf(3);
    const first = await world.deploy(gated({ gate: { attempts, expectations: [TTFT.atMost(500)] } }));
    expect(first.outputs.P90).toBe('300');
    const stack = await world.deploy(gated({ gate: { attempts, expectations: [TTFT.atLeast(390)] }, failing: true }));
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(parameter(stack)).toBe('p90: 300');
    expect(runs(world)).toBe(3);
  });

  test('one that had failed is not waited for in vain when it is to be the only one', async () => {
    const world = await World.start({ scenario: { benchmark: (_, nth) => (nth === 1 ? { errorRate: 10 / 300 } : {}) } });
    await world.deploy(gated({ gate: { attempts: Attempts.bestOf(2) } }));
    const stack = await world.deploy(gated());
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.failures(stack).join()).toContain('change rerunToken too, since this run failed in an earlier deployment');
    expect((await world.deploy(gated({ gate: { rerunToken: '2' } }))).status).toBe('UPDATE_COMPLETE');
  });

  test('more of them later keep the run that is there', async () => {
    const world = await World.start({ scenario: measuring(300, 310, 320) });
    await world.deploy(gated());
    const stack = await world.deploy(gated({ gate: { attempts: Attempts.medianOf(3) } }));
    expect(world.failures(stack)).toEqual([]);
    expect(stack.outputs.P90).toBe('310');
    expect(runs(world)).toBe(3);
    const fewer = await world.deploy(gated());
    expect(fewer.outputs.P90).toBe('300');
    expect(runs(world)).toBe(3);
    expect(world.jobs('AIBenchmarkJob')).toHaveLength(1);
  });
});

test('a run with more than 1 % of errors shows them, with its numbers', async () => {
  const world = await World.start({ scenario: { benchmark: () => ({ errorRate: 10 / 300 }) } });
  const stack = await world.deploy(gated());
  expect(stack.status).toBe('ROLLBACK_COMPLETE');
  const reason = world.failures(stack).find(text => text.includes('ended Failed'))!;
  expect(reason).toContain('Benchmark error rate 3.33% (10/300) exceeds maximum 1%');
  expect(reason).toContain('10 of 300 requests failed');
});

test('p99 of fewer than a thousand requests is no verdict', async () => {
  const world = await World.start();
  const p99 = Expectation.p99(BenchmarkMetric.TIME_TO_FIRST_TOKEN);
  const stack = await world.deploy(gated({ gate: { expectations: [p99.atMost(5000)] } }));
  expect(world.failures(stack).join()).toContain('p99 of 290 requests is chance, it takes at least 1000');
  await world.destroy();
  const accepted = await world.deploy(gated({ gate: { expectations: [p99.atMost(5000, { minRequestCount: 290 })] } }));
  expect(accepted.status).toBe('CREATE_COMPLETE');
});

describe('results that cannot be used fail with a sentence', () => {
  test.each([
    ['none at all', { bundle: 'none' as const }, /no output\.tar\.gz was found below s3:\/\/my-models\/benchmarks\/Chat-Gate/],
    ['truncated', { bundle: truncatedBundle() }, /cannot be unpacked, since the archive is damaged or incomplete/],
    ['without the profile', { bundle: { 'profile_export_aiperf.json': undefined } }, /have no figures in them, that is no profile_export_aiperf\.json/],
    ['without the statistic', { figures: { 'time_to_first_token.p90': null } }, /time_to_first_token p90 cannot be judged: .*p90/],
  ])('%s', async (_, outcome, expected) => {
    const world = await World.start({ environments: PROCESSES, scenario: { benchmark: () => outcome } });
    const stack = await world.deploy(gated());
    expect(stack.status).toBe('ROLLBACK_COMPLETE');
    expect(world.failures(stack).join()).toMatch(expected);
    expect(world.sandbox.sagemaker.running()).toEqual([]);
  });
});

test('S3 that throttles, fails or breaks off for a while delays the verdict and does not change it', async () => {
  const world = await World.start({ scenario: measuring(300) });
  world.sandbox.faults.onCall({ service: 's3', operation: 'ListObjectsV2', effect: 'throttle', times: 4 });
  world.sandbox.faults.onCall({ service: 's3', operation: 'GetObject', effect: 'reset', times: 3 });
  world.sandbox.s3.cutBody({ afterBytes: 1000, times: 2 });
  const stack = await world.deploy(gated());
  expect(world.failures(stack)).toEqual([]);
  expect(stack.outputs.P90).toBe('300');
});

describe('sweeps and searches', () => {
  const traffic = { inputTokens: { mean: 550 }, outputTokens: { mean: 150 } };
  type Use = (benchmark: AiBenchmarkJob, stack: Stack) => void;
  const deploy = async (spec: WorkloadSpec, gate: Use, expectations?: Expectation[], scenario?: Scenario) => {
    const world = await World.start({ environments: PROCESSES, scenario });
    return world.deploy(app({
      endpoint: false,
      also: (stack, recommendation) => gate(new AiBenchmarkJob(stack, 'Gate', {
        target: BenchmarkTarget.deployment(new DeployRecommendation(stack, 'Endpoint', { recommendation })),
        workloadConfig: new AiWorkloadConfig(stack, 'Levels', { spec }),
        output: JobOutput.toS3Uri('s3://my-models/benchmarks/'),
        expectations,
      }), stack),
    }));
  };

  test('each level of a sweep can be read and judged', async () => {
    const stack = await deploy(
      WorkloadSpec.concurrencySweep({ ...traffic, concurrencies: [1, 10, 100] }),
      (benchmark, scope) => new CfnOutput(scope, 'At10', { value: benchmark.measuredAt(10, BenchmarkMetric.TIME_TO_FIRST_TOKEN, Stat.P90) }),
      [TTFT.atMost(500, { concurrency: 100 })],
      { benchmark: () => ({ figures: { 'concurrency_10.time_to_first_token.p90': 123.5, 'concurrency_100.time_to_first_token.p90': 499 } }) },
    );
    expect(stack.events.filter(({ status }) => status.endsWith('FAILED'))).toEqual([]);
    expect(stack.outputs.At10).toBe('123.5');
  });

  test('the boundary of a search can be read and judged', async () => {
    const stack = await deploy(
      WorkloadSpec.concurrencySearch({ ...traffic, sla: { timeToFirstToken: Duration.millis(500) } }),
      (benchmark, scope) => new CfnOutput(scope, 'Feasible', { value: benchmark.feasibleConcurrency }),
      [Expectation.feasibleConcurrency().atLeast(32)],
      { benchmark: () => ({ figures: { 'search.feasible_max': 48 } }) },
    );
    expect(stack.events.filter(({ status }) => status.endsWith('FAILED'))).toEqual([]);
    expect(stack.outputs.Feasible).toBe('48');
  });
});
