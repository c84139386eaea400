import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { round } from './compare';
import { Sandbox } from '../sandbox';
import { InProcess } from '../sandbox/runtime';
import { ServiceError } from '../sandbox/service';
import { AiRecommendationJob, AiWorkloadConfig, GpuInstanceType, JobOutput, ModelSource, PerformanceObjective, WorkloadSpec } from '../src';

const MINUTE = 60_000;
const STACKS = 10;
const JOBS_IN_A_STACK = 50;

/**
 * SageMaker throttles an account's calls in a Region as EC2 documents it for its own: each call takes a token out of a bucket, which fills at a steady
 * rate. SageMaker's figures are not public; these are low.
 */
const LIMIT = { perSecond: 10, burst: 20 };
/** What a poll takes of the handler, in an account: an assumption, and on the safe side. */
const SECONDS_OF_A_POLL = 0.4;

export interface Scale {
  readonly jobs: number;
  readonly stacks: number;
  readonly limit: typeof LIMIT;
  readonly completed: number;
  /** The longest deployment, over the longest job. */
  readonly deployment: number;
  readonly calls: number;
  readonly throttled: number;
  /** Calls to SageMaker that arrived, in each minute, per second. */
  readonly perSecond: number[];
  readonly throttledPerSecond: number[];
  readonly peakPerSecond: number;
  /** Of the handlers: polls that arrive, by how long each takes. */
  readonly concurrency: number;
}

/** Five hundred jobs at once, against a SageMaker that lets through less than they ask for. */
export async function measureScale(): Promise<Scale> {
  const environments = new InProcess();
  const bucket = new TokenBucket();
  const sandbox: Sandbox = await Sandbox.start({
    environments,
    scenario: {
      recommendation: ({ AIRecommendationJobName: name }) => ({ duration: minutesOf(String(name)) * MINUTE }),
      refuse: () => bucket.take(sandbox.clock.now()) ? undefined : new ServiceError('ThrottlingException', 'Rate exceeded'),
    },
  });
  try {
    const start = sandbox.clock.now();
    const stacks = await deploy(sandbox);
    const calls = sandbox.journal.calls.filter(({ service, caller }) => service === 'sagemaker' && caller !== 'console');
    const throttled = calls.filter(({ error }) => error?.startsWith('ThrottlingException'));
    const minutes = Math.ceil((sandbox.clock.now() - start) / MINUTE);
    const count = (of: readonly { readonly time: number }[]) => Array.from({ length: minutes }, (_, minute) => (
      of.filter(({ time }) => Math.floor((time - start) / MINUTE) === minute).length));
    const rate = (of: typeof calls) => count(of).map(each => round(each / 60));
    const polls = sandbox.journal.invocations.filter(({ functionName }) => /IsComplete/.test(functionName) && !/framework/i.test(functionName));
    const perMinute = count(polls);
    const longest = Math.max(...sandbox.sagemaker.jobs('AIRecommendationJob').map(({ name }) => minutesOf(name)));
    const perSecond = rate(calls);
    return {
      jobs: STACKS * JOBS_IN_A_STACK,
      stacks: STACKS,
      limit: LIMIT,
      completed: stacks.filter(status => status === 'CREATE_COMPLETE').length,
      deployment: round((sandbox.clock.now() - start) / (longest * MINUTE)),
      calls: calls.length,
      throttled: throttled.length,
      perSecond,
      throttledPerSecond: rate(throttled),
      peakPerSecond: Math.max(...perSecond),
      concurrency: round(Math.max(...perMinute) / 60 * SECONDS_OF_A_POLL),
    };
  } finally {
    await sandbox.stop();
    await environments.end();
  }
}

async function deploy(sandbox: Sandbox): Promise<string[]> {
  const outdir = mkdtempSync(join(tmpdir(), 'scale-'));
  const app = new App({ outdir, analyticsReporting: false });
  const stacks = Array.from({ length: STACKS }, (_, i) => jobs(new Stack(app, `Chat${i}`, { env: { account: '111122223333', region: 'us-west-2' } })));
  const assembly = app.synth();
  const operations = stacks.map(({ stackName }) => sandbox.cloudFormation.deploy({
    stackName, template: assembly.getStackByName(stackName).template, assetDirectory: outdir,
  }));
  const done = await sandbox.run(Promise.all(operations.map(operation => operation.done)));
  rmSync(outdir, { recursive: true });
  return done.map(({ status }) => status);
}

function jobs(stack: Stack): Stack {
  const bucket = s3.Bucket.fromBucketName(stack, 'Models', 'models');
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
  const workloadConfig = new AiWorkloadConfig(stack, 'Workload', {
    spec: WorkloadSpec.synthetic({ inputTokens: { mean: 550 }, outputTokens: { mean: 150 }, concurrency: 10 }),
  });
  for (let i = 0; i < JOBS_IN_A_STACK; i++) {
    new AiRecommendationJob(stack, `Job${i}`, {
      model: ModelSource.fromBucket(bucket, 'gpt-oss-20b/'),
      workloadConfig,
      objective: PerformanceObjective.TIME_TO_FIRST_TOKEN,
      instanceTypes: [GpuInstanceType.G6_24XLARGE],
      output: JobOutput.toBucket(bucket, 'recommendations/'),
      waitTimeout: Duration.hours(3),
      role,
    });
  }
  return stack;
}

/** How long a job takes: between forty and a hundred minutes. */
function minutesOf(name: string): number {
  return 40 + [...name].reduce((sum, char) => sum + char.charCodeAt(0), 0) % 60;
}

class TokenBucket {
  private tokens = LIMIT.burst;
  private filled = 0;

  public take(now: number): boolean {
    this.tokens = Math.min(LIMIT.burst, this.tokens + (now - this.filled) / 1000 * LIMIT.perSecond);
    this.filled = now;
    if (this.tokens < 1) {
      return false;
    }
    this.tokens--;
    return true;
  }
}
