import type { StackResourceSummary } from '@aws-sdk/client-cloudformation';
import type { Aws } from './aws/aws';
import { Kind } from '../lambda/kind';
import { KINDS } from '../lambda/kinds';

/** A resource of a stack or of one nested in it. */
export interface StackResource extends StackResourceSummary {
  /** Logical ids of the nested stacks that it is in, and its own. */
  readonly path: readonly string[];
}

/** All resources of a stack and of those nested in it, in the order of their logical ids. */
export async function stackResources(aws: Aws, stack: string, within: readonly string[] = []): Promise<StackResource[]> {
  const { paginateListStackResources } = await import('@aws-sdk/client-cloudformation');
  const found: StackResource[] = [];
  for await (const page of paginateListStackResources({ client: await aws.cloudFormation() }, { StackName: stack })) {
    for (const resource of page.StackResourceSummaries ?? []) {
      const path = [...within, resource.LogicalResourceId!];
      found.push({ ...resource, path });
      if (resource.ResourceType === 'AWS::CloudFormation::Stack' && resource.PhysicalResourceId && resource.ResourceStatus !== 'DELETE_COMPLETE') {
        found.push(...await stackResources(aws, resource.PhysicalResourceId, path));
      }
    }
  }
  return found;
}

/** The kind of job or workload configuration that a resource of this type stands for. */
export function kindOfResource(type: string | undefined): Kind | undefined {
  return KINDS.get(type?.replace(/^Custom::SageMaker/, '') ?? '');
}
