import { choice, ROLE, wanted } from './fixture';
import { Choice } from '../../../lambda/deployment/choice';
import { endpointConfig } from '../../../lambda/deployment/endpoint-config';
import type { Properties } from '../../../lambda/event';

beforeEach(() => void jest.spyOn(console, 'log').mockImplementation());
afterEach(() => jest.restoreAllMocks());

const config = (choices: Choice[], more: Properties = {}) => endpointConfig('d', wanted(choices.map(() => ({})), more), choices);
const [PLAIN, COPIES] = [choice(), choice({ copyCountPerInstance: 2 })];
const SERVERLESS = choice({ instanceType: undefined, serverless: { MemorySizeInMB: 2048, MaxConcurrency: 5 } });

describe('plain variants', () => {
  test('have the recommended instances, and time for large models', () => {
    expect(config([choice({ instanceCount: 2 })])).toEqual({
      ProductionVariants: [{
        VariantName: 'AllTraffic',
        ModelName: 'd',
        InstanceType: 'ml.g6.24xlarge',
        InitialInstanceCount: 2,
        ModelDataDownloadTimeoutInSeconds: 3600,
        ContainerStartupHealthCheckTimeoutInSeconds: 1200,
      }],
    });
  });

  test('with several copies have the image and the routing that AWS documents for them', () => {
    expect(config([COPIES]).ProductionVariants![0]).toMatchObject({
      InferenceAmiVersion: 'al2-ami-sagemaker-inference-gpu-2', RoutingConfig: { RoutingStrategy: 'LEAST_OUTSTANDING_REQUESTS' },
    });
  });

  test('take what the deployment says, with the types that the API has', () => {
    const reservation = { CapacityReservationPreference: 'capacity-reservations-only', MlReservationArn: 'arn' };
    const options = {
      InstanceType: 'ml.p5.48xlarge',
      InitialInstanceCount: '3',
      ModelDataDownloadTimeoutInSeconds: '60',
      ContainerStartupHealthCheckTimeoutInSeconds: '61',
      InferenceAmiVersion: 'ami',
      RoutingStrategy: 'RANDOM',
    };
    const variant = {
      VariantName: 'blue', InitialVariantWeight: '0.5', VolumeSizeInGB: '100', VariantInstanceProvisionTimeoutInSeconds: '900', CapacityReservationConfig: reservation,
    };
    const endpoint = {
      DataCaptureConfig: { EnableCapture: 'true', InitialSamplingPercentage: '20', DestinationS3Uri: 's3://b/c/', CaptureOptions: [{ CaptureMode: 'Input' }] },
      AsyncInferenceConfig: { ClientConfig: { MaxConcurrentInvocationsPerInstance: '4' }, OutputConfig: { S3OutputPath: 's3://b/o/' } },
      MetricsConfig: { EnableEnhancedMetrics: 'true' },
    };
    expect(config([choice({ copyCountPerInstance: 2 }, { options, variant })], { Endpoint: endpoint })).toEqual({
      ProductionVariants: [{
        VariantName: 'blue',
        ModelName: 'd',
        InitialVariantWeight: 0.5,
        VolumeSizeInGB: 100,
        VariantInstanceProvisionTimeoutInSeconds: 900,
        CapacityReservationConfig: reservation,
        InstanceType: 'ml.p5.48xlarge',
        InitialInstanceCount: 3,
        InferenceAmiVersion: 'ami',
        RoutingConfig: { RoutingStrategy: 'RANDOM' },
        ModelDataDownloadTimeoutInSeconds: 60,
        ContainerStartupHealthCheckTimeoutInSeconds: 61,
      }],
      DataCaptureConfig: { ...endpoint.DataCaptureConfig, EnableCapture: true, InitialSamplingPercentage: 20 },
      AsyncInferenceConfig: { ...endpoint.AsyncInferenceConfig, ClientConfig: { MaxConcurrentInvocationsPerInstance: 4 } },
      MetricsConfig: { EnableEnhancedMetrics: true },
    });
  });

  test('are several, each with its model, and one can be a shadow', () => {
    const named = (VariantName: string, more: Properties = {}) => choice({}, { variant: { VariantName, ...more } });
    expect(config([named('a'), named('b')]).ProductionVariants).toMatchObject([{ VariantName: 'a', ModelName: 'd' }, { VariantName: 'b', ModelName: 'd-2' }]);
    const shadowed = config([named('a'), named('b', { Shadow: 'true' })]);
    expect(shadowed).toMatchObject({ ProductionVariants: [{ VariantName: 'a' }], ShadowProductionVariants: [{ VariantName: 'b', ModelName: 'd-2' }] });
    expect(shadowed.ShadowProductionVariants![0]).not.toHaveProperty('Shadow');
    expect(() => config([named('a'), named('b'), named('c', { Shadow: 'true' })])).toThrow('got 1 beside 2');
    expect(() => config([named('a', { Shadow: 'true' })])).toThrow('got 1 beside 0');
  });

  test('with others that stand by are pools, in the order of the ranking', () => {
    const fallbacks = [{ instanceType: 'ml.g5.48xlarge' }, { instanceType: 'ml.p4d.24xlarge' }];
    const [variant] = config([choice({}, {}, fallbacks)]).ProductionVariants!;
    expect(variant).toMatchObject({
      ModelName: 'd',
      InitialInstanceCount: 1,
      RoutingConfig: { RoutingStrategy: 'LEAST_OUTSTANDING_REQUESTS' },
      InstancePools: [
        { InstanceType: 'ml.g6.24xlarge', Priority: 1 },
        { InstanceType: 'ml.g5.48xlarge', ModelNameOverride: 'd-1b', Priority: 2 },
        { InstanceType: 'ml.p4d.24xlarge', ModelNameOverride: 'd-1c', Priority: 3 },
      ],
    });
    expect(variant).not.toHaveProperty('InstanceType');
  });

  test('have no managed instance scaling', () => {
    expect(() => config([choice({}, { variant: { ManagedInstanceScaling: { Status: 'ENABLED' } } })]))
      .toThrow('variant AllTraffic cannot have managed instance scaling');
  });
});

describe('a serverless recommendation', () => {
  test('takes nothing that has to do with instances, and is alone', () => {
    expect(config([choice(SERVERLESS.candidate, { variant: { VolumeSizeInGB: '5' }, options: { RoutingStrategy: 'RANDOM' } })])).toEqual({
      ProductionVariants: [{ VariantName: 'AllTraffic', ModelName: 'd', ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 5 } }],
    });
    expect(() => config([PLAIN, choice(SERVERLESS.candidate, { variant: { VariantName: 'b' } })])).toThrow('variant b would be serverless');
  });

  test('with an instance type of the deployment runs on instances', () => {
    expect(config([choice(SERVERLESS.candidate, { options: { InstanceType: 'ml.c5.xlarge' } })]).ProductionVariants![0])
      .toMatchObject({ InstanceType: 'ml.c5.xlarge', InitialInstanceCount: 1 });
  });

  test('is no inference component', () => {
    expect(() => config([SERVERLESS], { Hosting: 'InferenceComponents' })).toThrow('the recommendation is a serverless one');
  });
});

describe('inference components', () => {
  test('share one variant without a model, with the role, the network and the isolation of the configuration', () => {
    const network = { SecurityGroupIds: ['sg-1'], Subnets: ['subnet-1'] };
    const scaling = { Status: 'ENABLED', MinInstanceCount: '2', MaxInstanceCount: '4', ScaleInPolicy: { Strategy: 'CONSOLIDATION', MaximumStepSize: '1' } };
    expect(config([choice({ copyCountPerInstance: 2 }, { variant: { ManagedInstanceScaling: scaling } }), PLAIN], {
      Hosting: 'InferenceComponents', Endpoint: { VpcConfig: network, EnableNetworkIsolation: 'true' },
    })).toEqual({
      ProductionVariants: [{
        VariantName: 'AllTraffic',
        InstanceType: 'ml.g6.24xlarge',
        InitialInstanceCount: 2,
        RoutingConfig: { RoutingStrategy: 'LEAST_OUTSTANDING_REQUESTS' },
        ManagedInstanceScaling: { Status: 'ENABLED', MinInstanceCount: 2, MaxInstanceCount: 4, ScaleInPolicy: { Strategy: 'CONSOLIDATION', MaximumStepSize: 1 } },
        ModelDataDownloadTimeoutInSeconds: 3600,
        ContainerStartupHealthCheckTimeoutInSeconds: 1200,
      }],
      ExecutionRoleArn: ROLE,
      VpcConfig: network,
      EnableNetworkIsolation: true,
    });
  });
});

describe('a volume key', () => {
  const on = (InstanceType: string, more: Properties = {}) =>
    config([choice({}, { options: { InstanceType } })], { Endpoint: { KmsKeyId: 'key', ...more } }) as Properties;

  test('is for instances without local storage', () => {
    expect(on('ml.p3.2xlarge')).toMatchObject({ KmsKeyId: 'key' });
    expect(on('ml.p3.2xlarge', { KmsKeyOnLocalStorage: 'LeaveOut' })).toMatchObject({ KmsKeyId: 'key' });
    expect(on('ml.p3.2xlarge', { KmsKeyOnLocalStorage: 'LeaveOut' })).not.toHaveProperty('KmsKeyOnLocalStorage');
  });

  test.each(['g4dn', 'g5', 'g6', 'g6e', 'g7', 'g7e', 'p4d', 'p4de', 'p5', 'p5e', 'p5en', 'p6-b200'])('is refused with the local storage of %s, or left out', family => {
    const type = `ml.${family}.24xlarge`;
    expect(() => on(type)).toThrow(`${type} has local storage`);
    expect(on(type, { KmsKeyOnLocalStorage: 'LeaveOut' })).not.toHaveProperty('KmsKeyId');
  });

  test('looks at all types that may serve', () => {
    expect(() => config([choice({ instanceType: 'ml.p3.2xlarge' }, {}, [{ instanceType: 'ml.g5.xlarge' }])], { Endpoint: { KmsKeyId: 'key' } }))
      .toThrow('ml.g5.xlarge has local storage');
  });
});
