import { Api, Callable, Method, Parameter, Property, Type, TypeReference } from './assembly';

/** One rule per entry: where an API breaks it, as `Type`, `Type.member` or `Type.method(parameter)`. */
export const RULES: Readonly<Record<string, (api: Api) => string[]>> = {
  'no name is a keyword': api => api.types.flatMap(type => [
    ...membersOf(type).filter(({ name, isConstant }) => !isConstant && isKeyword(name)).map(({ name }) => `${type.name}.${name}`),
    ...parametersOf(type).filter(({ parameter }) => isKeyword(parameter.name)).map(({ where }) => where),
  ]),

  'no member is one that each object of Java or C# has': api => api.types.flatMap(type => membersOf(type)
    .filter(({ name }) => OBJECT_MEMBERS.has(name) || OBJECT_MEMBERS.has(getter(name))).map(({ name }) => `${type.name}.${name}`)),

  'no type is called like one that is there without an import, or with `import *` of the CDK': api => {
    const core = api.dependencies.flatMap(({ name, types }) => CORE.has(name) ? Object.values(types) : []);
    const taken = new Set([...BUILT_IN_TYPES, ...core.filter(({ namespace }) => namespace === undefined).map(({ name }) => name)]);
    return api.types.filter(({ name }) => taken.has(name)).map(({ name }) => name);
  },

  'no value is written as JSON or nested maps, or is one of several types': api => api.types.flatMap(type => [
    ...(type.properties ?? []).filter(property => isUntyped(property.type)).map(({ name }) => `${type.name}.${name}`),
    ...parametersOf(type).filter(({ parameter }) => isUntyped(parameter.type)).map(({ where }) => where),
    ...(type.methods ?? []).filter(({ returns }) => returns && isUntyped(returns.type)).map(({ name }) => `${type.name}.${name}`),
  ]),

  // Java: 255 parameters, and 64 KB of code that initializes all constants of a class, some 30 bytes each. Far below, because it hurts before.
  'nothing is too large for Java': api => api.types.flatMap(type => [
    ...[(type.properties ?? []).length, (type.members ?? []).length].some(size => size > 250) ? [type.name] : [],
    ...callablesOf(type).filter(({ callable }) => (callable.parameters ?? []).length > 20).map(({ where }) => where),
  ]),

  // Properties and methods begin with a capital letter there.
  'no two members are the same in C# or Go, and none is called like its class': api => api.types.flatMap(type => [
    ...membersOf(type).filter(({ name }) => pascal(name) === type.name).map(({ name }) => `${type.name}.${name}`),
    ...twins(api, type, ({ name }) => [pascal(name)]),
  ]),

  'no method is what a property is read or written with in Java and Go': api => api.types.flatMap(type =>
    twins(api, type, ({ name, isMethod }) => isMethod ? [name] : [getter(name), `set${pascal(name)}`])),

  'no prop is a method that each builder of Java has': api => api.types.filter(({ datatype }) => datatype).flatMap(type =>
    (type.properties ?? []).filter(({ name }) => ['build', 'builder', 'create'].includes(name)).map(({ name }) => `${type.name}.${name}`)),

  'no two names differ in case or underscores only': api => {
    const plain = (name: string) => name.replace(/_/g, '').toLowerCase();
    return [
      ...repeated(api.types, ({ name }) => [plain(name)]).map(({ name }) => name),
      ...api.types.flatMap(type => twins(api, type, ({ name }) => [plain(name)])),
      ...api.types.flatMap(type => repeated(type.members ?? [], ({ name }) => [plain(name)]).map(({ name }) => `${type.name}.${name}`)),
    ];
  },

  'no type is called like a constructor of Go': api => api.types
    .filter(({ name }) => api.types.some(({ name: other }) => name === `New${other}`)).map(({ name }) => name),

  // They become keyword arguments of the method.
  'no prop is called like another parameter in Python': api => api.types.flatMap(type => callablesOf(type).flatMap(({ where, callable }) => {
    const { others, props } = lifted(api, callable);
    return others.filter(({ name }) => props.some(prop => prop.name === name)).map(({ name }) => `${where}(${name})`);
  })),

  // Python has no other way to leave them out than to leave each of them out.
  // Only the last one becomes keyword arguments of Python.
  'props are the last parameter': api => api.types.flatMap(type => callablesOf(type).flatMap(({ where, callable }) => (callable.parameters ?? [])
    .slice(0, -1).filter(parameter => lifted(api, { ...callable, parameters: [parameter] }).props.length > 0)
    .map(({ name }) => `${where}(${name})`))),
  'props that may be left out have no required one': api => api.types.flatMap(type => callablesOf(type)
    .filter(({ callable }) => callable.parameters?.at(-1)?.optional && lifted(api, callable).props.some(({ optional }) => !optional))
    .map(({ where, callable }) => `${where}(${callable.parameters!.at(-1)!.name})`)),

  'no method is asynchronous': api => api.types.flatMap(type =>
    (type.methods ?? []).filter(({ async }) => async).map(({ name }) => `${type.name}.${name}`)),

  'constants are UPPER_SNAKE_CASE and don\'t repeat the name of their enum': api => api.types.flatMap(type => constantsOf(type)
    .filter(({ name }) => !/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(name) || name.startsWith(`${snake(type.name).toUpperCase()}_`))
    .map(({ name }) => `${type.name}.${name}`)),

  // Otherwise they become `max_v_cpus` in Python, and are written in as many ways as there are users.
  'names are made of words of two letters or more': api => api.types.flatMap(type => {
    const words = /^([A-Z]?[a-z0-9]+)([A-Z][a-z0-9]+)*$/;
    return [
      ...words.test(type.kind === 'interface' && !type.datatype ? type.name.replace(/^I/, '') : type.name) ? [] : [type.name],
      ...membersOf(type).filter(({ name, isConstant }) => !isConstant && !words.test(name)).map(({ name }) => `${type.name}.${name}`),
      ...parametersOf(type).filter(({ parameter }) => !words.test(parameter.name)).map(({ where }) => where),
    ];
  }),

  'everything has a summary': api => api.types.flatMap(type => [
    ...type.docs?.summary ? [] : [type.name],
    ...membersOf(type).filter(({ docs }) => !docs?.summary).map(({ name }) => `${type.name}.${name}`),
  ]),

  // What is the same all over the CDK needs no words, and an override has those of what it overrides.
  'every parameter has a summary': api => api.types.flatMap(type => parametersOf(type)
    .filter(({ parameter, overrides }) => !parameter.docs?.summary && overrides === undefined && !['scope', 'id', 'props'].includes(parameter.name))
    .map(({ where }) => where)),

  'every optional prop has a default': api => api.types.filter(({ datatype }) => datatype).flatMap(type =>
    (type.properties ?? []).filter(({ optional, docs }) => optional && !docs?.default).map(({ name }) => `${type.name}.${name}`)),

  'what is deprecated says what to use': api => api.types.flatMap(type => [{ name: '', docs: type.docs }, ...membersOf(type)]
    .filter(({ docs }) => docs?.deprecated !== undefined && !/\w/.test(docs.deprecated))
    .map(({ name }) => [type.name, name].filter(part => part !== '').join('.'))),
};

/** A finding that is here for a reason. `*` stands for any text. */
export interface Explanation {
  readonly rule: string;
  readonly where: string;
  readonly why: string;
}

export function explains({ rule, where }: Explanation, broken: { rule: string; where: string }): boolean {
  return rule === broken.rule && new RegExp(`^${where.split('*').map(part => part.replace(/[.()]/g, '\\$&')).join('.*')}$`).test(broken.where);
}

const KEYWORDS = new Set([
  // Python
  'and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass',
  'raise return try while with yield none true false self cls',
  // Java
  'abstract assert boolean break byte case catch char class const continue default do double else enum extends final finally float for goto if',
  'implements import instanceof int interface long native new package private protected public return short static strictfp super switch',
  'synchronized this throw throws transient try void volatile while null true false',
  // C#
  'abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum event explicit extern',
  'false finally fixed float for foreach goto if implicit in int interface internal is lock long namespace new null object operator out override',
  'params private protected public readonly ref return sbyte sealed short sizeof stackalloc static string struct switch this throw true try typeof',
  'uint ulong unchecked unsafe ushort using virtual void volatile while',
  // Go
  'break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch',
  'type var nil iota',
].join(' ').split(' '));

const OBJECT_MEMBERS = new Set([
  'getClass', 'hashCode', 'equals', 'toString', 'notify', 'notifyAll', 'wait', 'clone', 'finalize', // Java
  'getType', 'getHashCode', 'memberwiseClone', 'referenceEquals', // C#
]);

/** The packages of which an app imports everything. */
const CORE = new Set(['aws-cdk-lib', 'constructs']);

const BUILT_IN_TYPES = [
  // java.lang
  'Boolean Byte Character Class ClassLoader Cloneable Comparable Deprecated Double Enum Error Exception Float Integer Iterable Long Math Module',
  'Number Object Override Package Process ProcessBuilder ProcessHandle Readable Record Runnable Runtime Short String StringBuilder System Thread',
  'ThreadGroup ThreadLocal Throwable Void',
  // what a project of .NET uses from System, System.IO, System.Linq, System.Net.Http, System.Threading and System.Threading.Tasks by itself
  'Action Array Attribute Barrier Buffer Char Console Convert DateTime Decimal Delegate Directory Enumerable Environment EventArgs File Func Guid',
  'Half HttpClient Index Interlocked Lazy Lock Lookup Memory Monitor Mutex Nullable Parallel Path Progress Random Range Semaphore Single Span',
  'Stream Task TimeSpan Timeout Timer Tuple Type Uri ValueType Version Volatile',
].join(' ').split(' ');

const pascal = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
const getter = (name: string) => `get${pascal(name)}`;
const snake = (name: string) => name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase();
const isKeyword = (name: string) => KEYWORDS.has(name) || KEYWORDS.has(snake(name));

interface Member {
  readonly name: string;
  readonly docs?: Type['docs'];
  readonly isMethod: boolean;
  readonly isConstant: boolean;
}

const asMember = (property: Property): Member => ({
  name: property.name, docs: property.docs, isMethod: false, isConstant: property.static ?? false,
});
const asMethod = ({ name, docs }: Method): Member => ({ name, docs, isMethod: true, isConstant: false });

/** What a type itself declares. */
function membersOf(type: Type): Member[] {
  return [
    ...(type.properties ?? []).map(asMember),
    ...(type.methods ?? []).map(asMethod),
    ...(type.members ?? []).map(({ name, docs }) => ({ name, docs, isMethod: false, isConstant: true })),
  ];
}

function constantsOf(type: Type): Member[] {
  return membersOf(type).filter(({ isConstant }) => isConstant);
}

function callablesOf(type: Type): { where: string; callable: Callable; overrides?: string }[] {
  return [
    ...type.initializer ? [{ where: type.name, callable: type.initializer }] : [],
    ...(type.methods ?? []).map(method => ({ where: `${type.name}.${method.name}`, callable: method, overrides: method.overrides })),
  ];
}

function parametersOf(type: Type): { where: string; parameter: Parameter; overrides?: string }[] {
  return callablesOf(type).flatMap(({ where, callable, overrides }) =>
    (callable.parameters ?? []).map(parameter => ({ where: `${where}(${parameter.name})`, parameter, overrides })));
}

/** The members that a type declares and that share a key with another one, be it inherited. */
function twins(api: Api, type: Type, keysOf: (member: Member) => string[]): string[] {
  const inherited = [...api.properties(type).map(asMember), ...api.methods(type).map(asMethod)];
  const all = new Map(inherited.map(member => [`${member.name} ${member.isMethod}`, member])); // once, although overridden
  const own = new Set(membersOf(type).map(({ name }) => name));
  return [...new Set(repeated([...all.values()], keysOf).filter(({ name }) => own.has(name)).map(({ name }) => `${type.name}.${name}`))];
}

/** The items that share a key with another item. */
function repeated<T>(items: T[], keysOf: (item: T) => string[]): T[] {
  const count = new Map<string, number>();
  items.flatMap(keysOf).forEach(key => count.set(key, (count.get(key) ?? 0) + 1));
  return items.filter(item => keysOf(item).some(key => count.get(key)! > 1));
}

/** The props of a struct that comes last, which are keyword arguments in Python, and the parameters beside it. */
function lifted(api: Api, { parameters = [] }: Callable): { others: Parameter[]; props: Property[] } {
  const struct = api.find(parameters.at(-1)?.type.fqn);
  return { others: parameters.slice(0, -1), props: struct?.datatype ? api.properties(struct) : [] };
}

/** Types whose values other languages write as maps of maps, or without a type at all. */
function isUntyped({ primitive, collection, union, intersection }: TypeReference): boolean {
  if (collection) {
    return isUntyped(collection.elementtype) || (collection.kind === 'map' && collection.elementtype.primitive === undefined);
  }
  return union !== undefined || intersection !== undefined || primitive === 'any' || primitive === 'json';
}
