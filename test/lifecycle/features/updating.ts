import { Duration, Size, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Features, sharesOf, variant } from './feature';
import { defaultRecommendations } from '../../../sandbox/sagemaker/fixtures';
import {
  AddInferenceComponentOptions, CapacitySize, DeployRecommendationProps, GpuInstanceType, Hosting,
  InferenceComponentHostingOptions, ManagedInstanceScalingOptions, Rollout, ScaleInStrategy,
} from '../../../src';
import { app, AppOptions, failing } from '../app';
import type { World } from '../harness';
import { endpoint, pinned, Recommendation, serving } from '../hosting';

const TEN_MINUTES = Duration.minutes(10);

/** How an endpoint gets from what it serves to what it is to serve. */
export const UPDATING: Record<string, () => Features> = {
  'a rollout': () => {
    const four = (image: string, rollout?: Rollout) => endpoint({ recommendation: pinned({ count: 4, image }), rollout });
    const percent = (share: number) => CapacitySize.percent(share);
    /** How far the traffic went in each step, and what SageMaker was told. */
    const went = (shares: number[], deployment: object) => (world: World) => {
      expect(sharesOf(world)).toEqual(shares);
      expect(serving(world).endpoint.lastDeploymentConfig).toMatchObject(deployment);
    };
    const blueGreen = (Type: string, members: object = {}) => ({ BlueGreenUpdatePolicy: { TrafficRoutingConfiguration: { Type, ...members } } });
    const steps = (rollout: Rollout, shares: number[], deployment: object) => ({
      steps: [
        { build: four('image:1', rollout) },
        { build: four('image:2', rollout), holds: went(shares, deployment) },
        { build: four('image:3'), holds: (world: World) => expect(serving(world).endpoint.lastDeploymentConfig).toBeUndefined() },
      ],
    });

    return {
      'all at once': steps(Rollout.allAtOnce({ terminationWait: TEN_MINUTES }), [100], blueGreen('ALL_AT_ONCE')),
      'with a canary': steps(Rollout.canary({ size: CapacitySize.instances(1), waitInterval: TEN_MINUTES }), [25, 100],
        blueGreen('CANARY', { CanarySize: { Type: 'INSTANCE_COUNT', Value: 1 }, WaitIntervalInSeconds: 600 })),
      'in equal steps': steps(Rollout.linear({ stepSize: percent(25), waitInterval: TEN_MINUTES }), [25, 50, 75, 100],
        blueGreen('LINEAR', { LinearStepSize: { Type: 'CAPACITY_PERCENT', Value: 25 } })),
      'in batches': steps(Rollout.rolling({ batchSize: percent(50), waitInterval: TEN_MINUTES, rollbackBatchSize: percent(100) }), [50, 100],
        { RollingUpdatePolicy: { MaximumBatchSize: { Type: 'CAPACITY_PERCENT', Value: 50 }, RollbackMaximumBatchSize: { Value: 100 } } }),
    };
  },

  'alarms': () => {
    const watched = (image: string, withDefaults = true) => endpoint({
      recommendation: pinned({ count: 4, image }), rollout: Rollout.canary({ size: CapacitySize.percent(25), waitInterval: TEN_MINUTES }),
    }, (stack, chat) => {
      if (withDefaults) {
        chat.addDefaultAlarms({ errorRatePercent: 1, modelLatency: Duration.seconds(30) });
      }
      chat.addRollbackAlarm(new cloudwatch.Alarm(stack, 'Own', {
        alarmName: 'own', metric: chat.metricInvocation4xxErrors(), threshold: 100, evaluationPeriods: 1,
      }));
    });
    const alarms = (world: World) => world.sandbox.cloudWatch.alarms.map(({ name }) => name);
    const watching = (count: number) => (world: World) => {
      expect(alarms(world)).toHaveLength(count);
      const watchedFor = serving(world).endpoint.lastDeploymentConfig?.AutoRollbackConfiguration?.Alarms;
      expect(watchedFor?.map(({ AlarmName }) => AlarmName).sort()).toEqual(alarms(world).sort());
    };
    /** An alarm that goes off when the canary has its first requests. */
    const goesOff = (name: RegExp) => async (world: World) => {
      await world.until(() => serving(world).endpoint.history.some(({ shares }) => Object.values(shares).includes(25)
        && serving(world).endpoint.history.at(-1)!.shares === shares));
      world.sandbox.cloudWatch.setAlarmState(alarms(world).find(alarm => name.test(alarm))!, 'ALARM');
    };
    const calm = (world: World) => alarms(world).forEach(name => world.sandbox.cloudWatch.setAlarmState(name, 'OK'));

    return {
      'bring back what served, whichever goes off': {
        steps: [
          { build: watched('image:1'), holds: watching(3) },
          { build: watched('image:2'), holds: watching(3) },
          { build: watched('image:3'), meanwhile: goesOff(/ErrorRate/), fails: 'went off during the deployment', holds: calm },
          { build: watched('image:3'), meanwhile: goesOff(/^own$/), fails: 'The CloudWatch alarms own went off during the deployment', holds: calm },
          { build: watched('image:3', false), holds: watching(1) },
        ],
      },
    };
  },

  'inference components': () => {
    // With room for the copies of an update beside those that serve.
    const LARGE: Recommendation = { instanceType: 'ml.g6.48xlarge', tensorParallelSize: 1 };
    const hosted = (
      recommendation: Recommendation, options: InferenceComponentHostingOptions = {}, props: Partial<DeployRecommendationProps> = {},
      also?: Parameters<typeof endpoint>[1],
    ) => endpoint({
      recommendation: pinned(recommendation), hosting: Hosting.inferenceComponents({ inferenceComponentName: 'base', ...options }), ...props,
    }, also);
    const names = (world: World) => world.sandbox.sagemaker.inferenceComponents.map(({ name }) => name).sort();
    const component = (world: World, name = 'base') => world.sandbox.sagemaker.inferenceComponents.find(each => each.name === name)!;
    const takes = (NumberOfAcceleratorDevicesRequired: number, MinMemoryRequiredInMb: unknown = expect.any(Number)) => (
      [{ ComputeResourceRequirements: { NumberOfAcceleratorDevicesRequired, MinMemoryRequiredInMb } }]);
    const consists = (...expected: string[]) => (world: World) => expect(names(world)).toEqual(expected);

    const rolling = Rollout.rolling({ batchSize: CapacitySize.copies(1), waitInterval: Duration.minutes(5) });
    const rolled = (image: string, rollout: Rollout | undefined = rolling) => hosted(
      { ...LARGE, image }, { copyCount: 4 }, { rollout }, (_, chat) => { chat.addDefaultAlarms(); });
    const servesNewModel = (world: World) => expect(component(world)).toMatchObject({
      currentCopyCount: 4, specifications: [{ ModelName: serving(world).endpoint.configName }],
    });

    const second = (props: Partial<AddInferenceComponentOptions> = {}, acceleratorsPerCopy = 2) => hosted(
      LARGE, { acceleratorsPerCopy }, {}, (_, chat) => chat.addInferenceComponent('Second', {
        recommendation: pinned(LARGE), inferenceComponentName: 'second', ...props,
      }));

    const managed = (managedInstanceScaling?: ManagedInstanceScalingOptions, copyCount = 1) => hosted(
      { instanceType: 'ml.g6.12xlarge', tensorParallelSize: 4 }, { managedInstanceScaling, copyCount });

    return {
      'are rolled out in batches of copies, and come back when that is cancelled': {
        steps: [
          { build: rolled('image:1') },
          {
            build: rolled('image:2'),
            holds: world => {
              expect(component(world).lastDeploymentConfig).toMatchObject({
                RollingUpdatePolicy: { MaximumBatchSize: { Type: 'COPY_COUNT', Value: 1 }, WaitIntervalInSeconds: 300 },
                AutoRollbackConfiguration: { Alarms: [{ AlarmName: world.sandbox.cloudWatch.alarms[0].name }] },
              });
              expect(serving(world).endpoint.lastDeploymentConfig).toBeUndefined();
              servesNewModel(world);
            },
          },
          {
            build: rolled('image:3'),
            meanwhile: async world => {
              await world.until(() => component(world).status === 'Updating');
              world.sandbox.cloudFormation.cancelUpdate('Chat');
            },
            fails: 'Resource update cancelled',
            holds: servesNewModel,
          },
        ],
      },
      'of several recommendations come, change and go': {
        steps: [
          { build: hosted(LARGE, { acceleratorsPerCopy: 2 }), holds: consists('base') },
          { build: second({ acceleratorsPerCopy: 1 }), holds: consists('base', 'second') },
          {
            build: second({ copyCount: 2, minMemoryPerCopy: Size.gibibytes(16) }),
            holds: world => expect(component(world, 'second')).toMatchObject({
              currentCopyCount: 2, specifications: takes(1, 16384),
            }),
          },
          // There is no room for copies beside those that serve, so the one update fails while the other one is under way.
          { build: second({ minMemoryPerCopy: Size.gibibytes(8) }, 7), fails: 'not enough hardware resources', holds: consists('base', 'second') },
          { build: hosted(LARGE, { acceleratorsPerCopy: 2 }), holds: consists('base') },
        ],
      },
      'of adapters have a prefix, and another one': {
        steps: [
          { build: hosted({ ...LARGE, adapters: ['sql'] }, { adapterNamePrefix: 'a-' }), holds: consists('a-sql', 'base') },
          { build: hosted({ ...LARGE, adapters: ['sql', 'chat'] }, { adapterNamePrefix: 'a-' }), holds: consists('a-chat', 'a-sql', 'base') },
          {
            build: hosted({ ...LARGE, adapters: ['sql', 'chat'] }, { adapterNamePrefix: 'b-' }),
            holds: consists('b-chat', 'b-sql', 'base'),
            sameConfig: true,
          },
          { build: hosted({ ...LARGE, adapters: ['chat'] }, { adapterNamePrefix: 'b-' }), holds: consists('b-chat', 'base') },
          { build: hosted({ ...LARGE, adapters: ['chat'] }, { serveAdapters: false }), holds: consists('base') },
        ],
      },
      'have the copies that are wished for': {
        steps: [
          {
            build: hosted(LARGE, { copyCount: 1, acceleratorsPerCopy: 2, minMemoryPerCopy: Size.gibibytes(64) }),
            holds: world => expect(component(world)).toMatchObject({
              currentCopyCount: 1, specifications: takes(2, 65536),
            }),
          },
          {
            build: hosted(LARGE, { copyCount: 2, acceleratorsPerCopy: 1 }),
            holds: world => expect(component(world)).toMatchObject({
              currentCopyCount: 2, specifications: takes(1),
            }),
          },
          { build: hosted(LARGE, { copyCount: 9, acceleratorsPerCopy: 1 }), fails: 'does not fit on 1 x ml.g6.48xlarge' },
        ],
      },
      'have instances that SageMaker adds and removes': {
        steps: [
          {
            build: managed({ minInstanceCount: 1, maxInstanceCount: 3 }),
            holds: world => {
              expect(variant(world).ManagedInstanceScaling).toEqual({ Status: 'ENABLED', MinInstanceCount: 1, MaxInstanceCount: 3 });
              expect(serving(world).counts).toEqual({ AllTraffic: 1 });
            },
          },
          {
            build: managed({
              minInstanceCount: 1, maxInstanceCount: 4, scaleInStrategy: ScaleInStrategy.CONSOLIDATION, scaleInCooldown: TEN_MINUTES,
            }, 2),
            holds: world => {
              expect(variant(world).ManagedInstanceScaling).toEqual({
                Status: 'ENABLED', MinInstanceCount: 1, MaxInstanceCount: 4, ScaleInPolicy: { Strategy: 'CONSOLIDATION', CooldownInMinutes: 10 },
              });
              expect(component(world).currentCopyCount).toBe(2);
              expect(serving(world).endpoint.fleet.production[0].currentInstanceCount).toBeGreaterThanOrEqual(2);
            },
          },
        ],
      },
      // SageMaker goes back by itself, and the component is InService again.
      'that SageMaker rolled back fail the update': {
        steps: [
          { build: rolled('image:1') },
          {
            build: rolled('image:2'),
            meanwhile: async world => {
              await world.until(() => component(world).status === 'Updating');
              world.sandbox.cloudWatch.setAlarmState(world.sandbox.cloudWatch.alarms[0].name, 'ALARM');
              await world.until(() => component(world).status === 'InService');
              world.sandbox.cloudWatch.setAlarmState(world.sandbox.cloudWatch.alarms[0].name, 'OK');
            },
            fails: 'went off during the deployment',
            holds: servesNewModel,
          },
        ],
      },
    };
  },

  'the instance type': () => {
    const types = ['ml.g6.24xlarge', 'ml.p5.48xlarge', 'ml.g5.12xlarge'] as const;
    const found = (concurrency: number, also?: AppOptions['also']) => app({
      concurrency, job: { instanceTypes: types.map(type => GpuInstanceType.of(type)) }, endpoint: { endpointName: 'chat', initialInstanceCount: 1 }, also,
    });
    const runsOn = (type: string) => (world: World) => {
      expect(variant(world).InstanceType).toBe(type);
      expect(serving(world).endpoint.fleet.production[0].instanceType).toBe(type);
    };
    const failsAfterwards = (stack: Stack) => failing(stack, stack.node.findChild('Endpoint'));
    return {
      'that a job finds moves the endpoint in place, and its rollback moves it back': {
        scenario: {
          recommendation: (request, nth) => ({
            duration: 1_200_000,
            recommendations: defaultRecommendations({ ...request, ComputeSpec: { InstanceTypes: [types[nth - 1]] } }),
          }),
        },
        steps: [
          { build: found(10), holds: runsOn(types[0]) },
          { build: found(20), holds: runsOn(types[1]) },
          { build: found(30, failsAfterwards), fails: 'Failing', holds: runsOn(types[1]) },
          {
            // The job of the update that failed is kept for the next attempt.
            build: found(30),
            holds: world => {
              runsOn(types[2])(world);
              expect(world.count('CreateAIRecommendationJob')).toBe(3);
            },
          },
        ],
      },
    };
  },
};
