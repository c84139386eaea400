import { Duration, Size, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Features, judge, model, packageArn, packaged, packageOnly, registerPackages, slowestFirst, variant } from './feature';
import {
  AddVariantOptions, AsyncInference, AsyncNotification, CapacityReservationPreference, DataCapture, DeployRecommendationProps,
  InferenceAmiVersion, JobOutput, ModelApproval, PerformanceLimit, PerformanceMetric, RecommendationSelector, RoutingStrategy, Stat, VolumeEncryption,
} from '../../../src';
import type { World } from '../harness';
import { endpoint, made, NOTHING, pinned, serving } from '../hosting';

const [G5, G6, P3, P5] = ['ml.g5.12xlarge', 'ml.g6.24xlarge', 'ml.p3.8xlarge', 'ml.p5.48xlarge'];
const ONE = pinned({});
const THREE = pinned({}, { instanceType: G5, image: 'image:2' }, { instanceType: P5, image: 'image:3' });
const MEASURED = slowestFirst(G5, G6, P5);
const { TIME_TO_FIRST_TOKEN, OUTPUT_TOKEN_THROUGHPUT, REQUEST_LATENCY } = PerformanceMetric;

const on = (props: Partial<DeployRecommendationProps> = {}) => endpoint({ recommendation: ONE, ...props });
/** For props that are made in the stack. */
const inStack = (props: (stack: Stack) => Partial<DeployRecommendationProps>) => (stack: Stack) => on(props(stack))(stack);
const select = (selector: RecommendationSelector) => on({ recommendation: MEASURED, selector });
const runsOn = (type: string) => (world: World) => expect(variant(world).InstanceType).toBe(type);
const served = (version: number) => (world: World) => expect(model(world).PrimaryContainer!.ModelPackageName).toBe(packageArn(version));
const has = (members: object) => (world: World) => expect(variant(world)).toMatchObject(members);
const configHas = (members: object) => (world: World) => expect(serving(world).config).toMatchObject(members);
const configLacks = (member: string) => (world: World) => expect(serving(world).config).not.toHaveProperty(member);

/** What an endpoint serves, and how it is made. */
export const SERVING: Record<string, () => Features> = {
  'the choice': () => {
    return {
      'of the lowest figure, and then of the best within a limit': {
        steps: [
          { build: select(RecommendationSelector.lowest(TIME_TO_FIRST_TOKEN, Stat.P90)), holds: runsOn(P5) },
          { build: select(RecommendationSelector.best().require(PerformanceLimit.p90(TIME_TO_FIRST_TOKEN).atMost(500))), holds: runsOn(G6) },
          {
            build: select(RecommendationSelector.best().require(PerformanceLimit.of(OUTPUT_TOKEN_THROUGHPUT).atLeast(1e6))),
            fails: 'OutputTokenThroughput',
            holds: runsOn(G6),
          },
        ],
      },
      'of the highest figure, and of that within a limit': {
        steps: [
          { build: select(RecommendationSelector.highest(OUTPUT_TOKEN_THROUGHPUT)), holds: runsOn(P5) },
          {
            build: select(RecommendationSelector.highest(REQUEST_LATENCY, Stat.P50).require(PerformanceLimit.p90(TIME_TO_FIRST_TOKEN).atMost(500))),
            holds: runsOn(G6),
          },
        ],
      },
    };
  },

  'variants': () => {
    const weights = (world: World) => Object.fromEntries(
      serving(world).endpoint.fleet.production.map(({ name, currentWeight }) => [name, currentWeight]));
    const weighted = (initialVariantWeight: number, props: Partial<AddVariantOptions> = {}) => endpoint(
      { recommendation: ONE, initialVariantWeight: 2 },
      (_, chat) => chat.addVariant('Second', { recommendation: THREE, variantName: 'second', initialVariantWeight, ...props }));
    const shadowed = (props: Partial<AddVariantOptions> = {}) => endpoint({ recommendation: ONE },
      (_, chat) => chat.addShadowVariant('Shadow', { recommendation: THREE, variantName: 'shadow', ...props }));

    return {
      'a weighted one is added, gets another weight, and goes': {
        steps: [
          { build: on({ initialVariantWeight: 2 }), holds: world => expect(weights(world)).toEqual({ AllTraffic: 2 }) },
          { build: weighted(1), holds: world => expect(weights(world)).toEqual({ AllTraffic: 2, second: 1 }) },
          { build: weighted(3), holds: world => expect(weights(world)).toEqual({ AllTraffic: 2, second: 3 }) },
          {
            // What somebody weighed by hand is not kept by the next update.
            given: async world => {
              await world.byHand('UpdateEndpointWeightsAndCapacities', {
                EndpointName: 'chat', DesiredWeightsAndCapacities: [{ VariantName: 'second', DesiredWeight: 0 }],
              });
              await world.pass(600_000);
              expect(weights(world)).toEqual({ AllTraffic: 2, second: 0 });
            },
            build: weighted(3, { containerStartupHealthCheckTimeout: Duration.minutes(30) }),
            holds: world => expect(weights(world)).toEqual({ AllTraffic: 2, second: 3 }),
          },
          { build: on({ initialVariantWeight: 2 }), holds: world => expect(weights(world)).toEqual({ AllTraffic: 2 }) },
        ],
      },
      'a shadow is added, gets another weight, and goes': {
        steps: [
          { build: on(), holds: configLacks('ShadowProductionVariants') },
          { build: shadowed(), holds: configHas({ ShadowProductionVariants: [{ VariantName: 'shadow', InstanceType: G6 }] }) },
          {
            build: shadowed({ initialVariantWeight: 0.5, selector: RecommendationSelector.byRank(2) }),
            holds: configHas({ ShadowProductionVariants: [{ VariantName: 'shadow', InstanceType: G5, InitialVariantWeight: 0.5 }] }),
          },
          { build: on(), holds: configLacks('ShadowProductionVariants') },
        ],
      },
    };
  },

  'capacity': () => {
    const pools = (...types: string[]) => types.map((InstanceType, index) => ({ InstanceType, Priority: index + 1 }));
    const fleetOn = (type: string) => (world: World) => expect(serving(world).endpoint.fleet.production[0].instanceType).toBe(type);
    const plan = (name: string) => `arn:aws:sagemaker:us-west-2:111122223333:training-plan/${name}`;
    const reserved = (name: string, preference?: CapacityReservationPreference) => on({
      capacityReservation: { reservationArns: [plan(name)], preference },
    });
    let scarce = true;

    return {
      'what stands by is not used while there is capacity, and how long to look for it can be said': {
        steps: [
          {
            build: on({ recommendation: THREE, fallbackCount: 1 }),
            holds: world => {
              expect(variant(world)).toMatchObject({ InstancePools: pools(G6, G5) });
              fleetOn(G6)(world);
              expect(made(world).models).toHaveLength(2);
            },
          },
          {
            build: on({ recommendation: THREE, fallbackCount: 2, instanceProvisionTimeout: Duration.minutes(10) }),
            holds: world => {
              expect(variant(world)).toMatchObject({ InstancePools: pools(G6, G5, P5), VariantInstanceProvisionTimeoutInSeconds: 600 });
              fleetOn(G6)(world);
              expect(made(world).models).toHaveLength(3);
            },
          },
          { build: on({ recommendation: THREE }), holds: runsOn(G6) },
        ],
      },
      'what stands by serves while there is none, and the best again when there is': {
        scenario: { capacity: type => !scarce || type !== G6 },
        steps: [
          { build: on({ recommendation: THREE, fallbackCount: 1 }), holds: fleetOn(G5) },
          { build: on({ recommendation: THREE, fallbackCount: 2 }), holds: fleetOn(G5) },
          { build: on({ recommendation: THREE }), fails: 'InsufficientInstanceCapacity', holds: fleetOn(G5) },
          { given: () => { scarce = false; }, build: on({ recommendation: THREE, fallbackCount: 1 }), holds: fleetOn(G6) },
        ],
      },
      'that is reserved is used, exchanged, and given back': {
        steps: [
          { build: reserved('one'), holds: has({ CapacityReservationConfig: { MlReservationArn: plan('one') } }) },
          {
            build: reserved('two', CapacityReservationPreference.CAPACITY_RESERVATIONS_ONLY),
            holds: has({ CapacityReservationConfig: { MlReservationArn: plan('two'), CapacityReservationPreference: 'capacity-reservations-only' } }),
          },
          { build: on(), holds: world => expect(variant(world)).not.toHaveProperty('CapacityReservationConfig') },
        ],
      },
    };
  },

  'instances': () => {
    const several = pinned({ copies: 2, tensorParallelSize: 2 });
    /** On instances without disks of their own. */
    const OLD = { recommendation: pinned({ instanceType: P3 }) };
    const key = (stack: Stack) => kms.Key.fromKeyArn(stack, 'Key', KEY);
    const KEY = 'arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

    return {
      'with another machine image and another way of routing': {
        steps: [
          {
            build: on({ recommendation: several, inferenceAmiVersion: InferenceAmiVersion.AL2023_GPU_4_1, routingStrategy: RoutingStrategy.RANDOM }),
            holds: has({ InferenceAmiVersion: 'al2023-ami-sagemaker-inference-gpu-4-1', RoutingConfig: { RoutingStrategy: 'RANDOM' } }),
          },
          {
            build: on({ recommendation: several }),
            holds: has({ InferenceAmiVersion: 'al2-ami-sagemaker-inference-gpu-2', RoutingConfig: { RoutingStrategy: 'LEAST_OUTSTANDING_REQUESTS' } }),
          },
        ],
      },
      'with volumes that are encrypted where there are any': {
        steps: [
          {
            build: inStack(stack => ({ ...OLD, volumeEncryption: VolumeEncryption.withKey(key(stack)), volumeSize: Size.gibibytes(100) })),
            holds: world => {
              configHas({ KmsKeyId: KEY })(world);
              has({ VolumeSizeInGB: 100 })(world);
            },
          },
          {
            build: inStack(stack => ({ ...OLD, volumeEncryption: VolumeEncryption.withKeyUnlessLocalStorage(key(stack)) })),
            holds: configHas({ KmsKeyId: KEY }),
          },
          { build: inStack(stack => ({ volumeEncryption: VolumeEncryption.withKeyUnlessLocalStorage(key(stack)) })), holds: configLacks('KmsKeyId') },
          { build: inStack(stack => ({ volumeEncryption: VolumeEncryption.withKey(key(stack)) })), fails: 'has local storage' },
        ],
      },
      'with metrics of their own': {
        steps: [
          { build: on(), holds: configLacks('MetricsConfig') },
          { build: on({ enhancedMetrics: true }), holds: configHas({ MetricsConfig: { EnableEnhancedMetrics: true } }) },
        ],
      },
    };
  },

  'the network': () => {
    const vpc = (stack: Stack) => ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-0123456789abcdef0', availabilityZones: ['us-west-2a', 'us-west-2b'], privateSubnetIds: ['subnet-0a', 'subnet-0b'],
    });

    return {
      'of a VPC, without any, and as it is by default': {
        steps: [
          {
            build: inStack(stack => ({ vpc: vpc(stack) })),
            holds: world => expect(model(world).VpcConfig).toEqual({ Subnets: ['subnet-0a', 'subnet-0b'], SecurityGroupIds: [expect.stringMatching(/^sg-/)] }),
          },
          {
            build: inStack(stack => ({
              vpc: vpc(stack),
              vpcSubnets: { availabilityZones: ['us-west-2b'] },
              securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-0123')],
              enableNetworkIsolation: true,
            })),
            holds: world => expect(model(world)).toMatchObject({
              VpcConfig: { Subnets: ['subnet-0b'], SecurityGroupIds: ['sg-0123'] }, EnableNetworkIsolation: true,
            }),
          },
          {
            build: on(),
            holds: world => {
              expect(model(world)).not.toHaveProperty('VpcConfig');
              expect(model(world).EnableNetworkIsolation ?? false).toBe(false);
            },
          },
        ],
      },
    };
  },

  'data capture': () => {
    const capture = (props: Partial<DataCapture> = {}) => on({ dataCapture: { destination: JobOutput.toS3Uri('s3://captured/chat/'), ...props } });
    const captured = (world: World) => serving(world).endpoint.fleet.dataCapture;

    return {
      'begins, changes, is not what somebody made of it by hand, and ends': {
        steps: [
          { build: on(), holds: world => expect(captured(world)).toBeUndefined() },
          {
            build: capture(),
            holds: world => expect(captured(world)).toMatchObject({
              EnableCapture: true, InitialSamplingPercentage: 100, DestinationS3Uri: expect.stringMatching('^s3://captured/chat/?$'),
            }),
          },
          {
            given: async world => {
              const { endpoint: { configName }, config } = serving(world);
              const DataCaptureConfig = { ...config.DataCaptureConfig, InitialSamplingPercentage: 7 };
              await world.byHand('CreateEndpointConfig', { ...config, EndpointConfigName: 'by-hand', Tags: undefined, DataCaptureConfig });
              await world.byHand('UpdateEndpoint', { EndpointName: 'chat', EndpointConfigName: 'by-hand' });
              await world.pass(1_200_000);
              expect(captured(world)).toMatchObject({ InitialSamplingPercentage: 7 });
              // Back to the stack's own configuration, whose percentage RetainAllVariantProperties does not bring back.
              await world.byHand('UpdateEndpoint', { EndpointName: 'chat', EndpointConfigName: configName, RetainAllVariantProperties: true });
              await world.pass(1_200_000);
              await world.byHand('DeleteEndpointConfig', { EndpointConfigName: 'by-hand' });
              expect(captured(world)).toMatchObject({ InitialSamplingPercentage: 7 });
            },
            build: capture({ samplingPercentage: 20 }),
            holds: world => expect(captured(world)).toMatchObject({ EnableCapture: true, InitialSamplingPercentage: 20 }),
          },
          { build: on(), holds: world => expect(captured(world)).toBeUndefined() },
        ],
      },
    };
  },

  'asynchronous inference': () => {
    const asynchronous = (props: Partial<AsyncInference> = {}) => inStack(stack => ({
      asyncInference: {
        output: JobOutput.toS3Uri('s3://answers/chat/'),
        successTopic: new sns.Topic(stack, 'Success'),
        includeInferenceResponseIn: [AsyncNotification.SUCCESS],
        ...props,
      },
    }));

    return {
      'with notifications, and then with a limit and a place for failures': {
        steps: [
          {
            build: asynchronous(),
            holds: configHas({
              AsyncInferenceConfig: {
                OutputConfig: {
                  S3OutputPath: expect.stringMatching('^s3://answers/chat/?$'),
                  NotificationConfig: { SuccessTopic: expect.stringMatching(/^arn:aws:sns:/), IncludeInferenceResponseIn: ['SUCCESS_NOTIFICATION_TOPIC'] },
                },
              },
            }),
          },
          {
            build: asynchronous({ maxConcurrentInvocationsPerInstance: 4, failureOutput: JobOutput.toS3Uri('s3://answers/failures/') }),
            holds: configHas({
              AsyncInferenceConfig: {
                ClientConfig: { MaxConcurrentInvocationsPerInstance: 4 }, OutputConfig: { S3FailurePath: expect.stringMatching('^s3://answers/failures/?$') },
              },
            }),
          },
        ],
      },
    };
  },

  'a licence': () => {
    const approved = async (world: World, version: number) => {
      await registerPackages(world, version);
      await judge(world, version, 'Approved');
    };
    const accepted = (world: World) => model(world).PrimaryContainer!.AdditionalModelDataSources!
      .map(({ S3DataSource }) => S3DataSource!.ModelAccessConfig?.AcceptEula);

    return {
      'is accepted for each source of files': {
        steps: [
          { build: on(), holds: world => expect(accepted(world)).toEqual([undefined]) },
          { build: on({ acceptEula: true }), holds: world => expect(accepted(world)).toEqual([true]) },
        ],
      },
      'is accepted without the model package': {
        steps: [
          { given: world => approved(world, 1), build: on({ recommendation: packaged(1) }), holds: served(1) },
          {
            build: on({ recommendation: packaged(1), acceptEula: true }),
            holds: world => {
              expect(model(world).PrimaryContainer).not.toHaveProperty('ModelPackageName');
              expect(accepted(world)).toEqual([true, true]);
            },
          },
          {
            build: on({ recommendation: packageOnly(1), acceptEula: true }),
            fails: 'it has no image, so that it can only be deployed by its model package',
            holds: world => expect(world.count('CreateModel')).toBe(2),
          },
        ],
      },
    };
  },

  'approval': () => {
    const deployed = (version: number, approval?: ModelApproval) => on({ recommendation: packaged(version), approval });
    return {
      'that is required is waited for by refusal, given with a reason, and never over a rejection': {
        steps: [
          {
            given: async world => {
              await registerPackages(world, 3);
              const refused = await world.deploy(deployed(1, ModelApproval.required()));
              expect(refused.status).toBe('ROLLBACK_COMPLETE');
              expect(world.failures(refused).join()).toContain(`model package ${packageArn(1)} is PendingManualApproval, and only approved ones are deployed`);
              expect(world.count('CreateModel')).toBe(0);
              await world.destroy();
              expect(made(world)).toEqual(NOTHING);
              await judge(world, 1, 'Approved');
            },
            build: deployed(1, ModelApproval.required()),
            holds: served(1),
          },
          { build: deployed(2, ModelApproval.required()), fails: 'is PendingManualApproval', holds: served(1) },
          { build: deployed(2), fails: 'is PendingManualApproval', holds: served(1) },
          {
            build: deployed(2, ModelApproval.approve('it passed our evaluation')),
            holds: async world => {
              served(2)(world);
              expect(await world.byHand('DescribeModelPackage', { ModelPackageName: packageArn(2) })).toMatchObject({
                ModelApprovalStatus: 'Approved', ApprovalDescription: 'it passed our evaluation',
              });
            },
          },
          {
            given: world => judge(world, 3, 'Rejected'),
            build: deployed(3, ModelApproval.approve()),
            fails: `${packageArn(3)} was rejected, so it is not deployed`,
            holds: served(2),
          },
        ],
      },
    };
  },
};
