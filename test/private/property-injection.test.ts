import { App, CfnResource, IPropertyInjector, PropertyInjectors, RemovalPolicy, Resource, Stack, Stage } from 'aws-cdk-lib';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct, IConstruct } from 'constructs';
import * as library from '../../src';
import {
  AiBenchmarkJob, AiBenchmarkJobProps, AiRecommendationJob, AiWorkloadConfig, BenchmarkTarget, DeployRecommendation, InferenceDashboard,
  InferenceModel, InferenceRecommendationsJob, InferenceRecommendationsJobType, JobOutput, MlInstanceType, ModelOptimization, ModelSource,
  OptimizationJob, OptimizationModel, PerformanceObjective, QuantizationTechnique, WorkloadSpec,
} from '../../src';
import { CALLS } from '../../src/private/signatures';
import { FakeSource } from '../deployment/fixture';

type Given = Record<string, unknown>;

/** A class, of which TypeScript knows no more than a caller that gives it anything. */
interface Injectable {
  readonly PROPERTY_INJECTION_ID: string;
  new (...given: any[]): any;
}

interface Case {
  readonly type: Injectable;
  readonly props: (stack: Stack) => Given;
  /** The prop that is injected, and what it is called in the main resource. */
  readonly prop: string;
  readonly property: string;
  /** Absent for what can't be imported. */
  readonly imported?: (stack: Stack) => string;
}

const output = () => JobOutput.toS3Uri('s3://results/all/');
const model = () => ModelSource.fromS3Uri('s3://models/gpt/');
const workloadConfig = (stack: Stack) => stack.node.tryFindChild('Imported') ?? AiWorkloadConfig.fromWorkloadConfigName(stack, 'Imported', 'chat');

const CASES: Record<string, Case> = {
  AiWorkloadConfig: {
    type: AiWorkloadConfig,
    props: () => ({ spec: WorkloadSpec.synthetic({ inputTokens: { mean: 5 } }) }),
    prop: 'workloadConfigName',
    property: 'NamePrefix',
    imported: stack => AiWorkloadConfig.fromWorkloadConfigName(stack, 'Import', 'given').workloadConfigName,
  },
  AiRecommendationJob: {
    type: AiRecommendationJob,
    props: stack => ({
      model: model(), workloadConfig: workloadConfig(stack), objective: PerformanceObjective.TIME_TO_FIRST_TOKEN, output: output(),
    }),
    prop: 'jobName',
    property: 'NamePrefix',
    imported: stack => AiRecommendationJob.fromRecommendationJobName(stack, 'Import', 'given').recommendationJobName,
  },
  AiBenchmarkJob: {
    type: AiBenchmarkJob,
    props: stack => ({ target: BenchmarkTarget.endpointName('chat'), workloadConfig: workloadConfig(stack), output: output() }),
    prop: 'jobName',
    property: 'NamePrefix',
    imported: stack => AiBenchmarkJob.fromBenchmarkJobName(stack, 'Import', 'given').benchmarkJobName,
  },
  OptimizationJob: {
    type: OptimizationJob,
    props: () => ({
      model: OptimizationModel.fromS3(model()),
      instanceType: MlInstanceType.fromName('ml.g5.xlarge'),
      optimizations: [ModelOptimization.quantization({ technique: QuantizationTechnique.AWQ })],
      output: output(),
    }),
    prop: 'jobName',
    property: 'NamePrefix',
    imported: stack => OptimizationJob.fromOptimizationJobName(stack, 'Import', 'given').optimizationJobName,
  },
  InferenceRecommendationsJob: {
    type: InferenceRecommendationsJob,
    props: () => ({
      jobType: InferenceRecommendationsJobType.DEFAULT,
      model: InferenceModel.fromModelPackageArn('arn:aws:sagemaker:us-west-2:111122223333:model-package/resnet/1'),
    }),
    prop: 'jobName',
    property: 'NamePrefix',
    imported: stack => InferenceRecommendationsJob.fromInferenceRecommendationsJobName(stack, 'Import', 'given').inferenceRecommendationsJobName,
  },
  DeployRecommendation: {
    type: DeployRecommendation,
    props: () => ({ recommendation: new FakeSource() }),
    prop: 'endpointName',
    property: 'EndpointName',
    imported: stack => DeployRecommendation.fromEndpointName(stack, 'Import', 'given').endpointName,
  },
  InferenceDashboard: {
    type: InferenceDashboard,
    props: stack => ({ deployments: [stack.node.tryFindChild('Shown') ?? DeployRecommendation.fromEndpointName(stack, 'Shown', 'chat')] }),
    prop: 'dashboardName',
    property: 'DashboardName',
  },
};

/** Has a prop by default, and counts how often it was asked. */
class Injector implements IPropertyInjector {
  public readonly constructUniqueId: string;
  public readonly asked: string[] = [];

  constructor(type: Pick<Injectable, 'PROPERTY_INJECTION_ID'>, private readonly props: unknown) {
    this.constructUniqueId = type.PROPERTY_INJECTION_ID;
  }

  public inject(originalProps: any, { id }: { readonly id: string }): any {
    this.asked.push(id);
    return typeof this.props === 'object' ? { ...this.props, ...originalProps } : this.props;
  }
}

const ENV = { account: '111122223333', region: 'us-west-2' };
const stackOf = (scope: Construct = new App(), injectors: IPropertyInjector[] = []) =>
  new Stack(scope, 'Stack', { env: ENV, propertyInjectors: injectors });

/** A property of the main resource, as the template has it. */
function propertyOf(construct: IConstruct, name: string): unknown {
  const resource = construct.node.defaultChild as CfnResource;
  const [definition] = Object.values<any>(Stack.of(construct).resolve((resource as any)._toCloudFormation()).Resources);
  return definition.Properties[name];
}

test('every construct can be injected: by an id that is its name in the assembly', () => {
  const constructs = Object.keys(CALLS).filter(call => call.endsWith('()')).map(call => call.slice(0, -2));
  expect(constructs.sort()).toEqual(Object.keys(CASES).sort());
  for (const [name, exported] of Object.entries<any>(library)) {
    expect(exported.PROPERTY_INJECTION_ID).toBe(constructs.includes(name) ? `cdk-sagemaker-inference.${name}` : undefined);
  }
});

describe.each(Object.entries(CASES))('%s', (name, { type, props, prop, property, imported }) => {
  const injector = (value: unknown = 'injected') => new Injector(type, { [prop]: value });
  const make = (stack: Stack, more: Given = {}, id = 'Made') => new type(stack, id, { ...props(stack), ...more });

  test('takes a prop from its app, its stage, its stack or any other scope', () => {
    const app = new App({ propertyInjectors: [injector()] });
    const staged = new Stage(new App(), 'Stage', { propertyInjectors: [injector()] });
    const stack = stackOf(undefined, [injector()]);
    const scope = new Construct(stackOf(), 'Scope');
    PropertyInjectors.of(scope).add(injector());
    const made = [make(stackOf(app)), make(stackOf(staged)), make(stack), new type(scope, 'Made', props(Stack.of(scope)))];
    expect(made.map(each => propertyOf(each, property))).toEqual(['injected', 'injected', 'injected', 'injected']);
  });

  test('takes the nearest, and each construct once', () => {
    const [far, near] = [injector('far'), injector('near')];
    const app = new App({ propertyInjectors: [far] });
    const made = make(stackOf(app, [near]));
    expect(propertyOf(made, property)).toBe('near');
    expect(near.asked).toEqual(['Made']);
    expect(far.asked).toEqual([]);
  });

  test('keeps what it was given, and is what it was without an injector of its own', () => {
    expect(propertyOf(make(stackOf(undefined, [injector()]), { [prop]: 'given' }), property)).toBe('given');
    const other = new Injector({ PROPERTY_INJECTION_ID: 'aws-cdk-lib.aws-s3.Bucket' }, { [prop]: 'injected' });
    expect(propertyOf(make(stackOf(undefined, [other])), property)).toEqual(propertyOf(make(stackOf()), property));
  });

  test('gets what it needs by injection alone', () => {
    const stack = stackOf();
    PropertyInjectors.of(stack).add(new Injector(type, { ...props(stack), [prop]: 'injected' }));
    expect(propertyOf(new type(stack, 'Made'), property)).toBe('injected');
  });

  test.each<[string, unknown, string]>([
    ['a prop of a wrong kind', { [prop]: 5 }, `${prop} must be a text, got 5`],
    ['nothing', undefined, 'props is required'],
    ['null', null, 'props must not be null'],
    ['a text', 'props', "props must be an object, got 'props'"],
  ])('refuses %s that is injected', (_, injected, message) => {
    const stack = stackOf();
    PropertyInjectors.of(stack).add({ constructUniqueId: type.PROPERTY_INJECTION_ID, inject: () => injected });
    expect(() => make(stack)).toThrow(`${name} 'Stack/Made'`);
    expect(() => make(stack)).toThrow(message);
  });

  test.each<[string, unknown[], RegExp]>([
    ['no scope', [undefined, 'Made', {}], /scope is required/],
    ['null for a scope', [null, 'Made', {}], /scope must not be null/],
    ['a text for a scope', ['Stack', 'Made', {}], /scope must be a Construct, got 'Stack'/],
    ['an object for a scope', [{}, 'Made', {}], /scope must be a Construct, got an object/],
    ['nothing at all', [], /scope is required/],
    ['no id', [new App(), undefined, {}], /id is required/],
    ['a number for an id', [new App(), 5, {}], /id must be a text, got 5/],
    ['an object for an id', [new App(), Object.create(null), {}], /id must be a text, got an object/],
    ['a symbol for an id', [new App(), Symbol('id'), {}], /id must be a text, got Symbol\(id\)/],
  ])('refuses %s in a sentence, with and without an injector', (_, given, message) => {
    const [scope] = given;
    if (scope instanceof App) {
      expect(() => new type(...given)).toThrow(message);
      PropertyInjectors.of(scope).add(new Injector(type, {}));
    }
    expect(() => new type(...given)).toThrow(message);
    expect(() => new type(...given)).toThrow(new RegExp(`^${name} `));
  });

  test('is what it is called, and known as one of its kind', () => {
    const made = make(stackOf());
    expect(type.name).toBe(name);
    expect(made.constructor).toBe(type);
    expect(made).toBeInstanceOf(type);
    expect(made).toBeInstanceOf(Resource);
    expect(made[Symbol.for(`cdk-sagemaker-inference.${name}`)]).toBe(true);
  });

  test('can be extended, by a class with an id of its own, too', () => {
    class Extended extends type {}
    @propertyInjectable
    class Injected extends type {
      public static readonly PROPERTY_INJECTION_ID = 'mine.Injected';
    }
    const own = new Injector(Injected, { removalPolicy: RemovalPolicy.RETAIN, [prop]: 'mine' });
    const stack = stackOf(undefined, [injector(), own]);
    const extended = new Extended(stack, 'Extended', props(stack)) as IConstruct;
    expect(extended).toBeInstanceOf(type);
    expect(extended.constructor.name).toBe('Extended');
    expect(propertyOf(extended, property)).toBe('injected');
    expect(own.asked).toEqual([]);

    const injected = new Injected(stack, 'Injected', props(stack)) as IConstruct;
    expect(propertyOf(injected, property)).toBe('mine');
    expect((injected.node.defaultChild as CfnResource).cfnOptions.deletionPolicy).toBe(name === 'InferenceDashboard' ? undefined : 'Retain');
  });

  test('is imported as ever', () => {
    const each = injector();
    expect(imported?.(stackOf(undefined, [each])) ?? 'given').toBe('given');
    expect(each.asked).toEqual([]);
  });
});

test('methods of an injected construct are checked', () => {
  const stack = stackOf(undefined, [new Injector(AiBenchmarkJob, { jobName: 'injected' })]);
  const job = new AiBenchmarkJob(stack, 'Gate', CASES.AiBenchmarkJob.props(stack) as unknown as AiBenchmarkJobProps);
  const wrong: any = 'wrong';
  expect(() => job.measured(wrong, wrong)).toThrow("AiBenchmarkJob.measured 'Stack/Gate': metric must be a BenchmarkMetric, got 'wrong'");
  expect(() => AiBenchmarkJob.fromBenchmarkJobName(stack, 'Import', wrong.length)).toThrow(
    'AiBenchmarkJob.fromBenchmarkJobName: benchmarkJobName must be');
});
