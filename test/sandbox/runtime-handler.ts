// A custom resource's handler as a library would write it, for the tests of the sandbox's runtime: onEvent names a job,
// isComplete creates it and waits for it. The tests bundle it, as the CDK would, and run it below the provider framework.

import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateModelCommand, DescribeModelCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';

const sagemaker = new SageMakerClient({});
const cloudFormation = new CloudFormationClient({});
const coldStart = Date.now();

export async function onEvent(event: any) {
  console.log(`onEvent ${event.RequestType}`);
  if (event.ResourceProperties.Refuse) {
    throw new Error('this resource is refused');
  }
  return { PhysicalResourceId: event.PhysicalResourceId ?? `model-${event.ResourceProperties.Name}`, StartedAt: Date.now() };
}

export async function isComplete(event: any) {
  if (event.RequestType === 'Delete') {
    return { IsComplete: true };
  }
  const { Rest, AskStack, CrashAfter } = event.ResourceProperties;
  const name = event.PhysicalResourceId;
  if (Rest) {
    await new Promise(resolve => setTimeout(resolve, Number(Rest)));
  }
  if (!await find(name)) {
    await sagemaker.send(new CreateModelCommand({ ModelName: name }));
  }
  const minutes = (Date.now() - event.StartedAt) / 60_000;
  if (CrashAfter && minutes >= Number(CrashAfter)) {
    throw new Error(`the job ${name} failed`);
  }
  if (minutes < Number(event.ResourceProperties.Minutes)) {
    return { IsComplete: false };
  }
  return {
    IsComplete: true,
    Data: {
      Minutes: String(minutes),
      ProcessAge: String((Date.now() - coldStart) / 60_000),
      Now: new Date().toISOString(),
      Stack: AskStack && await describeStack(AskStack),
    },
  };
}

async function find(name: string): Promise<string | undefined> {
  try {
    return (await sagemaker.send(new DescribeModelCommand({ ModelName: name }))).ModelArn;
  } catch (error: any) {
    if (error.name === 'ValidationException') {
      return undefined;
    }
    throw error;
  }
}

async function describeStack(name: string): Promise<string> {
  try {
    const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
    return `${stack.StackStatus} ${stack.Tags?.[0].Value} ${stack.CreationTime?.toISOString()}`;
  } catch (error: any) {
    return `${error.name}: ${error.message}`;
  }
}
