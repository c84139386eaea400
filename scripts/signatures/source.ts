import { join } from 'path';
import { PublicApi, Slot } from '../api-coverage/public-api';

/**
 * What an object must have to be taken for one of an interface. FROZEN: an object can come from a construct library that was made with an older
 * version than the one that looks at it, and has no more than there was then. So what is added to an interface later is not asked for.
 */
export const MARKS: Readonly<Record<string, readonly string[]>> = {
  IAiWorkloadConfig: ['workloadConfigName', 'workloadConfigArn', 'grants'],
  IDeployRecommendation: ['variantName', 'inferenceComponentNames', 'grants'],
  IRecommendationSource: ['bindRecommendation', 'bindEndpointRole'], // it has no properties
};

/** Where the signatures are kept. */
export function pathOf(): string {
  return join(__dirname, '../../src/private/signatures.ts');
}

/** The signatures of the public API, as a source file: every call, and every type that can be handed to one. */
export function sourceOf(api: PublicApi): string {
  const structs = new Map([...api.structs()].map(([name, { base, members }]) => [name, [...base.map(each => `...${each}`), ...members.map(slotText)]]));
  const calls = new Map([...api.calls()].filter(([, slots]) => slots.length > 0).map(([name, slots]) => [name, slots.map(slotText)]));
  const names = namesIn([...calls.values()].flat(), structs);
  return [
    '/* eslint-disable max-len */',
    '// Written by scripts/signatures.ts from the sources of the public API: run that instead of a change by hand.',
    '',
    ...table('What a struct extends, and its members.', 'STRUCTS', [...structs].filter(([name]) => names.has(name))),
    '',
    ...table('What an object must have to be one.', 'INTERFACES', [...api.behaviours().keys()].filter(name => names.has(name)).map(marksOf)),
    '',
    ...table('The parameters of a static method, `Class.name`, another method, `Class#name`, or a constructor, `Class()`.', 'CALLS', [...calls]),
    '',
  ].join('\n');
}

function marksOf(name: string): [string, readonly string[]] {
  if (!MARKS[name]) {
    throw new Error(`say in MARKS what an object must have to be an ${name}: its required properties`);
  }
  return [name, MARKS[name]];
}

/** The names of types that some parts name, and those that these name. */
function namesIn(parts: readonly string[], structs: ReadonlyMap<string, string[]>, seen = new Set<string>()): Set<string> {
  const found = parts.flatMap(part => part.replace(/^\w+\??: /, '').match(/\w+/g) ?? []).filter(name => !seen.has(name));
  found.forEach(name => seen.add(name));
  found.forEach(name => namesIn(structs.get(name) ?? [], structs, seen));
  return seen;
}

function table(comment: string, name: string, entries: readonly (readonly [string, readonly string[]])[]): string[] {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    `/** ${comment} */`,
    `export const ${name}: Readonly<Record<string, string>> = {`,
    ...sorted.map(([key, parts]) => `  ${/^\w+$/.test(key) ? key : `'${key}'`}: '${parts.join(', ')}',`),
    '};',
  ];
}

function slotText({ name, type, optional, rest }: Slot): string {
  return `${rest ? '...' : ''}${name}${optional ? '?' : ''}: ${type.name}${type.list ? '[]' : ''}`;
}
