import { AddTagsCommand, DeleteTagsCommand, ListTagsCommand, ListTagsCommandOutput } from '@aws-sdk/client-sagemaker';
import { sagemaker } from './aws/clients';
import { isPermission, reasonOf } from './errors';
import { Properties, ResourceEvent, stackOf } from './event';
import { log } from './log';
import { contentHash } from './naming';
import { stackState } from './stack';

/** `<stack name>/<logical id>`: what may touch a resource that carries it. */
export const OWNER_TAG = 'cdk-sagemaker-inference:owner';
/** The request that made it, so that a second delivery of that request recognizes its own failed job and starts no other. */
export const REQUEST_TAG = 'cdk-sagemaker-inference:request-id';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export function ownTags(event: ResourceEvent): Tag[] {
  return [{ Key: OWNER_TAG, Value: ownerOf(event) }, { Key: REQUEST_TAG, Value: event.RequestId }];
}

/** FROZEN: by this a later version knows what is its own. A tag's value takes 256 characters, and the two names together up to 384. */
export function ownerOf(event: ResourceEvent): string {
  const owner = `${stackOf(event).name}/${event.LogicalResourceId}`;
  return owner.length <= 256 ? owner : `${owner.slice(0, 239)}-${contentHash(owner)}`;
}

export function tagsIn(properties: Properties | undefined): Tag[] {
  return Array.isArray(properties?.Tags) ? properties.Tags as Tag[] : [];
}

export async function listTags(arn: string): Promise<Map<string, string>> {
  const tags = new Map<string, string>();
  let token: string | undefined;
  do {
    const page: ListTagsCommandOutput = await sagemaker().send(new ListTagsCommand({ ResourceArn: arn, NextToken: token }));
    for (const { Key, Value } of page.Tags ?? []) {
      tags.set(Key!, Value!);
    }
    token = page.NextToken;
  } while (token);
  return tags;
}

/**
 * Brings tags in line with the template: sets what it says, removes what it said before and no longer does. Tags that others put on
 * the resource stay, and so do our own.
 */
export async function updateTags(arn: string, current: Map<string, string>, wanted: Tag[], before: Tag[]): Promise<void> {
  const missing = wanted.filter(({ Key, Value }) => current.get(Key) !== Value);
  const surplus = before.map(({ Key }) => Key).filter(key => current.has(key) && !wanted.some(({ Key }) => Key === key));
  // Removed first: with the new ones on top there might be more than the service allows.
  if (surplus.length > 0) {
    await sagemaker().send(new DeleteTagsCommand({ ResourceArn: arn, TagKeys: surplus }));
  }
  if (missing.length > 0) {
    await sagemaker().send(new AddTagsCommand({ ResourceArn: arn, Tags: missing }));
  }
}

/** The tags of a resource that is there already as the template has them now. Tags are no reason for a rollback to fail. */
export async function retag(event: ResourceEvent, arn: string, current: Map<string, string>): Promise<void> {
  try {
    await updateTags(arn, current, tagsIn(event.ResourceProperties), tagsIn(event.OldResourceProperties));
  } catch (error) {
    if (!isPermission(error) || (await stackState(event)).phase !== 'rollback') {
      throw error;
    }
    log('tags left as they are', { arn, reason: reasonOf(error) });
  }
}
