import type { Candidate } from '../../../lambda/candidate';
import type { Choice } from '../../../lambda/deployment/choice';
import type { Live } from '../../../lambda/deployment/live';
import { Wanted, WantedModel, wantedOf } from '../../../lambda/deployment/properties';
import type { PlannedEvent, Properties } from '../../../lambda/event';

export const ROLE = 'arn:aws:iam::111122223333:role/serving';

export function event(ResourceProperties: Properties, id = 'chat-0123456789abcdef'): PlannedEvent<{ started: number; deadline: number }> {
  return {
    RequestType: 'Create',
    RequestId: '6a0ae1a0-73b7-4a56-8e0e-2c27c5a3a1de',
    StackId: 'arn:aws:cloudformation:us-west-2:111122223333:stack/Chat/5b918d10-cd98-11ea-90d5-0a9cd3354c10',
    ResourceType: 'Custom::SageMakerRecommendationDeployment',
    LogicalResourceId: 'EndpointDeploymentC4E1FB8B',
    PhysicalResourceId: id,
    Plan: { started: 0, deadline: 0 },
    ResourceProperties,
  };
}

/** Properties of a deployment of so many models, as CloudFormation hands them over. */
export function properties(models: Properties[] = [{}], more: Properties = {}): Properties {
  return {
    EndpointName: 'chat',
    ExecutionRoleArn: ROLE,
    Models: models.map(model => ({ Source: { JobType: 'AIRecommendationJob', JobName: 'rec' }, ...model })),
    ...more,
  };
}

export function wanted(models?: Properties[], more?: Properties): Wanted {
  return wantedOf(event(properties(models, more)));
}

export function candidate(more: Partial<Candidate> = {}): Candidate {
  return {
    rank: 1,
    inferenceSpecificationName: 'spec',
    instanceType: 'ml.g6.24xlarge',
    instanceCount: 1,
    copyCountPerInstance: 1,
    image: 'image',
    channels: [],
    environment: {},
    recommendedEnvironment: {},
    performance: [],
    adapters: [],
    ...more,
  };
}

export function choice(chosen: Partial<Candidate> = {}, model: Partial<WantedModel> = {}, fallbacks: Partial<Candidate>[] = []): Choice {
  const each = candidate(chosen);
  const given = model.options?.InstanceType as string | undefined;
  return {
    wanted: { source: {}, selection: {}, fallback: fallbacks.length, options: {}, variant: {}, component: {}, model: {}, approval: {}, ...model },
    candidate: each,
    fallbacks: fallbacks.map(candidate),
    instanceType: given ?? (each.serverless ? undefined : each.instanceType),
  };
}

/** An endpoint that serves these variants, with the number of instances that each has been scaled to. */
export function live(ProductionVariants: object[], counts: Record<string, number> = {}, facts: Live['facts'] = {}): Live {
  return { configName: 'before-0123456789abcdef', config: { ProductionVariants } as Live['config'], facts, counts: new Map(Object.entries(counts)) };
}
