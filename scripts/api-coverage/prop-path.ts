import { PublicApi, Slot, TypeRef } from './public-api';

/**
 * One step from a construct's props towards a value:
 *
 * - a name: the member of a struct, or the parameter of a factory
 * - each: every item of a list
 * - a factory: the object was made by it, or by any of its class if the method is `*`
 */
export type Step =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'each' }
  | { readonly kind: 'factory'; readonly type: string; readonly method: string };

const TOKEN = /^(?:\.?(?<name>\w+)|(?<each>\[\])|: (?<type>\w+)\.(?<method>\w+|\*)|(?<open>\())/;

/**
 * Where a prop is, written as `trafficPattern: TrafficPattern.phases(phases[].duration)`: of the prop trafficPattern, which is made by
 * TrafficPattern.phases, the duration of each of the phases.
 */
export class PropPath {
  public static parse(text: string): PropPath {
    const steps: Step[] = [];
    for (let rest = text.replace(/\)*$/, ''); rest !== '';) {
      const groups = TOKEN.exec(rest)?.groups;
      if (!groups) {
        throw new Error(`${text} is not written like a: B.c(d[].e), at ${rest}`);
      }
      rest = rest.replace(TOKEN, '');
      if (groups.name) {
        steps.push({ kind: 'name', name: groups.name });
      } else if (groups.each) {
        steps.push({ kind: 'each' });
      } else if (groups.type) {
        steps.push({ kind: 'factory', type: groups.type, method: groups.method });
      }
    }
    return new PropPath(steps);
  }

  /** What all of them begin with: undefined if that is nothing. */
  public static common(paths: PropPath[]): PropPath | undefined {
    const [first, ...others] = paths.map(({ steps }) => steps);
    const end = first?.findIndex((step, i) => others.some(other => JSON.stringify(other[i]) !== JSON.stringify(step))) ?? 0;
    const steps = end < 0 ? first : first?.slice(0, end) ?? [];
    return steps.length > 0 ? new PropPath(steps) : undefined;
  }

  private constructor(public readonly steps: readonly Step[]) {}

  public toString(): string {
    let text = '';
    let open = 0;
    this.steps.forEach((step, i) => {
      switch (step.kind) {
        case 'each':
          text += '[]';
          break;
        case 'factory':
          text += `: ${step.type}.${step.method}`;
          break;
        case 'name': {
          const inFactory = this.steps[i - 1]?.kind === 'factory';
          open += inFactory ? 1 : 0;
          text += `${inFactory ? '(' : i > 0 ? '.' : ''}${step.name}`;
        }
      }
    });
    return text + ')'.repeat(open);
  }

  /**
   * Follows the path through the types of the public API. Throws where it leads nowhere.
   *
   * @returns the members of structs that it goes through, as `Interface.member`, and those below its end
   */
  public membersIn(api: PublicApi, props: string): string[] {
    const members = follow(api, this.steps, { type: { name: props, list: false } });
    if (!members) {
      throw new Error(`${this} leads nowhere in ${props}`);
    }
    return members;
  }
}

/** Where one is on a path: at a value of a type, or at the parameters of a factory. */
interface Place {
  readonly type?: TypeRef;
  readonly parameters?: Slot[];
}

function follow(api: PublicApi, [step, ...rest]: readonly Step[], { type, parameters }: Place): string[] | undefined {
  if (!step) {
    return type && membersBelow(api, type.name);
  }
  if (step.kind === 'each') {
    return type?.list ? follow(api, rest, { type: { ...type, list: false } }) : undefined;
  }
  if (step.kind === 'factory') {
    const factories = type?.name === step.type && !type.list ? api.factoriesOf(step.type) ?? new Map<string, Slot[]>() : new Map<string, Slot[]>();
    const chosen = [...factories].filter(([method]) => step.method === '*' || step.method === method);
    const found = chosen.map(([, slots]) => rest.length === 0 ? [] : follow(api, rest, { parameters: slots })).filter(each => each !== undefined);
    return found.length > 0 ? found.flat() : undefined;
  }
  const slot = (parameters ?? (type?.list ? [] : api.membersOf(type!.name)))?.find(({ name }) => name === step.name);
  const found = slot && follow(api, rest, { type: slot.type });
  return found && type ? [`${api.ownerOf(type.name, step.name)}.${step.name}`, ...found] : found;
}

/** All members of structs that can be given, directly or through factories, to a prop of a type: as `Interface.member`. */
export function membersBelow(api: PublicApi, type: string, apart: ReadonlySet<string> = new Set(), seen = new Set<string>()): string[] {
  if (seen.has(type)) {
    return [];
  }
  seen.add(type);
  const own = (api.membersOf(type) ?? []).map(member => ({ key: `${api.ownerOf(type, member.name)}.${member.name}`, type: member.type.name }));
  const below = [
    ...own.filter(({ key }) => !apart.has(key)).map(member => member.type),
    ...[...api.factoriesOf(type)?.values() ?? []].flat().map(parameter => parameter.type.name),
  ];
  return [...new Set([...own.map(({ key }) => key), ...below.flatMap(each => membersBelow(api, each, apart, seen))])];
}
