import {
  CreateAIWorkloadConfigCommand, CreateAIWorkloadConfigCommandInput, DeleteAIWorkloadConfigCommand, DeleteAIWorkloadConfigCommandInput,
  DescribeAIWorkloadConfigCommand, DescribeAIWorkloadConfigCommandInput,
  ListAIWorkloadConfigsCommand, ListAIWorkloadConfigsCommandInput,
} from '@aws-sdk/client-sagemaker';
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
  create: (client, input) => client.send(new CreateAIWorkloadConfigCommand(input as unknown as CreateAIWorkloadConfigCommandInput)),
  list: (client, input) => client.send(new ListAIWorkloadConfigsCommand(input as unknown as ListAIWorkloadConfigsCommandInput)),
  describe: (client, input) => client.send(new DescribeAIWorkloadConfigCommand(input as unknown as DescribeAIWorkloadConfigCommandInput)),
  delete: (client, input) => client.send(new DeleteAIWorkloadConfigCommand(input as unknown as DeleteAIWorkloadConfigCommandInput)),
};
