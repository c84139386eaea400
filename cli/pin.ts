import type { Aws } from './aws/aws';
import { Refusal } from './aws/errors';
import { looksSecret } from './report/secrets';
import { findJob, FoundJob } from './subjects';
import { list, object, string } from '../lambda/candidate';
import { Failure, Properties } from '../lambda/event';
import { choose } from '../lambda/selection/choose';
import { MAX_LENGTH, PINNED_KINDS, PinnedKind, renderPinned } from '../src/deployment/private/pinned-kinds';
import { Json, keep } from '../src/deployment/private/pinned-members';

/** Prints what PinnedRecommendation takes: the answer of the job's Describe operation, as much of it as deploying needs. */
export async function pin(aws: Aws, given: string, { spec }: { readonly spec?: string }): Promise<number> {
  const job = await findJob(aws, given);
  const text = pinned(job, spec);
  process.stdout.write(text);
  const secrets = secretsIn(job, spec);
  if (secrets.length > 0) {
    process.stderr.write(`The environment has what looks like a secret, ${secrets.join(', ')}: it is part of what is deployed, so it is printed. `
      + 'Think before you commit it\n');
  }
  return 0;
}

/** One text for one result, with keys in their order and a line for each value: what differs between two runs is what git shows. */
export function pinned(job: FoundJob, spec: string | undefined): string {
  const kind = PINNED_KINDS.find(({ jobType }) => jobType === job.kind.type);
  const title = `${job.kind.title} ${job.arn}`;
  if (!kind) {
    const kinds = PINNED_KINDS.map(({ jobType }) => jobType).join(', ');
    throw new Refusal(`${title} finds nothing that can be deployed: pin takes a job of these kinds: ${kinds}`);
  }
  if (job.state !== 'succeeded') {
    const reason = string(job.described.FailureReason);
    throw new Refusal(`${title} is ${job.status}, and only the result of a completed one can be pinned${reason ? `: ${reason}` : ''}`);
  }
  const described = chosen(job, kind, spec);
  refuseUseless(job, described, title);
  const problems: string[] = [];
  const answer = keep(described, { members: kind.kept }, '', { check: (holds, problem) => { if (!holds) problems.push(problem); } }) as Json;
  if (problems.length > 0) {
    throw new Refusal(`${title} has an answer that cannot be pinned: ${problems.join('; ')}`);
  }
  const { length } = renderPinned(answer);
  if (length > MAX_LENGTH) {
    const advice = spec === undefined ? 'choose one by --spec' : 'this one is too long';
    throw new Refusal(`the recommendations of ${title} take ${length} characters, and ${MAX_LENGTH} can be deployed: ${advice}`);
  }
  const about = { [kind.nameMember]: job.name, [kind.statusMember]: job.status };
  return `${JSON.stringify(Object.fromEntries(Object.entries({ ...about, ...answer }).sort(([a], [b]) => a < b ? -1 : 1)), undefined, 2)}\n`;
}

/** The answer as JSON has it, with the recommendations that are asked for. */
function chosen({ kind: { title }, arn, described }: FoundJob, { recommendations }: PinnedKind, spec: string | undefined): Properties {
  const answer = JSON.parse(JSON.stringify(described)) as Properties; // NaN, which stands for no figure, and times are no JSON
  if (spec === undefined) {
    return answer;
  }
  if (recommendations === undefined) {
    throw new Refusal(`${title} ${arn} has one result, without inference specifications: leave --spec out`);
  }
  const all = list(answer[recommendations]);
  const kept = all.filter(each => specificationOf(each) === spec);
  if (kept.length === 0) {
    const names = [...new Set(all.map(specificationOf).filter(name => name !== undefined))];
    throw new Refusal(`${title} ${arn} has no inference specification ${spec}, ${names.length > 0 ? `only ${names.join(', ')}` : 'and none at all'}`);
  }
  return { ...answer, [recommendations]: kept };
}

function specificationOf({ ModelDetails, ModelConfiguration }: Properties): string | undefined {
  return string(object(ModelDetails).InferenceSpecificationName) ?? string(object(ModelConfiguration).InferenceSpecificationName);
}

/** What no deployment could take. One may bring the instance type. */
function refuseUseless({ kind }: FoundJob, described: Properties, title: string): void {
  try {
    choose(kind.job.candidates!(described), title, { instanceType: 'any' });
  } catch (error) {
    throw error instanceof Failure ? new Refusal(error.message) : error;
  }
}

function secretsIn({ kind, described }: FoundJob, spec: string | undefined): string[] {
  const candidates = kind.job.candidates!(described).filter(({ inferenceSpecificationName: name }) => spec === undefined || name === spec);
  return [...new Set(candidates.flatMap(({ recommendedEnvironment }) => Object.entries(recommendedEnvironment)
    .filter(([name, value]) => looksSecret(name, value)).map(([name]) => name)))];
}
