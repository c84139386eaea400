import { Coverage, comesFromTags, Reason } from './coverage';
import { membersBelow, PropPath } from './prop-path';
import { PublicApi } from './public-api';
import { answerMembers, Member, requestMembers } from './schemas';

/** What the SDK knows of one kind of resource. */
export interface Operations {
  /** The members of Create's request. */
  readonly create: Member[];
  /** The members of Describe's answer. */
  readonly describe: Member[];
}

export function operationsOf({ noun }: Coverage): Operations {
  return { create: requestMembers(`Create${noun}`), describe: answerMembers(`Describe${noun}`) };
}

/** The props that a member of Create's request comes from. */
export function propsOf(coverage: Coverage, path: string): string[] {
  return [coverage.create[path] ?? []].flat();
}

/** Why a member of Describe's answer is no attribute, or undefined if it is one. */
export function reasonOf(coverage: Coverage, path: string): string | undefined {
  const entry = coverage.describe[path] ?? (path in coverage.create ? Reason.INPUT : undefined);
  return Object.values<string | undefined>(Reason).includes(entry) ? entry : undefined;
}

/** Where a table, the SDK and the public API differ. */
export function problemsOf(coverage: Coverage, { create, describe }: Operations, api: PublicApi): string[] {
  const isInput = (path: string) => path in coverage.create;
  return [
    ...compare(`Create${coverage.noun}`, 'a prop', leavesOf(create), Object.keys(coverage.create)),
    ...propProblems(coverage, api),
    ...compare(`Describe${coverage.noun}`, 'an attribute or a reason',
      leavesOf(describe).filter(path => !isInput(path)), Object.keys(coverage.describe).filter(path => !isInput(path))),
    ...attributeProblems(coverage, api),
  ];
}

function leavesOf(members: Member[]): string[] {
  return members.filter(({ leaf }) => leaf).map(({ path }) => path);
}

/** Each prop that is named exists, and each that exists is named. */
function propProblems(coverage: Coverage, api: PublicApi): string[] {
  const problems: string[] = [];
  const reaching = new Set<string>();
  for (const prop of Object.values(coverage.create).flat().filter(each => !comesFromTags(each))) {
    try {
      PropPath.parse(prop).membersIn(api, coverage.props).forEach(member => reaching.add(member));
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  const apart = new Set(Object.keys(coverage.apart));
  const all = new Set(membersBelow(api, coverage.props));
  const considered = membersBelow(api, coverage.props, apart);
  return [
    ...problems,
    ...considered.filter(member => !reaching.has(member) && !apart.has(member))
      .map(member => `${member} reaches no member of Create${coverage.noun}`),
    ...[...apart].filter(member => !all.has(member)).map(member => `${member} is no prop of ${coverage.construct}`),
  ];
}

/** The same for attributes. */
function attributeProblems(coverage: Coverage, api: PublicApi): string[] {
  const named = [
    ...Object.keys(coverage.describe).filter(path => reasonOf(coverage, path) === undefined).map(path => coverage.describe[path]),
    ...Object.keys(coverage.others),
  ];
  return compare(coverage.construct, 'a place where it comes from', api.attributesOf(coverage.construct), named);
}

function compare(what: string, lack: string, existing: string[], named: string[]): string[] {
  return [
    ...existing.filter(name => !named.includes(name)).map(name => `${what}: ${name} lacks ${lack}`),
    ...[...new Set(named)].filter(name => !existing.includes(name)).map(name => `${what} has no ${name}`),
  ];
}
