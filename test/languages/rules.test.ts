import { readdirSync, statSync } from 'fs';
import { join } from 'path';
import { Api, Assembly, Method, Parameter, Property, readApi, Type, TypeReference } from './assembly';
import { explains, Explanation, RULES } from './rules';

const ROOT = join(__dirname, '../..');
const api = readApi(ROOT);

const UNTYPED = 'no value is written as JSON or nested maps, or is one of several types';
const UNDOCUMENTED = 'every parameter has a summary';
const EXPLANATIONS: Explanation[] = [
  { rule: UNTYPED, where: 'EndpointInputOptions.environmentParameterRanges', why: 'lists by the names of variables, which the user chooses' },
  { rule: UNTYPED, where: 'WorkloadOptions.extraInputs', why: 'members of the model\'s own requests, which each server has others of' },
  { rule: UNTYPED, where: 'WorkloadSpec.custom(document)', why: 'for what the library does not know yet; `customText` takes it as a string' },
];

test('the assembly is that of the sources', () => {
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).map(path => join(ROOT, 'src', path));
  const compiled = statSync(join(ROOT, '.jsii')).mtimeMs;
  // In what `npm test` does, it is. Otherwise: npx projen compile.
  expect(sources.filter(path => statSync(path).isFile() && statSync(path).mtimeMs > compiled)).toEqual([]);
});

describe('the API', () => {
  const broken = Object.entries(RULES).flatMap(([rule, find]) => find(api).map(where => ({ rule, where })));

  test('is all there', () => {
    expect(api.types.length).toBeGreaterThan(100);
    expect(api.find('aws-cdk-lib.Resource')?.methods?.map(({ name }) => name)).toContain('applyRemovalPolicy');
  });

  test.each(Object.keys(RULES))('%s', rule => {
    const unexplained = broken.filter(each => each.rule === rule && !EXPLANATIONS.some(explanation => explains(explanation, each)));
    expect(unexplained.map(({ where }) => where)).toEqual([]);
  });

  test('breaks a rule wherever that is explained', () => {
    expect(EXPLANATIONS.filter(explanation => !broken.some(each => explains(explanation, each)))).toEqual([]);
  });
});

// The test of the rules: each finds what breaks it, and nothing in an API that breaks none.
describe('the rules', () => {
  const docs = { summary: 'What it is.', default: '- none' };
  const string: TypeReference = { primitive: 'string' };
  const any: TypeReference = { primitive: 'any' };
  const arrayOf = (elementtype: TypeReference): TypeReference => ({ collection: { kind: 'array', elementtype } });
  const mapOf = (elementtype: TypeReference): TypeReference => ({ collection: { kind: 'map', elementtype } });
  const struct: TypeReference = { fqn: 'lib.WidgetProps' };
  const prop = (name: string, more: Partial<Property> = {}): Property => ({ name, type: string, docs, ...more });
  const parameter = (name: string, more: Partial<Parameter> = {}): Parameter => ({ name, type: string, docs, ...more });
  const method = (name: string, parameters: Parameter[] = [], more: Partial<Method> = {}): Method => ({ name, docs, parameters, ...more });
  const type = (name: string, more: Partial<Type> = {}): Type => ({ fqn: `lib.${name}`, name, kind: 'class', docs, ...more });
  const props = (...properties: Property[]) => type('WidgetProps', { kind: 'interface', datatype: true, properties });

  const assemblyOf = (name: string, ...types: Type[]): Assembly => ({ name, types: Object.fromEntries(types.map(each => [each.fqn, each])) });
  const cdk = assemblyOf('aws-cdk-lib', type('Stack', { fqn: 'aws-cdk-lib.Stack', properties: [prop('stackName')] }));
  const apiOf = (...types: Type[]) => new Api(assemblyOf('lib', ...types), [cdk]);
  const found = (...types: Type[]) => Object.entries(RULES).flatMap(([rule, find]) => find(apiOf(...types)).map(where => [rule, where]));

  test('let an API pass that breaks none', () => {
    expect(found(
      type('Widget', {
        base: 'aws-cdk-lib.Stack',
        interfaces: ['lib.IWidget'],
        initializer: { parameters: [parameter('scope', { docs: {} }), parameter('props', { type: struct, optional: true, docs: {} })] },
        properties: [prop('stackName'), prop('LARGE', { static: true }), prop('metrics', { type: mapOf(string) })],
        methods: [method('getMetric', [parameter('name')]), method('huge', [], { static: true })],
      }),
      type('IWidget', { kind: 'interface', properties: [prop('metrics')] }),
      props(prop('size', { optional: true }), prop('other', { optional: true, docs: { ...docs, deprecated: 'use size' } })),
      type('Size', { kind: 'enum', members: [{ name: 'DEFAULT', docs }, { name: 'X2_LARGE', docs }] }),
    )).toEqual([]);
  });

  const cases: [string, string[], ...Type[]][] = [
    ['no name is a keyword', ['Widget.yield', 'Widget.make(internal)'],
      type('Widget', { properties: [prop('yield')], methods: [method('isNot'), method('make', [parameter('internal')])] })],
    ['no member is one that each object of Java or C# has', ['Widget.type', 'Widget.notify'],
      type('Widget', { properties: [prop('type')], methods: [method('notify')] })],
    ['no type is called like one that is there without an import, or with `import *` of the CDK', ['Stack', 'Record', 'Task'],
      type('Stack'), type('Record'), type('Task'), type('Widget')],
    [UNTYPED, ['WidgetProps.tags', 'WidgetProps.sizes', 'Widget.make(body)', 'Widget.make'],
      props(prop('tags', { type: mapOf(struct) }), prop('sizes', { type: { union: { types: [string, struct] } } })),
      type('Widget', { methods: [method('make', [parameter('body', { type: arrayOf(any) })], { returns: { type: { primitive: 'json' } } })] })],
    ['nothing is too large for Java', ['Sizes', 'Widget.make'],
      type('Sizes', { kind: 'enum', members: [...Array(300).keys()].map(index => ({ name: `S${index}`, docs })) }),
      type('Widget', { methods: [method('make', [...Array(30).keys()].map(index => parameter(`p${index}`)))] })],
    ['no two members are the same in C# or Go, and none is called like its class', ['Widget.widget', 'Widget.Size', 'Widget.size'],
      type('Widget', { properties: [prop('widget'), prop('Size')], methods: [method('size')] })],
    ['no method is what a property is read or written with in Java and Go', ['Widget.size', 'Widget.getSize'],
      type('Widget', { properties: [prop('size')], methods: [method('getSize')] })],
    ['no method is what a property is read or written with in Java and Go', ['Widget.setStackName'],
      type('Widget', { base: 'aws-cdk-lib.Stack', methods: [method('setStackName')] })],
    ['no prop is a method that each builder of Java has', ['WidgetProps.build'], props(prop('build'))],
    ['no two names differ in case or underscores only', ['Widget', 'WidGet', 'Size.P90', 'Size.P_90'],
      type('Widget'), type('WidGet'), type('Size', { kind: 'enum', members: [{ name: 'P90', docs }, { name: 'P_90', docs }] })],
    ['no two names differ in case or underscores only', ['Widget.stackname'],
      type('Widget', { base: 'aws-cdk-lib.Stack', properties: [prop('stackname')] })],
    ['no type is called like a constructor of Go', ['NewWidget'], type('Widget'), type('NewWidget')],
    ['no prop is called like another parameter in Python', ['Widget(id)'], props(prop('id')),
      type('Widget', { initializer: { parameters: [parameter('id'), parameter('props', { type: struct })] } })],
    ['props are the last parameter', ['Widget.make(props)'], props(prop('size')),
      type('Widget', { methods: [method('make', [parameter('props', { type: struct }), parameter('other')])] })],
    ['props that may be left out have no required one', ['Widget.make(props)'], props(prop('size')),
      type('Widget', { methods: [method('make', [parameter('props', { type: struct, optional: true })])] })],
    ['no method is asynchronous', ['Widget.make'], type('Widget', { methods: [method('make', [], { async: true })] })],
    ['constants are UPPER_SNAKE_CASE and don\'t repeat the name of their enum', ['Widget.large', 'WidgetSize.WIDGET_SIZE_LARGE', 'WidgetSize.Small'],
      type('Widget', { properties: [prop('large', { static: true })] }),
      type('WidgetSize', { kind: 'enum', members: [{ name: 'WIDGET_SIZE_LARGE', docs }, { name: 'Small', docs }] })],
    ['names are made of words of two letters or more', ['URLWidget', 'URLWidget.maxVCpus', 'URLWidget.make(ARN)'],
      type('URLWidget', { properties: [prop('maxVCpus')], methods: [method('make', [parameter('ARN')])] })],
    ['everything has a summary', ['Widget', 'Size.LARGE', 'IWidget.size'], type('Widget', { docs: {} }),
      type('Size', { kind: 'enum', members: [{ name: 'LARGE' }] }), type('IWidget', { kind: 'interface', properties: [prop('size', { docs: {} })] })],
    [UNDOCUMENTED, ['Widget.make(size)'], type('Widget', {
      methods: [method('make', [parameter('size', { docs: {} })]), method('same', [parameter('size', { docs: {} })], { overrides: 'IWidget' })],
    })],
    ['every optional prop has a default', ['WidgetProps.size'], props(prop('size', { optional: true, docs: { summary: 'Size.' } }))],
    ['what is deprecated says what to use', ['Widget', 'Widget.size'],
      type('Widget', { docs: { ...docs, deprecated: '' }, properties: [prop('size', { docs: { ...docs, deprecated: ' ' } })] })],
  ];

  test.each(cases)('%s: finds %j', (rule, wheres, ...types) => {
    expect(found(...types).filter(([each]) => each === rule).map(([, where]) => where)).toEqual(wheres);
  });

  test('are all tried', () => {
    expect(new Set(cases.map(([rule]) => rule))).toEqual(new Set(Object.keys(RULES)));
  });
});
