import { VirtualClock } from '../../sandbox/clock';
import { SageMaker, SageMakerOptions, Scenario } from '../../sandbox/sagemaker';
import { REQUEST } from '../../sandbox/sagemaker/fixtures';

export const ROLE = 'arn:aws:iam::111122223333:role/recommendation';
export const JOB = 'rec-job-example';
export const WORKLOAD = 'rec-wl-example';
export const ARN = 'arn:aws:sagemaker:us-west-2:111122223333';
export const SPEC = {
  benchmark: { type: 'aiperf' },
  parameters: { prompt_input_tokens_mean: 550, output_tokens_mean: 150, concurrency: 10, request_count: 1000, tokenizer: 'openai/gpt-oss-20b' },
  tooling: { api_standard: 'openai' },
};

/** A stand-in on a clock of its own; `call` is a person's call in the console, `pass` lets virtual time pass. */
export function setUp(scenario?: Scenario, options: Partial<SageMakerOptions> = {}) {
  const clock = new VirtualClock();
  const sagemaker = new SageMaker(clock, { account: '111122223333', region: 'us-west-2', ...options }, scenario);
  const call = (operation: string, input: Record<string, any>): Promise<any> => sagemaker.console(operation, input);
  return {
    clock,
    sagemaker,
    call,
    pass: (milliseconds: number) => clock.run(clock.sleep(milliseconds)),
    createWorkload: (input: Record<string, any> = {}) => call('CreateAIWorkloadConfig', {
      AIWorkloadConfigName: WORKLOAD, AIWorkloadConfigs: { WorkloadSpec: { Inline: JSON.stringify(SPEC) } }, ...input,
    }),
    createJob: (input: Record<string, any> = {}) => call('CreateAIRecommendationJob', { ...REQUEST, ...input }),
    describeJob: (name = JOB) => call('DescribeAIRecommendationJob', { AIRecommendationJobName: name }),
  };
}
