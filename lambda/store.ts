import { AddTagsCommand, DeleteTagsCommand, ListTagsCommand, ListTagsCommandOutput } from '@aws-sdk/client-sagemaker';
import { sagemaker } from './aws/clients';
import { isBusy, isNotFound } from './errors';
import { Properties, ResourceEvent, stackOf } from './event';
import type { JobState, Kind } from './kind';
import { log } from './log';
import { contentHash } from './naming';

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

/** What Describe says of a resource that exists. */
export interface Found {
  readonly name: string;
  readonly arn: string;
  readonly status: string;
  /** What exists without states has succeeded by existing. */
  readonly state: JobState;
  readonly described: Properties;
}

/** The calls of one kind, with the answers that are no errors made into values. */
export class Store {
  constructor(public readonly kind: Kind) {}

  public async find(name: string): Promise<Found | undefined> {
    const { kind } = this;
    try {
      const described = await kind.describe(sagemaker(), { [kind.nameMember]: name }) as Properties;
      const status = kind.job ? String(described[kind.job.statusMember]) : '';
      const state = kind.job ? kind.job.states[status] : 'succeeded';
      if (!state) {
        // A status that did not exist when this was written is no reason to throw hours of GPU time away: the wait has an end of its own.
        log('unknown status, taken for running', { name, status });
      }
      return { name, arn: String(described[kind.arnMember]), status, state: state ?? 'running', described };
    } catch (error) {
      if (isNotFound(error)) {
        return undefined;
      }
      throw error;
    }
  }

  /** Names that contain a text. */
  public async list(text: string): Promise<string[]> {
    const names: string[] = [];
    let NextToken: unknown;
    do {
      const page = await this.kind.list(sagemaker(), { NameContains: text, NextToken }) as Properties;
      names.push(...(page[this.kind.listMember] as Properties[] ?? []).map(summary => String(summary[this.kind.nameMember])));
      NextToken = page.NextToken;
    } while (NextToken);
    return names;
  }

  public async create(input: Properties): Promise<string> {
    const output = await this.kind.create(sagemaker(), input) as Properties;
    return String(output[this.kind.arnMember]);
  }

  /** Asks a running job to stop. One that ended meanwhile, or is gone, needs no stopping. */
  public async stop(name: string): Promise<void> {
    await this.settle(this.kind.stop?.(sagemaker(), { [this.kind.nameMember]: name }));
  }

  /** Returns false while it is still in use. */
  public async delete(name: string): Promise<boolean> {
    return this.settle(this.kind.delete?.(sagemaker(), { [this.kind.nameMember]: name }));
  }

  private async settle(call: Promise<unknown> | undefined): Promise<boolean> {
    try {
      await call;
      return true;
    } catch (error) {
      if (isNotFound(error)) {
        return true;
      }
      if (isBusy(error)) {
        return false;
      }
      throw error;
    }
  }
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
