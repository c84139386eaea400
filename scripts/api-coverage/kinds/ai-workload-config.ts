import { because, Coverage, Reason, TAG_MEMBERS } from '../coverage';

const DATASET = 'spec: WorkloadSpec.*(props.dataset: Dataset';
const TEMPLATE = 'spec: WorkloadSpec.*(props.template: RequestTemplate';
const ADDITIONAL = 'spec: WorkloadSpec.*(props.additionalInputs[]: InputChannel';
const CHANNELS = 'spec: WorkloadSpec.*(options.channels[]: InputChannel';

export const AI_WORKLOAD_CONFIG: Coverage = {
  noun: 'AIWorkloadConfig',
  construct: 'AiWorkloadConfig',
  props: 'AiWorkloadConfigProps',
  create: {
    'AIWorkloadConfigName': 'workloadConfigName',
    'DatasetConfig.InputDataConfig[].ChannelName': [DATASET, TEMPLATE, ADDITIONAL, CHANNELS].map(input => `${input}.*(options.channelName)`),
    'DatasetConfig.InputDataConfig[].DataSource.S3DataSource.S3Uri': [DATASET, TEMPLATE, ADDITIONAL, CHANNELS]
      .flatMap(input => [`${input}.fromBucket(prefix)`, `${input}.fromLocal(options.destinationPrefix)`]),
    'AIWorkloadConfigs.WorkloadSpec.Inline': 'spec',
    ...TAG_MEMBERS,
  },
  apart: {
    'AiWorkloadConfigProps.removalPolicy': 'what becomes of the workload configuration when it leaves the stack',
    'LocalUploadOptions.memoryLimit': 'what the upload of local files runs with',
  },
  describe: {
    AIWorkloadConfigName: 'workloadConfigName',
    AIWorkloadConfigArn: 'workloadConfigArn',
    ...because(Reason.USELESS, 'CreationTime'),
  },
  others: {},
};
