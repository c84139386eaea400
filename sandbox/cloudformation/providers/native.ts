import { VirtualClock } from '../../clock';
import { generatedName } from '../ids';
import { conform } from '../properties';
import { needsReplacement } from '../replacement';
import { Copy, Stack } from '../stack';
import { Properties } from '../template';
import { Provisioned, ProvisionRequest, ResourceProvider } from './provider';
import { Place, TypeModel } from './type-models';

/** A resource about to be made, changed or deleted for real, that is, in another stand-in. */
export interface Effect {
  readonly request: ProvisionRequest;
  readonly physicalId: string;
  readonly name: string;
  readonly properties: Properties;
  readonly attributes: Properties;
}

/** What a type does beyond being known to the stack. */
export interface Effects {
  /** Whether somebody else has made it already: then its creation fails, and the rollback does not touch it. */
  exists?(effect: Effect): unknown;
  create(effect: Effect): unknown;
  update(effect: Effect, before: Copy): unknown;
  delete(effect: Effect): unknown;
}

const SECOND = 1000;

/** AWS's own resource types: properties as the schema says, names and attributes by the type's model, effects by its service. */
export class NativeProvider implements ResourceProvider {
  private readonly existing = new Set<string>();

  constructor(
    private readonly clock: VirtualClock,
    private readonly place: Place,
    private readonly model: TypeModel,
    private readonly effects?: Effects,
  ) {}

  public prepare(logicalId: string, type: string, properties: Properties): Properties {
    const { properties: conformed, problems } = conform(type, properties);
    if (problems.length > 0) {
      throw new Error(`Properties validation failed for resource ${logicalId} with message:\n${problems.join('\n')}`);
    }
    return conformed;
  }

  public hasAttribute(_type: string, attribute: string): boolean {
    return attribute in this.model.attributes;
  }

  public replaces(type: string, before: Properties, after: Properties): boolean {
    const replaces = needsReplacement(type, before, after);
    const name = this.model.nameProperty && after[this.model.nameProperty];
    if (replaces && name !== undefined && before[this.model.nameProperty!] === name) {
      throw new Error(`CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${String(name)} and update the stack again.`);
    }
    return replaces;
  }

  public async create(request: ProvisionRequest): Promise<Provisioned> {
    await this.takeTime(request);
    const { nameProperty, maxLength, lowerCase } = this.model;
    const given = nameProperty && request.properties[nameProperty];
    const generated = generatedName(request.stack.stackName, request.logicalId, maxLength ?? 64);
    const name = given === undefined ? (lowerCase ? generated.toLowerCase() : generated) : String(given);
    const planned = this.model.physicalId(name, this.place, request.properties);
    const plan = this.effect(request, planned, name, request.properties);
    const taken = this.existing.has(planned) || await this.effects?.exists?.(plan);
    const physicalId = this.model.assigned && !taken ? String(await this.effects?.create(plan) ?? planned) : planned;
    if (taken) {
      throw new Error(`${physicalId} already exists (Service: ${request.type}, Status Code: 409, HandlerErrorCode: AlreadyExists)`);
    }
    this.existing.add(physicalId);
    request.identified(physicalId);
    const effect = this.effect(request, physicalId, name, request.properties);
    if (!this.model.assigned) {
      await this.effects?.create(effect);
    }
    return { physicalId, attributes: effect.attributes };
  }

  public async update(request: ProvisionRequest, before: Copy): Promise<Provisioned> {
    await this.takeTime(request);
    const effect = this.effect(request, before.physicalId, this.nameOf(before), request.properties);
    await this.effects?.update(effect, before);
    return { physicalId: before.physicalId, attributes: effect.attributes };
  }

  public async delete(request: ProvisionRequest, copy: Copy): Promise<void> {
    await this.takeTime(request);
    await this.effects?.delete(this.effect(request, copy.physicalId, this.nameOf(copy), copy.properties));
    this.existing.delete(copy.physicalId);
  }

  public missingAttribute(_stack: Stack, copy: Copy, attribute: string): string {
    return `Attribute '${attribute}' does not exist on ${copy.logicalId} (${copy.type})`;
  }

  private takeTime(request: ProvisionRequest): Promise<void> {
    return request.cancellation.orThrow(this.clock.sleep((this.model.seconds ?? 2) * SECOND));
  }

  private effect(request: ProvisionRequest, physicalId: string, name: string, properties: Properties): Effect {
    const attributes = Object.fromEntries(Object.entries(this.model.attributes)
      .map(([attribute, compute]) => [attribute, compute({ name, physicalId, properties, place: this.place })]));
    return { request, physicalId, name, properties, attributes };
  }

  private nameOf(copy: Copy): string {
    return this.model.nameOf?.(copy.physicalId) ?? copy.physicalId;
  }
}

/** The marker that the CDK puts into templates for its usage statistics; it has no schema and does nothing. */
export class MetadataProvider implements ResourceProvider {
  public prepare(logicalId: string, _type: string, properties: Properties): Properties {
    const unknown = Object.keys(properties).filter(name => name !== 'Analytics');
    if (unknown.length > 0) {
      throw new Error(`Properties validation failed for resource ${logicalId}: [${unknown.join(', ')}] not permitted`);
    }
    return properties;
  }

  public hasAttribute(): boolean {
    return false;
  }

  public replaces(): boolean {
    return false;
  }

  public async create(request: ProvisionRequest): Promise<Provisioned> {
    const physicalId = generatedName(request.stack.stackName, request.logicalId, 64);
    request.identified(physicalId);
    return { physicalId, attributes: {} };
  }

  public async update(_request: ProvisionRequest, before: Copy): Promise<Provisioned> {
    return { physicalId: before.physicalId, attributes: {} };
  }

  public async delete(): Promise<void> {}

  public missingAttribute(_stack: Stack, copy: Copy, attribute: string): string {
    return `Attribute '${attribute}' does not exist on ${copy.logicalId}`;
  }
}
