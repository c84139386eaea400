import { Limit, LIMITS, limitsIn, measured, Problem, quantity, Ranking, rankingIn, titleOf as titleOfFigure } from './figures';
import { CONCURRENCY, PerformanceFigure } from './metrics';
import type { Candidate } from '../candidate';
import { clip } from '../errors';
import { Failure, Properties, text } from '../event';

/** CreateModel takes this many additional data sources. */
const MAX_CHANNELS = 5;
/** In bytes, for the list of candidates in a failure, which has room for two thousand. */
const ROOM = 1600;
/** In bytes. Less of a candidate says nothing, so the last ones are only counted when there are many. */
const LEAST = 120;

/** What a deployment says about which candidate it wants. */
export interface Wanted {
  /** As RecommendationSelector renders it; nothing for the best. */
  readonly selection?: Properties;
  /** What the deployment itself says, so that a candidate needs none. */
  readonly instanceType?: string;
  /** Whether candidates are deployed from image, environment and channels although they have a model package. */
  readonly withoutModelPackage?: boolean;
}

/**
 * The best candidate that is wanted and can be deployed. When there is none, each is listed with what speaks against it.
 *
 * @param job as in a sentence
 */
export function choose(candidates: readonly Candidate[], job: string, wanted: Wanted = {}): Candidate {
  return chooseRanked(candidates, job, wanted)[0];
}

/**
 * The candidate that `choose` takes, and behind it those that could stand in for it, in the order in which they would be chosen: each on an
 * instance type of its own, that being what there may be too few of.
 */
export function chooseRanked(candidates: readonly Candidate[], job: string, wanted: Wanted = {}): [Candidate, ...Candidate[]] {
  if (candidates.length === 0) {
    throw new Failure(`${job} completed without any recommendation: look at its results in S3, and try other instance types or another objective`);
  }
  const selection = wanted.selection ?? {};
  const limits = limitsIn(selection);
  const ranking = rankingIn(selection);
  const judged = candidates.map(candidate => ({ candidate, refusals: refusalsOf(candidate, wanted, limits) }));
  const eligible = judged.filter(({ refusals }) => refusals.length === 0).map(({ candidate }) => candidate);
  if (eligible.length === 0) {
    throw new Failure(`none of the ${candidates.length} recommendations of ${job} can be deployed: ${
      listed(judged.map(({ candidate, refusals }) => `${titleOf(candidate)}: ${refusals.join(', also ')}`))}`);
  }
  return withStandIns(ranking ? ranked(eligible, ranking, job) : eligible, wanted.instanceType);
}

/** What a candidate is called by. */
type Named = Pick<Candidate, 'rank' | 'inferenceSpecificationName' | 'instanceType' | 'serverless' | 'recommendationId'>;

/** How a candidate is called in a list. */
export function titleOf(candidate: Named): string {
  return `${candidate.rank}. ${nameOf(candidate)}`;
}

function nameOf({ inferenceSpecificationName, instanceType, serverless, recommendationId }: Named): string {
  return inferenceSpecificationName ?? instanceType ?? (serverless ? 'serverless' : recommendationId ?? 'unnamed');
}

/**
 * A sentence for a choice that was made by figures of another load than the workload's, else nothing.
 *
 * @param workloadConcurrency how many requests at a time the workload sends, if that is one known number
 */
export function concurrencyWarning(
  candidate: Named & Pick<Candidate, 'concurrency'>, selection: Properties | undefined, workloadConcurrency: number | undefined,
): string {
  const ranking = rankingIn(selection ?? {});
  const underLoad = [...limitsIn(selection ?? {}), ...(ranking ? [ranking] : [])].filter(({ metric }) => metric !== CONCURRENCY);
  const { concurrency } = candidate;
  if (underLoad.length === 0 || concurrency === undefined || workloadConcurrency === undefined || concurrency === workloadConcurrency) {
    return '';
  }
  const figures = [...new Set(underLoad.map(titleOfFigure))];
  return `${figures.join(' and ')} of recommendation ${candidate.rank} (${nameOf(candidate)}) ${figures.length === 1 ? 'was' : 'were'} measured at a `
    + `concurrency of ${concurrency}, and the workload has one of ${workloadConcurrency}: benchmark the deployment to know what it does under that load`;
}

/** Everything that speaks against a candidate. Of one that is not the selected one, that is all there is to say. */
function refusalsOf(candidate: Candidate, wanted: Wanted, limits: readonly Limit[]): string[] {
  const other = unwanted(candidate, wanted.selection ?? {});
  const reasons = other === undefined ? [refusal(candidate, wanted), ...limits.map(limit => missed(candidate, limit))] : [other];
  return reasons.filter(reason => reason !== undefined);
}

/** Why it is not the one that was selected. */
function unwanted(candidate: Candidate, selection: Properties): string | undefined {
  const has: Record<string, unknown> = {
    InferenceSpecificationName: candidate.inferenceSpecificationName,
    InstanceType: candidate.instanceType,
    Index: candidate.rank,
    RecommendationId: candidate.recommendationId,
  };
  for (const criterion of Object.keys(has)) {
    const wanted = text(selection, criterion);
    if (wanted !== undefined && String(has[criterion] ?? '') !== wanted) {
      return `its ${criterion} is ${has[criterion] ?? 'missing'}, and ${wanted} is selected`;
    }
  }
  return undefined;
}

/** Why it cannot be deployed. */
function refusal(candidate: Candidate, { instanceType, withoutModelPackage }: Wanted): string | undefined {
  if (candidate.obstacle) {
    return candidate.obstacle;
  }
  if (!instanceType && !candidate.instanceType && !candidate.serverless) {
    return 'it names no instance type (set instanceType on the deployment)';
  }
  const modelPackage = candidate.modelPackageArn && !withoutModelPackage;
  if (!modelPackage && !candidate.modelName && !candidate.image) {
    return candidate.modelPackageArn ? 'it has no image, so that it can only be deployed by its model package' : 'it has neither a model package nor an image';
  }
  if (!modelPackage && candidate.channels.length > MAX_CHANNELS) {
    const has = candidate.modelPackageArn ? 'it is to be deployed without its model package' : 'it has no model package';
    return `${has}, and its ${candidate.channels.length} channels are more than the ${MAX_CHANNELS} that a model takes`;
  }
  return undefined;
}

function missed(candidate: Candidate, limit: Limit): string | undefined {
  const figure = measured(candidate.performance, limit);
  const required = `and ${LIMITS[limit.comparison].words} ${limit.text} is required`;
  if ('problem' in figure) {
    return `${figure.problem}, ${required}`;
  }
  return LIMITS[limit.comparison].isMet(figure.value, limit.value) ? undefined : `${titleOfFigure(limit)} is ${quantity(figure)}, ${required}`;
}

/** By a figure, those without it last. What is equal keeps the order of the service. */
function ranked(eligible: readonly Candidate[], ranking: Ranking, job: string): Candidate[] {
  const figures = new Map<Candidate, PerformanceFigure | Problem>();
  eligible.forEach(candidate => figures.set(candidate, measured(candidate.performance, ranking)));
  const value = (candidate: Candidate) => {
    const figure = figures.get(candidate)!;
    return 'problem' in figure ? Infinity : ranking.order === 'Lowest' ? figure.value : -figure.value;
  };
  if (eligible.every(candidate => value(candidate) === Infinity)) {
    const figure = `${ranking.order.toLowerCase()} ${titleOfFigure(ranking)}`;
    throw new Failure(`none of the recommendations of ${job} that can be deployed can be chosen by the ${figure}: ${
      listed(eligible.map(candidate => `${titleOf(candidate)}: ${(figures.get(candidate) as Problem).problem}`))}`);
  }
  // Infinity less itself is no number.
  return [...eligible].sort((a, b) => value(a) === value(b) ? a.rank - b.rank : value(a) < value(b) ? -1 : 1);
}

/** What is on the instance type of an earlier one would be missing with it. Serverless is no instance type, and stands in for none. */
function withStandIns([first, ...others]: readonly Candidate[], instanceType: string | undefined): [Candidate, ...Candidate[]] {
  if (instanceType !== undefined || first.serverless) {
    return [first];
  }
  const types = new Set([first.instanceType]);
  return [first, ...others.filter(({ serverless, instanceType: type }) => !serverless && !types.has(type) && types.add(type))];
}

function listed(refusals: readonly string[]): string {
  const whole = refusals.join('; ');
  if (clip(whole, ROOM) === whole) {
    return whole;
  }
  const shown = refusals.slice(0, Math.floor(ROOM / LEAST));
  const hidden = refusals.length - shown.length;
  return [...shown.map(each => clip(each, Math.floor(ROOM / shown.length))), ...(hidden > 0 ? [`and ${hidden} more`] : [])].join('; ');
}
