import { Authorization } from '../service';
import { isAdapter } from './component-specification';
import { EndpointConfig } from './endpoint-configs';
import { pullsOf, writesOf } from './execution-roles';
import type { InferenceComponent } from './inference-components';
import { Models } from './models';
import { keyNeeds, networkNeeds, objectReadsOf } from './role-needs';
import { InferenceComponentSpecification as Specification } from './types';
import { Fleet, modelOf, variantsOf } from './variants';
import { World } from './world';

/**
 * Why a role cannot bring the models of a fleet up, do what its endpoint does beside that, or look at the alarms of its deployment. In an account an
 * endpoint that may not write what it captures serves all the same, without a word: here it does not come up.
 */
export function fleetRefusal(fleet: Fleet, alarms: string[], { request }: EndpointConfig, models: Models, world: World): string | undefined {
  const needs = [...writingNeeds(fleet, request.AsyncInferenceConfig), ...alarmNeeds(alarms, world)];
  const hosted = variantsOf(fleet).map(modelOf);
  // A model that has been deleted by now is none of the service's concern.
  const refusals = hosted.flatMap(name => name !== undefined && models.all.has(name) ? [models.roleRefusal(name, needs)] : []);
  const own = hosted.includes(undefined)
    ? world.roles.refusal(request.ExecutionRoleArn!, [...networkNeeds(request.VpcConfig, world), ...needs]) : undefined;
  return [own, ...refusals].find(refusal => refusal !== undefined);
}

/** Why the role of the endpoint configuration cannot bring a component up. */
export function componentRefusal(
  component: InferenceComponent, specifications: Specification[], alarms: string[], { request }: EndpointConfig, models: Models, world: World,
): string | undefined {
  return world.roles.refusal(request.ExecutionRoleArn!, [
    ...specifications.flatMap(({ ModelName, Container }) => [
      ...ModelName && models.all.has(ModelName) ? models.needsOf(ModelName) : [],
      ...objectReadsOf(Container?.ArtifactUrl ?? ''),
      ...pullsOf(Container?.Image ?? ''),
    ]),
    ...isAdapter(component.specifications) ? [] : networkNeeds(request.VpcConfig, world),
    ...alarmNeeds(alarms, world),
  ]);
}

function writingNeeds({ dataCapture }: Fleet, asynchronous: EndpointConfig['request']['AsyncInferenceConfig']): Authorization[] {
  const { S3OutputPath, S3FailurePath, KmsKeyId, NotificationConfig } = asynchronous?.OutputConfig ?? {};
  return [
    ...dataCapture?.EnableCapture ? [...writesOf(dataCapture.DestinationS3Uri!), ...keyNeeds(dataCapture.KmsKeyId, 'GenerateDataKey')] : [],
    ...[S3OutputPath, S3FailurePath].flatMap(path => path ? writesOf(path) : []),
    ...keyNeeds(KmsKeyId, 'GenerateDataKey'),
    ...[NotificationConfig?.SuccessTopic, NotificationConfig?.ErrorTopic].flatMap(topic => topic ? [{ action: 'sns:Publish', resource: topic }] : []),
  ];
}

/** As documented, the execution role looks at the alarms. */
function alarmNeeds(alarms: string[], { account, region }: World): Authorization[] {
  return alarms.map(name => ({ action: 'cloudwatch:DescribeAlarms', resource: `arn:aws:cloudwatch:${region}:${account}:alarm:${name}` }));
}
