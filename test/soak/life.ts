import * as fc from 'fast-check';
import { FAULTS, FaultName, passes, Planned } from './faults';

/** Enough for a job of ten hours, which is waited for to its end. */
export const LONG = 600;

/** A prime, 2 ** 31 - 1. */
export const MAX_CHANCE = 2_147_483_647;

/** The app that a stack is made from, as far as a life changes it. */
export interface Config {
  /** What the job is told to find: another one is another job. */
  readonly inputs: number;
  readonly rerun: number;
  readonly tag: number;
  /** Of the job: another one renames nothing. */
  readonly prefix: number;
  /** Of the wait, in minutes. */
  readonly waitTimeout: 40 | 100 | typeof LONG;
  readonly removal: 'destroy' | 'retain' | 'retain-on-update-or-delete';
  readonly endpoint: 'none' | 'variant' | 'components';
  /** Whether the instance type is the job's, or another one. */
  readonly otherInstances: boolean;
  readonly gate: boolean;
  readonly extra: 'none' | 'optimization' | 'inference-recommender';
  /** An older or a newer bundle of the handlers. */
  readonly handlers: number;
  /** What a resource that cannot be created comes after. */
  readonly broken: 'nothing' | 'job' | 'everything';
}

/** How what SageMaker does ends. */
export interface Outcomes {
  readonly job: 'completes' | 'fails at once' | 'fails late' | 'takes hours';
  readonly endpoint: 'serves' | 'fails' | 'rolls back';
}

/** What somebody does while a deployment is under way, so many minutes after its start. */
export interface Meddling {
  readonly act: 'cancel' | 'destroy' | 'stop the job' | 'delete the job';
  readonly after: number;
}

export type Move =
  | {
    readonly type: 'deploy';
    readonly config: Config;
    readonly outcomes: Outcomes;
    readonly noRollback: boolean;
    readonly faults: readonly Planned[];
    readonly meddling?: Meddling;
  }
  | { readonly type: 'destroy'; readonly faults: readonly Planned[] }
  | { readonly type: 'roll back'; readonly faults: readonly Planned[] }
  | { readonly type: 'delete by hand'; readonly what: 'job' | 'model' | 'config' | 'workload' }
  | { readonly type: 'look'; readonly hours: number };

/** What one stack goes through, from nothing to nothing. */
export interface Life {
  /** Which physical id the Update of a rollback carries, which AWS does not document. */
  readonly rollbackPhysicalId: 'new' | 'old';
  /** Seconds until a policy is effective. */
  readonly consistencyDelay: number;
  readonly moves: readonly Move[];
  /** Whether one more deployment goes well before the end. */
  readonly recovers: boolean;
  /** What the pauses between retries are drawn from, from 1 to below MAX_CHANCE. */
  readonly chance: number;
}

const config: fc.Arbitrary<Config> = fc.record({
  inputs: fc.nat(2),
  rerun: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) }),
  tag: fc.nat(1),
  prefix: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) }),
  waitTimeout: fc.constantFrom(40, 100),
  removal: fc.oneof({ weight: 4, arbitrary: fc.constant('destroy') }, fc.constantFrom('retain', 'retain-on-update-or-delete')),
  endpoint: fc.constantFrom('none', 'variant', 'variant', 'components'),
  otherInstances: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  gate: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  extra: fc.oneof({ weight: 6, arbitrary: fc.constant('none') }, fc.constantFrom('optimization', 'inference-recommender')),
  handlers: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) }),
  broken: fc.oneof({ weight: 5, arbitrary: fc.constant('nothing') }, fc.constantFrom('job', 'everything')),
}) as fc.Arbitrary<Config>;

const outcomes: fc.Arbitrary<Outcomes> = fc.record({
  job: fc.oneof({ weight: 60, arbitrary: fc.constant('completes') }, { weight: 8, arbitrary: fc.constant('fails at once') },
    { weight: 8, arbitrary: fc.constant('fails late') }, { weight: 2, arbitrary: fc.constant('takes hours') }),
  endpoint: fc.oneof({ weight: 8, arbitrary: fc.constant('serves') }, fc.constantFrom('fails', 'rolls back')),
}) as fc.Arbitrary<Outcomes>;

const HOUR_NINE: FaultName = 'a poll in hour nine that goes wrong';
const planned: fc.Arbitrary<Planned> = fc.record({
  fault: fc.constantFrom(...Object.keys(FAULTS).filter(name => name !== HOUR_NINE) as FaultName[]),
  pick: fc.nat(30),
  times: fc.integer({ min: 1, max: 4 }),
  after: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(6) }),
});
const faults = fc.array(planned, { maxLength: 3 });

const meddling: fc.Arbitrary<Meddling | undefined> = fc.oneof(fc.constant(undefined), fc.record({
  act: fc.constantFrom('cancel', 'cancel', 'destroy', 'stop the job', 'delete the job'),
  after: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 12 }) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 40 }) }),
})) as fc.Arbitrary<Meddling | undefined>;

/** Of all moves it takes the longest to play, so that it is rare. */
const tenHours = fc.record({
  type: fc.constant('deploy'),
  config: config.map(other => ({ ...other, waitTimeout: LONG, extra: 'none', broken: 'nothing' })),
  outcomes: fc.constant({ job: 'takes hours', endpoint: 'serves' }),
  noRollback: fc.boolean(),
  faults: fc.tuple(planned.map(each => ({ ...each, fault: HOUR_NINE }))),
});

/** Whatever goes wrong passes: there is nothing to fail for. */
const getsOver = fc.record({
  type: fc.constant('deploy'),
  config: config.map(other => ({ ...other, broken: 'nothing' })),
  outcomes: fc.constant({ job: 'completes', endpoint: 'serves' }),
  noRollback: fc.boolean(),
  faults: fc.array(planned.filter(passes), { minLength: 1, maxLength: 3 }),
});

const move = fc.oneof(
  { weight: 1, arbitrary: tenHours },
  { weight: 12, arbitrary: getsOver },
  { weight: 240, arbitrary: fc.record({ type: fc.constant('deploy'), config, outcomes, noRollback: fc.boolean(), faults, meddling }) },
  { weight: 40, arbitrary: fc.record({ type: fc.constant('destroy'), faults }) },
  { weight: 20, arbitrary: fc.record({ type: fc.constant('roll back'), faults }) },
  {
    weight: 40,
    arbitrary: fc.record({ type: fc.constant('delete by hand'), what: fc.constantFrom('job', 'job', 'job', 'model', 'config', 'workload') }),
  },
  { weight: 40, arbitrary: fc.record({ type: fc.constant('look'), hours: fc.constantFrom(1, 2, 12) }) },
) as fc.Arbitrary<Move>;

/** Lives of a few moves each: what goes wrong with one move rarely takes more than two others. */
export const lives: fc.Arbitrary<Life> = fc.record({
  rollbackPhysicalId: fc.constantFrom('new', 'old'),
  consistencyDelay: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(8, 40, 100) }),
  moves: fc.array(move, { minLength: 1, maxLength: 5 }),
  recovers: fc.boolean(),
  chance: fc.noShrink(fc.integer({ min: 1, max: MAX_CHANCE - 1 })),
}) as fc.Arbitrary<Life>;
