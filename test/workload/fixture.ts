import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AiWorkloadConfig, AiWorkloadConfigProps, WorkloadSpec } from '../../src/workload';

export const TYPE = 'Custom::SageMakerAIWorkloadConfig';

export function testStack(): Stack {
  return new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'us-west-2' } });
}

/** The one resource of the type that the template must hold. */
export function only(stack: Stack, type: string): any {
  const found = Object.values(Template.fromStack(stack).findResources(type));
  expect(found).toHaveLength(1);
  return found[0];
}

/** The Create request of a workload configuration with the spec. */
export function requestOf(spec: WorkloadSpec, stack = testStack()): any {
  new AiWorkloadConfig(stack, 'Chat', { spec });
  return only(stack, TYPE).Properties.Request;
}

/** The inline document of a spec without tokens, as the service gets it. */
export function inlineOf(spec: WorkloadSpec): string {
  return requestOf(spec).AIWorkloadConfigs.WorkloadSpec.Inline;
}

/** The parameters of a spec without tokens. */
export function parametersOf(spec: WorkloadSpec): Record<string, unknown> {
  return JSON.parse(inlineOf(spec)).parameters;
}

/** What a workload configuration throws. */
export function errorOf(props: AiWorkloadConfigProps, stack = testStack()): string {
  try {
    new AiWorkloadConfig(stack, 'Chat', props);
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
}

/** The stable ids of the warnings that a spec makes. */
export function warningsOf(spec: WorkloadSpec): string[] {
  const stack = testStack();
  new AiWorkloadConfig(stack, 'Chat', { spec });
  return Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => /\[ack: (.*)\]/.exec(String(entry.data))?.[1] ?? '');
}
