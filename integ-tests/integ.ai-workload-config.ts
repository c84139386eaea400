/*
 * Workload configurations: one is made, and replaced when the traffic changes.
 *
 * Budget: nothing. Workload configurations cost nothing, and the functions that make them next to nothing. It takes some minutes.
 */
import { App } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { CHAT_MODEL } from './support/settings';
import { integTest, TestStack, TestStackProps } from './support/test';
import { AiWorkloadConfig, WorkloadSpec } from 'cdk-sagemaker-inference';

class WorkloadStack extends TestStack {
  public readonly workloadConfig: AiWorkloadConfig;

  constructor(scope: Construct, id: string, props: TestStackProps) {
    super(scope, id, props);
    this.workloadConfig = new AiWorkloadConfig(this, 'Workload', {
      spec: WorkloadSpec.synthetic({
        inputTokens: { mean: 64, stddev: 8 },
        outputTokens: { mean: 32 },
        concurrency: props.version === 'first' ? 1 : 2,
        requestCount: 20,
        tokenizer: CHAT_MODEL.id,
      }),
    });
  }
}

const app = new App({ treeMetadata: false });
const { stack, checks } = integTest(app, {
  stackName: 'IntegAiWorkloadConfig',
  budget: [],
  kept: [],
  build: (...args) => new WorkloadStack(...args),
});
const { workloadConfigName, workloadConfigArn } = stack.workloadConfig;

const spec = 'AIWorkloadConfigs.WorkloadSpec.Inline';
checks.sagemaker('DescribeAIWorkloadConfig', { AIWorkloadConfigName: workloadConfigName }, {
  [`${spec}.benchmark.type`]: 'aiperf',
  [`${spec}.parameters.concurrency`]: 2,
  [`${spec}.parameters.request_count`]: 20,
  [`${spec}.parameters.tokenizer`]: CHAT_MODEL.id,
});
checks.tags(workloadConfigArn, { 'version': 'second', 'integ-test': stack.stackName });

app.synth();
