import { readFileSync } from 'node:fs';
import { Assets } from '../assets';
import { Copy, Stack } from '../stack';
import { Properties } from '../template';
import { Provisioned, ProvisionRequest, ResourceProvider } from './provider';

/** What a stack within a stack needs of the stack engine. */
export interface NestedStacks {
  create(parent: Stack, logicalId: string): Stack;
  find(stackId: string): Stack;
  /** Resolves when the stack has come to rest, whatever has become of it. */
  deploy(stack: Stack, template: unknown, parameters: Record<string, string>, tags: Record<string, string>): Promise<void>;
  destroy(stack: Stack): Promise<void>;
}

const TEMPLATE_URL = /^https:\/\/s3\.[^/]+\/([^/]+)\/(.+)$/;

/**
 * Stacks within stacks, of templates that are assets. One that fails rolls itself back, and the stack around it then deletes it, or takes it back to its
 * former template. CloudFormation may put off the clean-up of a nested stack until that of the one around it; here it is part of the nested update.
 */
export class NestedStackProvider implements ResourceProvider {
  constructor(private readonly stacks: NestedStacks, private readonly assets: Assets) {}

  public prepare(logicalId: string, _type: string, properties: Properties): Properties {
    if (!TEMPLATE_URL.test(String(properties.TemplateURL))) {
      throw new Error(`${logicalId}: TemplateURL must be the address of an object in S3`);
    }
    return properties;
  }

  public hasAttribute(_type: string, attribute: string): boolean {
    return attribute.startsWith('Outputs.');
  }

  public replaces(): boolean {
    return false;
  }

  public async create(request: ProvisionRequest): Promise<Provisioned> {
    const stack = this.stacks.create(request.stack, request.logicalId);
    request.identified(stack.stackId);
    return this.deploy(stack, request, 'created');
  }

  public async update(request: ProvisionRequest, before: Copy): Promise<Provisioned> {
    return this.deploy(this.stacks.find(before.physicalId), request, 'updated');
  }

  public async delete(_request: ProvisionRequest, { physicalId }: Copy): Promise<void> {
    const stack = this.stacks.find(physicalId);
    await this.stacks.destroy(stack);
    if (stack.status !== 'DELETE_COMPLETE') {
      throw new Error(`Embedded stack ${physicalId} was not successfully deleted: ${stack.statusReason ?? ''}`);
    }
  }

  public missingAttribute(_stack: Stack, { logicalId }: Copy, attribute: string): string {
    return `Output '${attribute.replace(/^Outputs\./, '')}' not found in stack ${logicalId}`;
  }

  private async deploy(stack: Stack, { properties, cancellation, stack: parent }: ProvisionRequest, done: string): Promise<Provisioned> {
    const [, bucket, key] = TEMPLATE_URL.exec(String(properties.TemplateURL))!;
    const template = JSON.parse(readFileSync(this.assets.find(bucket, key), 'utf8'));
    const first = stack.events.length;
    try {
      await cancellation.orThrow(this.stacks.deploy(stack, template, (properties.Parameters ?? {}) as Record<string, string>, parent.tags));
    } catch (error) {
      stack.forward?.cancel('Parent stack operation was cancelled');
      throw error;
    }
    const failure = stack.events.slice(first).find(({ physicalId, status }) => physicalId === stack.stackId && /ROLLBACK|FAILED/.test(status));
    if (failure) {
      throw new Error(`Embedded stack ${stack.stackId} was not successfully ${done}: ${failure.reason ?? ''}`);
    }
    return { physicalId: stack.stackId, attributes: Object.fromEntries(Object.entries(stack.outputs).map(([name, value]) => [`Outputs.${name}`, value])) };
  }
}
