import fc from 'fast-check';
import { Calls, membersOf, Position, slotsOf } from './calls';
import { HOSTILE } from './hostile';
import { stackOf, wrongInTemplate, wrongWith } from './outcome';
import { SCENARIOS } from './scenarios';
import { BenchmarkMetric, Expectation, PerformanceLimit, PerformanceMetric } from '../../src';
import { CALLS } from '../../src/private/signatures';
import { STRUCTS } from '../../src/private/types';

/** More than the usual runs: `FUZZ_RUNS=5000 npx jest test/fuzz`. Each is a stack that is made anew. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 50);
const SEED = Number(process.env.FUZZ_SEED ?? 20_260_101);

const calls = new Calls();

interface Place {
  readonly scenario: string;
  readonly position: Position;
}

/** Where a value can be given, each once. */
const PLACES: readonly Place[] = [...new Map(Object.entries(SCENARIOS).flatMap(([scenario, make]) => {
  const stack = stackOf();
  return calls.positionsOf(() => make(stack, calls))
    .map(position => [`${position.slots.join(' ')} ${position.path.length}`, { scenario, position }] as const);
}).reverse()).values()];

/** The names that an error may be about: those on the way to the value. */
function namesOf({ slots, path }: Position): string[] {
  return [...slots, ...path.filter(step => typeof step === 'string')].flatMap(step => step.match(/\w+/g) ?? []);
}

/** What comes of a value at a place: undefined if that is a template that AWS would take, or an error that says what is wrong. */
function outcomeOf({ scenario, position }: Place, value: string): string | undefined {
  const stack = stackOf();
  try {
    calls.run(() => SCENARIOS[scenario](stack, calls), position, HOSTILE[value](stack));
    const wrong = wrongInTemplate(stack);
    return wrong.length === 0 ? undefined : `an invalid template: ${wrong.join('; ')}`;
  } catch (error) {
    return wrongWith(error, namesOf(position));
  }
}

const place = fc.constantFrom(...PLACES)
  .map(each => Object.assign(each, { [fc.toStringMethod]: () => `${each.scenario}: ${each.position.slots.join(' ')}` }));

test.each(Object.entries(SCENARIOS))('%s is valid as it stands', (_, make) => {
  const stack = stackOf();
  make(stack, calls);
  expect(wrongInTemplate(stack)).toEqual([]);
});

test('every parameter and every prop is reached', () => {
  const reached = new Set(PLACES.flatMap(({ position }) => position.slots));
  const parameters = Object.entries(CALLS).flatMap(([call, slots]) => slotsOf(slots)
    // An app calls no bind: constructs do.
    .filter(({ name, type }) => type !== 'Construct' && name !== 'id' && !call.includes('#bind')).map(({ name }) => `${call}(${name})`));
  const members = Object.keys(STRUCTS).flatMap(membersOf).filter(({ type }) => type !== 'Construct').map(({ owner, name }) => `${owner}.${name}`);
  expect([...new Set([...parameters, ...members])].filter(each => !reached.has(each))).toEqual([]);
});

/** Each with a fixed seed, which a failure prints: the same runs on every machine. */
test('whatever is given to a prop, a sentence of ours comes out, or a template that is valid', () => {
  fc.assert(fc.property(place, fc.constantFrom(...Object.keys(HOSTILE)), (where, value) => {
    expect(outcomeOf(where, value)).toBeUndefined();
  }), { numRuns: RUNS, seed: SEED });
});

test.each([NaN, Infinity, '5', null, [5]])('a limit that is no number is refused where it is given: %p', value => {
  const limit = value as number;
  const said = /^\w+\.atMost: limit must (be a number, got |not be null)/;
  expect(() => PerformanceLimit.p90(PerformanceMetric.TIME_TO_FIRST_TOKEN).atMost(limit)).toThrow(said);
  expect(() => Expectation.p90(BenchmarkMetric.TIME_TO_FIRST_TOKEN).atMost(limit)).toThrow(said);
  expect(() => Expectation.p90(BenchmarkMetric.TIME_TO_FIRST_TOKEN).atLeast(limit)).toThrow(/^ExpectedFigure\.atLeast: limit must /);
});

describe('found by this', () => {
  test.each<[string, string]>([
    ['AiRecommendationJobProps.mlflow', 'an empty object'],
    ['AdapterSource.fromS3(adapters)', 'a list of objects'],
    ['AdapterSource.fromModelPackages(adapters)', 'a list of objects'],
    ['JobProps.removalPolicy', 'a text'],
    ['DeployRecommendationProps.removalPolicy', 'emoji'],
    ['CapacityReservation.reservationArns', 'a list that is known later'],
    ['BacklogScalingProps.backlogPerInstance', 'Infinity'],
    ['appscaling.ScalingInterval.change', 'a fraction'],
    ['appscaling.BasicStepScalingPolicyProps.scalingSteps', 'an empty list'],
    ['ec2.SubnetSelection.subnetGroupName', 'a text'],
    ['LocalUploadOptions.memoryLimit', 'a fraction'],
    ['InputChannel.fromBucket(prefix)', 'lines'],
    ['AiWorkloadConfig.fromWorkloadConfigAttributes(attributes)', 'an empty object'],
    ['TrafficPattern.stairs(traffic)', 'an empty object'],
    ['WorkloadSpec.custom(document)', 'an object that contains itself'],
    ['DeployRecommendationProps.initialVariantWeight', 'Infinity'],
    ['ModelSource.fromBucket(prefix)', 'text like a token'],
    ['appscaling.BaseTargetTrackingProps.scaleInCooldown', 'a number'],
    ['appscaling.ScalingSchedule.endTime', 'a date'],
  ])('%s: %s', (slot, value) => {
    const where = PLACES.filter(({ position }) => position.slots.at(-1) === slot);
    expect(where.length).toBeGreaterThan(0);
    expect(where.map(each => outcomeOf(each, value))).toEqual(where.map(() => undefined));
  });
});
