import { DescribeInferenceComponentCommand } from '@aws-sdk/client-sagemaker';
import { sagemaker } from './aws/clients';
import type { ServingKind } from './serving-check';

/** An inference component and its model: each is updated by itself, and goes back by itself. */
export const INFERENCE_COMPONENT: ServingKind = {
  noun: 'inference component',
  resource: 'inference-component',
  logs: 'InferenceComponents',
  nameProperty: 'InferenceComponentName',
  content: 'model',
  contentProperty: 'ModelName',
  statusAttribute: 'InferenceComponentStatus',
  look: async name => {
    const component = await sagemaker().send(new DescribeInferenceComponentCommand({ InferenceComponentName: name }));
    return { status: component.InferenceComponentStatus, serves: component.Specification?.ModelName, reason: component.FailureReason };
  },
};
