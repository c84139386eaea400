import { Duration } from 'aws-cdk-lib';
import { addJobs, deploy } from './app';
import { round } from './compare';
import { Sandbox } from '../sandbox';
import { InProcess } from '../sandbox/runtime';
import type { AiRecommendationJobProps } from '../src';

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
    const first = await timeOf(sandbox, options, 'One');
    const counted = count(sandbox);
    const second = await timeOf(sandbox, options, 'One', 'Two');
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

/** How long it takes, in virtual milliseconds. */
async function timeOf(sandbox: Sandbox, options: Options, ...ids: string[]): Promise<number> {
  const start = sandbox.clock.now();
  const [status] = await deploy(sandbox, { Chat: stack => addJobs(stack, ids, options) });
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
