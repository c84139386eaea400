import { Construct } from 'constructs';
import { PublicApi } from '../../scripts/api-coverage/public-api';
import { MARKS } from '../../scripts/signatures/source';
import * as library from '../../src';
import { CALLS, INTERFACES } from '../../src/private/signatures';
import { DECLARED } from '../../src/private/types';

const api = PublicApi.read();

test('what is exported are the types of the API, and no helpers of them', () => {
  expect(Object.keys(library).sort()).toEqual(api.exports());
  expect(api.exports()).toEqual(expect.arrayContaining(['AiRecommendationJob', 'InferenceRecommendationsJobType']));
});

describe('every call is checked', () => {
  const methods = Object.keys(CALLS).filter(call => !call.endsWith('()'));

  test('those of all the classes', () => {
    expect(new Set(methods.map(call => call.split(/\W/)[0])).size).toBeGreaterThan(40);
    for (const [type, exported] of Object.entries(library)) {
      expect(DECLARED.has(exported)).toBe(`${type}()` in CALLS);
    }
  });

  // No method takes a function: one that doesn't say so is not checked.
  test.each(methods)('%s', call => {
    const [, type, separator, method] = /^(\w+)(\W)(\w+)$/.exec(call)!;
    const exported = (library as Record<string, any>)[type];
    const owner = separator === '#' ? exported.prototype : exported;
    const [, parameter] = /^(?:\.\.\.)?(\w+)/.exec(CALLS[call])!;
    const wrong = () => 'wrong';
    expect(() => owner[method].call(undefined, wrong)).toThrow(
      new RegExp(`^${type}\\.${method}: ${parameter}(\\[0\\])? must be .*, got a function$`));
  });
});

describe('an object is taken for one of an interface', () => {
  test('by what the first version had, so that one of an older library is taken too', () => {
    // FROZEN: see scripts/signatures/source.ts.
    expect(INTERFACES).toEqual({
      IAiWorkloadConfig: 'workloadConfigName, workloadConfigArn, grants',
      IDeployRecommendation: 'variantName, inferenceComponentNames, grants',
      IRecommendationSource: 'bindRecommendation, bindEndpointRole',
    });
  });

  test.each(Object.entries(MARKS))('by what each one has: %s', (type, marks) => {
    expect(api.behaviours().get(type)).toEqual(expect.arrayContaining([...marks]));
  });

  const scope = new Construct(undefined as any, '');
  const attempt = (type: string, value: object): void => {
    const calls: Record<string, () => unknown> = {
      IAiWorkloadConfig: () => new library.AiBenchmarkJob(scope, 'Job', { workloadConfig: value } as any),
      IDeployRecommendation: () => library.BenchmarkTarget.deployment(value as any),
      IRecommendationSource: () => new library.DeployRecommendation(scope, 'Endpoint', { recommendation: value, selector: 5 } as any),
    };
    calls[type]();
  };
  const wrong = (type: string) => new RegExp(`must be an ${type}, got an object`);

  test.each(Object.keys(INTERFACES))('with these alone: %s', type => {
    const marks = INTERFACES[type].split(', ');
    const value = Object.fromEntries(marks.map(mark => [mark, 'there']));
    // What comes after that needs more.
    expect(() => attempt(type, value)).toThrow();
    expect(() => attempt(type, value)).not.toThrow(wrong(type));
    for (const mark of marks) {
      expect(() => attempt(type, { ...value, [mark]: undefined })).not.toThrow(wrong(type));
      const { [mark]: _, ...less } = value;
      expect(() => attempt(type, less)).toThrow(wrong(type));
    }
  });
});
