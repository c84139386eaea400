import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { round } from './compare';
import { Sandbox } from '../sandbox';
import { InProcess } from '../sandbox/runtime';
import { AiRecommendationJob, AiRecommendationJobProps, AiWorkloadConfig, GpuInstanceType, JobOutput, ModelSource, PerformanceObjective, WorkloadSpec } from '../src';

const HOUR = 3_600_000;
/** How long they take, in hours, and whether they optimize the model: then they may take longer, so that there are more laps to wait for them. */
const JOBS: [number, boolean][] = [[1 / 6, false], [1, false], [4, false], [1, true], [4, true], [10, true]];

/** Public list prices in US West (Oregon) at the end of 2026, in dollars. */
const PRICES = { transition: 25 / 1e6, invocation: 0.2 / 1e6, armGigabyteSecond: 0.0000133334, xGigabyteSecond: 0.0000166667 };
/** What a poll takes of the framework's function and of ours, in an account: an assumption, and on the safe side. */
const SECONDS_OF_A_POLL = { framework: 0.5, handler: 0.4 };
const MEMORY = { framework: 0.128, handler: 0.256 };

export interface Waited {
  readonly hours: number;
  /** For how long the wait would wait at most. */
  readonly waitHours: number;
  /** Of the whole first deployment, provider and all, and of a job that is added to a stack that has one. */
  readonly firstDeployment: number;
  readonly deployment: number;
  readonly laps: number;
  readonly describes: number;
  readonly describesPerHour: number;
  readonly transitions: number;
  readonly invocations: number;
  readonly dollars: number;
}

export interface Waiting {
  readonly library: Waited[];
  /** The same with polls every five seconds, as the framework has it by default, if it could wait for more than an hour. */
  readonly everyFiveSeconds: Pick<Waited, 'hours' | 'describes' | 'transitions' | 'invocations' | 'dollars'>[];
  /** What the laps of a wait cost that are not needed: per lap, in seconds of the deployment and in Describes. */
  readonly unusedLap: { readonly seconds: number; readonly describes: number };
}

/** In virtual time: the sandbox charges ten seconds for each custom resource. */
export async function measureWaiting(): Promise<Waiting> {
  const library = [];
  for (const [hours, optimizeModel] of JOBS) {
    library.push(await wait(hours, { optimizeModel }));
  }
  const [short, long] = [await wait(1 / 6, { waitTimeout: Duration.hours(3) }), await wait(1 / 6, { waitTimeout: Duration.hours(12) })];
  const unused = long.laps - short.laps;
  return {
    library,
    everyFiveSeconds: library.map(({ hours, laps }) => {
      const polls = Math.ceil(hours * 3600 / 5) + laps;
      return { hours, describes: polls, transitions: polls + laps, invocations: 2 * polls + 2 * laps, dollars: dollars(polls + laps, polls + laps) };
    }),
    unusedLap: {
      seconds: round((long.deployment - short.deployment) * hoursToSeconds(1 / 6) / unused),
      describes: round((long.describes - short.describes) / unused),
    },
  };
}

type Options = Pick<AiRecommendationJobProps, 'optimizeModel' | 'waitTimeout'>;

async function wait(hours: number, options: Options): Promise<Waited> {
  const environments = new InProcess();
  const sandbox = await Sandbox.start({ environments, scenario: { recommendation: () => ({ duration: hours * HOUR }) } });
  try {
    const first = await deploy(sandbox, build(options, 'One'));
    const counted = count(sandbox);
    const second = await deploy(sandbox, build(options, 'One', 'Two'));
    const { describes, transitions, invocations, laps } = difference(count(sandbox), counted);
    return {
      hours,
      waitHours: options.optimizeModel ? 16 : 6,
      firstDeployment: round(first / (hours * HOUR)),
      deployment: round(second / (hours * HOUR)),
      laps,
      describes,
      describesPerHour: round(describes / hours),
      transitions,
      invocations,
      dollars: dollars(transitions, invocations / 2),
    };
  } finally {
    await sandbox.stop();
    await environments.end();
  }
}

function build(options: Options, ...ids: string[]): (stack: Stack) => void {
  return stack => {
    const bucket = s3.Bucket.fromBucketName(stack, 'Models', 'models');
    const workloadConfig = new AiWorkloadConfig(stack, 'Workload', {
      spec: WorkloadSpec.synthetic({ inputTokens: { mean: 550 }, outputTokens: { mean: 150 }, concurrency: 10 }),
    });
    ids.forEach(id => new AiRecommendationJob(stack, id, {
      model: ModelSource.fromBucket(bucket, 'gpt-oss-20b/'),
      workloadConfig,
      objective: PerformanceObjective.TIME_TO_FIRST_TOKEN,
      instanceTypes: [GpuInstanceType.G6_24XLARGE],
      output: JobOutput.toBucket(bucket, 'recommendations/'),
      ...options,
    }));
  };
}

/** How long it takes, in virtual milliseconds. */
async function deploy(sandbox: Sandbox, construct: (stack: Stack) => void): Promise<number> {
  const outdir = mkdtempSync(join(tmpdir(), 'waiting-'));
  const app = new App({ outdir, analyticsReporting: false });
  construct(new Stack(app, 'Chat', { env: { account: '111122223333', region: 'us-west-2' } }));
  const { template } = app.synth().getStackByName('Chat');
  const start = sandbox.clock.now();
  const { status } = await sandbox.run(sandbox.cloudFormation.deploy({ stackName: 'Chat', template, assetDirectory: outdir }).done);
  rmSync(outdir, { recursive: true });
  if (!/^(CREATE|UPDATE)_COMPLETE$/.test(status)) {
    throw new Error(`the deployment ended ${status}`);
  }
  return sandbox.clock.now() - start;
}

function count({ journal, stepFunctions }: Sandbox) {
  return {
    describes: journal.calls.filter(({ operation }) => operation === 'DescribeAIRecommendationJob').length,
    transitions: stepFunctions.transitions,
    invocations: journal.invocations.length,
    laps: new Set(journal.events.filter(({ type }) => type === 'Custom::SageMakerJobWait').map(({ logicalId }) => logicalId)).size,
  };
}

function difference<T extends Record<string, number>>(after: T, before: T): T {
  return Object.fromEntries(Object.entries(after).map(([name, value]) => [name, value - before[name]])) as T;
}

/** A poll is a function of the framework and one of ours. */
function dollars(transitions: number, polls: number): number {
  const framework = SECONDS_OF_A_POLL.framework * MEMORY.framework * PRICES.xGigabyteSecond;
  const handler = SECONDS_OF_A_POLL.handler * MEMORY.handler * PRICES.armGigabyteSecond;
  return round(transitions * PRICES.transition + polls * (2 * PRICES.invocation + framework + handler));
}

function hoursToSeconds(hours: number): number {
  return hours * 3600;
}
