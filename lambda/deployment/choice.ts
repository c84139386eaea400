import type { Wanted, WantedModel } from './properties';
import { flag } from './properties';
import { Candidate, object } from '../candidate';
import { Failure, Properties, text } from '../event';
import { KINDS } from '../kinds';
import { log } from '../log';
import { canonical } from '../naming';
import { chooseRanked } from '../selection/choose';
import { Store } from '../store';

/** What becomes one model: the candidate that was chosen, and those that stand by on other instance types. */
export interface Choice {
  readonly wanted: WantedModel;
  readonly candidate: Candidate;
  readonly fallbacks: readonly Candidate[];
  /** None for a serverless recommendation. */
  readonly instanceType?: string;
}

interface Result {
  /** As in a sentence. */
  readonly job: string;
  readonly candidates: readonly Candidate[];
}

/** A candidate for each of the models, in their order. All inference components run on the instance type of the first one. */
export async function chooseAll({ models, components }: Wanted): Promise<Choice[]> {
  const results = new Map<string, Promise<Result>>();
  const choices: Choice[] = [];
  for (const wanted of models) {
    const key = canonical(wanted.source);
    results.set(key, results.get(key) ?? resultOf(wanted.source));
    const result = await results.get(key)!;
    choices.push(choose(wanted, result, components ? choices[0]?.instanceType : undefined));
  }
  return choices;
}

/** @param shared the instance type that has been chosen for all */
function choose(wanted: WantedModel, { job, candidates }: Result, shared: string | undefined): Choice {
  const own = text(wanted.options, 'InstanceType');
  if (shared !== undefined && own !== undefined && own !== shared) {
    throw new Failure(`a model of ${job} is to run on ${own}, but all inference components of an endpoint run on its ${shared}: leave instanceType out`);
  }
  // A package takes no acceptance of a licence. Image, environment and files of the recommendation do.
  const withoutModelPackage = flag(wanted.options, 'WithoutModelPackage') || flag(wanted.options, 'AcceptEula');
  const asked = { instanceType: own, withoutModelPackage };
  const [first, ...others] = shared === undefined || own !== undefined
    ? chooseRanked(candidates, job, { ...asked, selection: wanted.selection })
    : chooseRanked(candidates, `${job} on ${shared}, where all inference components of the endpoint run,`,
      { ...asked, selection: { ...wanted.selection, InstanceType: text(wanted.selection, 'InstanceType') ?? shared } });
  const fallbacks = others.slice(0, wanted.fallback);
  if (fallbacks.length < wanted.fallback) {
    log('fewer recommendations stand by than were asked for', { job, asked: wanted.fallback, instanceTypes: fallbacks.map(({ instanceType }) => instanceType) });
  }
  const [candidate, ...standBy] = [first, ...fallbacks].map(each => asked.withoutModelPackage ? withoutPackage(each) : each);
  // An instance type of the deployment's own is a word against serverless.
  const instanceType = own ?? (candidate.serverless ? undefined : candidate.instanceType);
  return { wanted, candidate, fallbacks: standBy, instanceType };
}

function withoutPackage(candidate: Candidate): Candidate {
  return { ...candidate, modelPackageArn: undefined, environment: candidate.recommendedEnvironment };
}

async function resultOf(source: Properties): Promise<Result> {
  const kind = KINDS.get(text(source, 'JobType') ?? '');
  const candidates = kind?.job?.candidates;
  if (!kind || !candidates) {
    throw new Failure(`Source.JobType must be a kind of job whose result can be deployed, got "${text(source, 'JobType')}"`);
  }
  const pinned = text(source, 'Pinned');
  if (pinned !== undefined) {
    return { job: `the pinned result of an ${kind.title}`, candidates: candidates(parsed(pinned)) };
  }
  const name = text(source, 'JobName') ?? '';
  const found = await new Store(kind).find(name);
  if (!found) {
    throw new Failure(`${kind.title} ${name} does not exist, so there is nothing to deploy: was it deleted, or is it in another Region or account?`);
  }
  if (found.state !== 'succeeded') {
    throw new Failure(`${kind.title} ${found.arn} is ${found.status}, and only a completed one can be deployed`);
  }
  return { job: `${kind.title} ${found.arn}`, candidates: candidates(found.described) };
}

function parsed(pinned: string): Properties {
  try {
    return object(JSON.parse(pinned));
  } catch (error) {
    throw new Failure(`Source.Pinned must be the answer of the job's Describe operation as JSON: ${(error as Error).message}`);
  }
}
