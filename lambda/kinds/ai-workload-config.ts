import {
  CreateAIWorkloadConfigCommand, DeleteAIWorkloadConfigCommand, DescribeAIWorkloadConfigCommand, ListAIWorkloadConfigsCommand,
} from '@aws-sdk/client-sagemaker';
import { call } from '../aws/calls';
import type { Kind } from '../kind';

export const AI_WORKLOAD_CONFIG: Kind = {
  type: 'AIWorkloadConfig',
  title: 'AI workload configuration',
  arnType: 'ai-workload-config',
  nameMember: 'AIWorkloadConfigName',
  arnMember: 'AIWorkloadConfigArn',
  listMember: 'AIWorkloadConfigs',
  maxNameLength: 63,
  // DeleteAIWorkloadConfig lowercases the name that it is given: one with a capital could never be deleted.
  lowercase: true,
  create: call(CreateAIWorkloadConfigCommand),
  list: call(ListAIWorkloadConfigsCommand),
  describe: call(DescribeAIWorkloadConfigCommand),
  delete: call(DeleteAIWorkloadConfigCommand),
};
