import { ServiceError } from '../service';
import { page } from './listing';
import { Tag } from './types';
import { Operations } from './world';

const MAX_TAGS = 50;

/** The tags of everything that exists, by ARN: an ARN that is not here is of nothing. */
export class TagStore {
  public readonly operations: Operations = {
    AddTags: (input: { ResourceArn: string; Tags: Tag[] }) => {
      this.put(input.ResourceArn, this.find(input.ResourceArn), input.Tags);
      return { Tags: this.list(input.ResourceArn) };
    },
    DeleteTags: (input: { ResourceArn: string; TagKeys: string[] }) => {
      const tags = this.find(input.ResourceArn);
      input.TagKeys.forEach(key => tags.delete(key));
      return {};
    },
    ListTags: (input: { ResourceArn: string; MaxResults?: number; NextToken?: string }) => {
      this.find(input.ResourceArn);
      const { items, NextToken } = page(this.list(input.ResourceArn), { MaxResults: 50, ...input });
      return { Tags: items, NextToken };
    },
  };

  private readonly resources = new Map<string, Map<string, string>>();

  /** For a resource that has just been made. */
  public create(arn: string, tags: Tag[] = []): void {
    const keys = tags.map(tag => tag.Key);
    if (new Set(keys).size < keys.length) {
      throw new ServiceError('ValidationException', `Duplicate tag keys in the request: ${keys.join(', ')}`);
    }
    this.put(arn, new Map(), tags);
  }

  public delete(arn: string): void {
    this.resources.delete(arn);
  }

  public list(arn: string): Tag[] {
    return [...this.resources.get(arn) ?? []].map(([Key, Value]) => ({ Key, Value }));
  }

  /** As an object, undefined if there is no such resource. */
  public of(arn: string): Record<string, string> | undefined {
    const tags = this.resources.get(arn);
    return tags && Object.fromEntries(tags);
  }

  private put(arn: string, before: Map<string, string>, added: Tag[]): void {
    const reserved = added.find(tag => tag.Key!.toLowerCase().startsWith('aws:'));
    if (reserved) {
      throw new ServiceError('ValidationException', `Tag key "${reserved.Key}" begins with aws:, which is reserved`);
    }
    const after = new Map([...before, ...added.map(tag => [tag.Key!, tag.Value!] as const)]);
    if (after.size > MAX_TAGS) {
      throw new ServiceError('ValidationException', `Resource "${arn}" would have ${after.size} tags: ${MAX_TAGS} at most`);
    }
    this.resources.set(arn, after);
  }

  private find(arn: string): Map<string, string> {
    const tags = this.resources.get(arn);
    if (!tags) {
      throw new ServiceError('ValidationException', `Could not find resource "${arn}".`);
    }
    return tags;
  }
}
