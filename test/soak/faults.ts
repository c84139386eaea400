import type { Sandbox } from '../../sandbox';
import type { CallFault, InvokeFault } from '../../sandbox/runtime';
import { ServiceError } from '../../sandbox/service';

/** A fault that a move arranges. */
export interface Planned {
  readonly fault: FaultName;
  /** Chooses among the operations, functions or delays that it can have. */
  readonly pick: number;
  readonly times: number;
  /** How many occasions are let pass first. */
  readonly after: number;
}

/** What a fault is arranged with. */
export interface Weather {
  readonly sandbox: Sandbox;
  /** Says that it has happened. */
  hit(): void;
  /** Faults of calls that are refused by SageMaker itself. */
  refuse(refusal: (operation: string, input: Record<string, any>) => ServiceError | undefined): void;
  /** Something that happens right before a call of the handlers takes effect. */
  before(operation: string, act: (input: Record<string, any>) => Promise<void>): void;
}

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];
const JOBS = ['AIRecommendationJob', 'AIBenchmarkJob', 'OptimizationJob', 'InferenceRecommendationsJob'];
const MAKES = [...JOBS, 'AIWorkloadConfig', 'Model', 'EndpointConfig'].map(noun => `Create${noun}`);
const REMOVES = [
  ...JOBS.map(noun => `Stop${noun}`), 'DeleteAIRecommendationJob', 'DeleteAIBenchmarkJob', 'DeleteOptimizationJob', 'DeleteAIWorkloadConfig',
  'DeleteModel', 'DeleteEndpointConfig',
];
const READS = [
  ...JOBS.map(noun => `Describe${noun}`), 'ListAIRecommendationJobs', 'ListAIWorkloadConfigs', 'ListTags', 'DescribeEndpoint', 'DescribeEndpointConfig', 'DescribeModel',
  'DescribeAIWorkloadConfig', 'ListInferenceComponents', 'DescribeStacks',
];
const ALL = [...MAKES, 'AddTags', ...REMOVES, ...READS, 'Invoke', 'StartExecution'];
const HANDLERS = [/IsComplete/, /OnEvent/, /framework-?isComplete/i, /framework-?onEvent/i];
const FRAMEWORK_ON_EVENT = /framework-?onEvent/i;

const chosen = <T>(list: readonly T[], pick: number): T => list[pick % list.length];

/** The custom resource's request that a waiter is started for. */
const requestOf = (execution: Record<string, any>): string => JSON.parse(execution.input).RequestId;

/** A call that goes wrong. */
const onCall = (effect: CallFault['effect'], operations: string[], most = 12) => ({ sandbox, hit }: Weather, { pick, times, after }: Planned) => {
  const operation = chosen(operations, pick);
  let left = Math.min(times * 3, most);
  sandbox.faults.onCall({ operation, effect, times: left, after, when: () => left > 0 });
  observe(sandbox, 'call', (what, struck) => {
    if (what === operation && struck === effect) {
      left--;
      hit();
    }
  });
};

/** An invocation that goes wrong. */
const onInvoke = (members: (planned: Planned) => InvokeFault) => ({ sandbox, hit }: Weather, planned: Planned) => {
  const arranged = { times: 1, after: planned.after, ...members(planned) };
  sandbox.faults.onInvoke(arranged);
  observe(sandbox, 'invocation', (_, struck) => {
    if (struck === arranged) {
      hit();
    }
  });
};

/** Whatever can go wrong around the handlers. Each is over after a while, as in life. */
export const FAULTS = {
  'throttling': onCall('throttle', ALL),
  'an error of the service': onCall('internal-error', ALL),
  'a connection that breaks': onCall('reset', ALL),
  'an answer that is lost': onCall('lost-response', [...MAKES, ...MAKES, ...REMOVES, 'AddTags', 'StartExecution'], 3),
  'a permission that is not there yet': onCall('access-denied', [...MAKES, ...READS], 6),
  // For a while, and never for one of two deliveries of the same event alone: see mayFailOneDelivery.
  'a waiter that does not start': ({ sandbox, hit }: Weather, { after }: Planned) => {
    let [until, left] = [Infinity, after];
    const [denied, started] = [new Set<string>(), new Set<string>()];
    const isDenied = (execution: Record<string, any>) => {
      const request = requestOf(execution);
      const before = denied.has(request) || started.has(request);
      if (!before) {
        (left-- <= 0 && sandbox.clock.now() <= until ? denied : started).add(request);
      }
      return denied.has(request);
    };
    sandbox.faults.onCall({ operation: 'StartExecution', effect: 'access-denied', times: Infinity, when: isDenied });
    observe(sandbox, 'call', (operation, struck) => {
      if (operation === 'StartExecution' && struck === 'access-denied') {
        until = Math.min(until, sandbox.clock.now() + 3 * MINUTE);
        hit();
      }
    });
  },
  'a duplicate': onInvoke(({ pick }) => (
    { functionName: FRAMEWORK_ON_EVENT, effect: 'duplicate', delayMs: chosen([2 * SECOND, 8 * SECOND, 45 * SECOND, 2 * MINUTE], pick) })),
  'a late start': onInvoke(({ pick, times }) => (
    { functionName: chosen(HANDLERS, pick), effect: 'delay', delayMs: chosen([20 * SECOND, MINUTE, 4 * MINUTE], times) })),
  'an answer after CloudFormation gave up': onInvoke(({ pick }) => (
    { functionName: chosen([/OnEvent/, FRAMEWORK_ON_EVENT], pick), effect: 'delay', delayMs: 65 * MINUTE })),
  'a time-out': onInvoke(({ pick, times }) => ({ functionName: chosen(HANDLERS, pick), effect: 'timeout', times: Math.min(times, 2) })),
  'a kill between two calls': onInvoke(({ pick }) => {
    const operation = chosen([...MAKES, ...MAKES, ...REMOVES, 'AddTags', 'StartExecution', 'ListTags'], pick);
    return { functionName: operation === 'StartExecution' ? FRAMEWORK_ON_EVENT : /-?IsComplete/, effect: 'timeout-after-call', operation };
  }),
  'a poll in hour nine that goes wrong': ({ sandbox, hit }: Weather, { pick, times }: Planned) => {
    const inHourNine = () => sandbox.sagemaker.jobs('AIRecommendationJob')
      .some(({ status, creationTime }) => status === 'InProgress' && sandbox.clock.now() - creationTime * 1000 > 8 * HOUR);
    const effect = chosen(['throttle', 'reset', 'internal-error'] as const, pick);
    let [left, now] = [times * 3, false];
    sandbox.faults.onCall({ operation: 'DescribeAIRecommendationJob', effect, times: left, when: () => now = left > 0 && inHourNine() });
    observe(sandbox, 'call', (operation, struck) => {
      if (now && operation === 'DescribeAIRecommendationJob' && struck === effect) {
        [left, now] = [left - 1, false];
        hit();
      }
    });
  },
  'a quota': ({ refuse, hit }: Weather, { pick, times }: Planned) => {
    let left = times;
    const operation = chosen(MAKES, pick);
    refuse(each => {
      if (each !== operation || left-- <= 0) {
        return undefined;
      }
      hit();
      return new ServiceError('ResourceLimitExceeded', 'The account-level service limit is 0 Instances, with current utilization of 0 Instances');
    });
  },
  'a name taken by somebody else': ({ sandbox, before, hit }: Weather, { pick }: Planned) => {
    const operation = chosen(['CreateAIRecommendationJob', 'CreateAIRecommendationJob', 'CreateAIWorkloadConfig', 'CreateEndpointConfig', 'CreateModel'], pick);
    before(operation, async input => {
      // A job of somebody else that uses our workload would keep it, which is nobody's fault.
      const own = 'AIWorkloadConfigIdentifier' in input ? { AIWorkloadConfigIdentifier: 'existing-workload' } : {};
      await sandbox.sagemaker.console(operation, { ...input, ...own, Tags: [{ Key: 'whose', Value: 'somebody-elses' }] });
      hit();
    });
  },
};

export type FaultName = keyof typeof FAULTS;

const ERRORS_THAT_PASS: FaultName[] = ['throttling', 'an error of the service', 'a connection that breaks'];
/** What the provider framework calls. */
const FRAMEWORKS = ['Invoke', 'StartExecution'];

/** Whether it is an error that passes, of a call that the handlers make: no deployment fails for it. */
export function passes({ fault, pick }: Planned): boolean {
  return ERRORS_THAT_PASS.includes(fault) && !FRAMEWORKS.includes(chosen(ALL, pick));
}

/** Whether it may fail one of two deliveries of a Create before its id is known: docs/decisions.md has what is left then. */
export function mayFailOneDelivery({ fault, pick }: Planned): boolean {
  return fault === 'a time-out' ? /OnEvent/i.test(chosen(HANDLERS, pick).source) : ERRORS_THAT_PASS.includes(fault) && FRAMEWORKS.includes(chosen(ALL, pick));
}

type Observer = (what: string, struck: unknown, subject: Record<string, any>) => void;

const observers = new WeakMap<object, Record<'call' | 'invocation', Observer[]>>();

/** Tells of each fault that happens. */
function observe({ faults }: Sandbox, kind: 'call' | 'invocation', observer: Observer): void {
  let own = observers.get(faults);
  if (!own) {
    own = { call: [], invocation: [] };
    observers.set(faults, own);
    const all = own;
    const takeCall = faults.takeCall.bind(faults);
    faults.takeCall = (service, operation, input) => {
      const effect = takeCall(service, operation, input);
      if (effect) {
        all.call.forEach(each => each(operation, effect, input));
      }
      return effect;
    };
    const takeInvocation = faults.takeInvocation.bind(faults);
    faults.takeInvocation = (name, payload, effects) => {
      const struck = takeInvocation(name, payload, effects);
      Object.values(struck).forEach(fault => all.invocation.forEach(each => each(name, fault, payload)));
      return struck;
    };
  }
  own[kind].push(observer);
}
