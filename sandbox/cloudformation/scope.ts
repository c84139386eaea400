import { Scope } from './intrinsics';
import { fromStore, ParameterStore, pseudoParameter } from './parameters';
import { Providers } from './providers';
import { Place } from './providers/type-models';
import { Stack } from './stack';
import { findInMap, holds, Target } from './target';

/** What a stack's values are resolved from, besides the stack itself. */
export interface Surroundings {
  readonly place: Place;
  readonly providers: Providers;
  readonly parameterStore: ParameterStore;
  /** The value of another stack's export. */
  importValue(name: string): string;
}

/** The scope in which a target's intrinsics are resolved, with the stack's resources as they are now. */
export function stackScope(stack: Stack, target: Target, { place, providers, parameterStore, importValue }: Surroundings): Scope {
  const environment = { ...place, stackName: stack.stackName, stackId: stack.stackId };
  const copyOf = (logicalId: string) => {
    const copy = stack.resources.get(logicalId)?.copy;
    if (!copy) {
      throw new Error(`Resource ${logicalId} does not exist yet`);
    }
    return copy;
  };
  return {
    ref: name => target.parameters[name] ?? pseudoParameter(name, environment) ?? copyOf(name).physicalId,
    getAtt: (logicalId, attribute) => {
      const copy = copyOf(logicalId);
      if (!(attribute in copy.attributes)) {
        throw new Error(providers.for(copy.type).missingAttribute(stack, copy, attribute));
      }
      return copy.attributes[attribute];
    },
    condition: name => holds(target.conditions, name),
    findInMap: (map, key, secondKey) => findInMap(target.template, map, key, secondKey),
    importValue,
    availabilityZones: region => ['a', 'b', 'c'].map(zone => `${region || place.region}${zone}`),
    dynamicReference: reference => {
      const [service, ...name] = reference.split(':');
      if (service !== 'ssm') {
        throw new Error(`the sandbox does not resolve {{resolve:${reference}}}`);
      }
      // A version may follow the name; the sandbox keeps the latest only.
      return fromStore(name[0], parameterStore);
    },
  };
}
