import { CfnOutput } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { DeployRecommendation } from '../deploy-recommendation';

/** What a user wants to know of an endpoint when it is deployed. */
export function addOutputs(endpoint: DeployRecommendation): void {
  if (endpoint.node.tryFindChild('Outputs')) {
    throw new Error(`addOutputs of ${endpoint.node.path} was called before: the outputs are there`);
  }
  const scope = new Construct(endpoint, 'Outputs');
  const output = (id: string, value: string, description: string) => new CfnOutput(scope, id, { value, description });
  output('EndpointName', endpoint.endpointName, 'Name of the endpoint');
  output('VariantName', endpoint.variantName, 'Name of its production variant');
  if (endpoint.inferenceComponent) {
    output('InferenceComponentName', endpoint.inferenceComponent.inferenceComponentName, 'Name of the inference component that requests have to give');
  }
  output('InstanceType', endpoint.instanceType, 'Instance type that it runs on');
  output('InstanceCount', endpoint.instanceCount, 'Number of instances that it starts with');
  output('InferenceSpecificationName', endpoint.inferenceSpecificationName, 'The recommendation that is served, by its inference specification');
  output('Rank', endpoint.rank, 'Place of that recommendation in the ranking of the job');
  output('ExpectedPerformance', endpoint.expectedPerformance, 'What the job measured of it, as JSON');
  output('SelectionWarning', endpoint.selectionWarning, 'What to know about how it was selected');
}
