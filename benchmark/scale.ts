import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { addJobs, deploy } from './app';
import { round } from './compare';
import { Sandbox } from '../sandbox';
import { InProcess } from '../sandbox/runtime';
import { ServiceError } from '../sandbox/service';

const MINUTE = 60_000;
const STACKS = 10;
const IDS = Array.from({ length: 50 }, (_, i) => `Job${i}`);

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
    const stacks = await deploy(sandbox, Object.fromEntries(Array.from({ length: STACKS }, (_, i) => [`Chat${i}`, stack => addJobs(stack, IDS, {
      waitTimeout: Duration.hours(3),
      role: new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') }),
    })])));
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
      jobs: STACKS * IDS.length,
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

/** How long a job takes: between twenty minutes and an hour. */
function minutesOf(name: string): number {
  return 20 + [...name].reduce((sum, char) => sum + char.charCodeAt(0), 0) % 40;
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
