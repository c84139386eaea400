import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { VirtualClock } from '../clock';
import { Journal, StackEvent } from '../journal';
import { Authorization, ServiceCall, ServiceError, ServiceStandIn } from '../service';
import { Assets } from './assets';
import { Book } from './book';
import { describeResource, describeStack, listEvents, listResources } from './describe';
import { Behaviour, Engine } from './engine';
import { references } from './graph';
import { generatedName } from './ids';
import { deploy, destroy, rollBack } from './operations';
import { checkExports, exportsOf } from './outputs';
import { ParameterStore } from './parameters';
import { Providers, Services } from './providers';
import { BucketDeployment } from './providers/bucket-deployment';
import { CustomResourceTransport } from './providers/custom-resource';
import { NestedStacks } from './providers/nested-stack';
import { Place } from './providers/type-models';
import { Stack } from './stack';
import { holds, makeTarget, Target } from './target';
import { readTemplate, validationError } from './template';

export type { Behaviour } from './engine';
export type { Services } from './providers';
export type { CustomResourceRequest, CustomResourceTransport } from './providers/custom-resource';
export type { Copy, Stack, StackResource } from './stack';

export interface DeployProps {
  readonly stackName: string;
  readonly template: unknown;
  /**
   * The folder with the template's asset manifest.
   *
   * @default - the template refers to no assets
   */
  readonly assetDirectory?: string;
  readonly parameters?: Record<string, string>;
  readonly tags?: Record<string, string>;
  /** `cdk deploy --no-rollback` */
  readonly disableRollback?: boolean;
}

export interface StackOperation {
  readonly stackId: string;
  /** Whether there was nothing to do. */
  readonly noChanges: boolean;
  /** The stack when all is over, whatever its status; rejects only if CloudFormation refuses the request. */
  readonly done: Promise<Stack>;
}

export interface CloudFormationProps {
  readonly clock: VirtualClock;
  readonly journal: Journal;
  readonly region: string;
  readonly account: string;
  readonly customResources: CustomResourceTransport;
  readonly services?: Services;
  readonly behaviour?: Behaviour;
  /**
   * The SSM parameter store: values by name.
   *
   * @default - an empty one
   */
  readonly parameterStore?: Map<string, string> & ParameterStore;
}

const UPDATABLE = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'CREATE_FAILED', 'UPDATE_FAILED'];
const ROLLBACKABLE = ['CREATE_FAILED', 'UPDATE_FAILED', 'UPDATE_ROLLBACK_FAILED'];

/** A local stand-in for CloudFormation: stacks of the resource types that this library and its examples use. */
export class CloudFormation implements ServiceStandIn {
  /** The SSM parameter store: values by name. */
  public readonly parameterStore: Map<string, string>;
  private readonly listeners: ((event: StackEvent) => void)[] = [];
  private readonly stacks = new Map<string, Stack>();
  /** What each stack is busy with. */
  private readonly operations = new Map<string, Promise<unknown>>();
  private readonly assets: Assets;
  private readonly engine: Engine;
  private readonly place: Place;

  constructor({ clock, journal, region, account, customResources, services, behaviour: chosen, parameterStore = new Map() }: CloudFormationProps) {
    const behaviour = { rollbackPhysicalId: 'new', scalingIdentity: 'by-name', ...chosen } as const;
    this.parameterStore = parameterStore;
    this.place = { partition: 'aws', region, account };
    this.assets = new Assets(this.place);
    this.engine = {
      clock,
      place: this.place,
      book: new Book(clock, journal, event => this.listeners.forEach(listener => listener(event))),
      providers: new Providers({
        clock,
        place: this.place,
        assets: this.assets,
        customResources,
        parameters: parameterStore,
        services,
        behaviour,
        nestedStacks: this.nestedStacks(),
      }),
      parameterStore,
      behaviour,
      importValue: name => this.importValue(name),
      checkExports: (stack, outputs) => checkExports(stack, outputs, this.live().filter(other => other !== stack)),
    };
  }

  /** What BucketDeployments would have copied. */
  public get bucketDeployments(): readonly BucketDeployment[] {
    return this.engine.providers.bucketDeployments.deployments;
  }

  /** The stack of that name, or with that id, which may also be a deleted one's. */
  public stack(nameOrId: string): Stack | undefined {
    return this.stacks.get(nameOrId) ?? this.live().find(stack => stack.stackName === nameOrId);
  }

  /** Tells of each event as it happens. */
  public onEvent(listener: (event: StackEvent) => void): void {
    this.listeners.push(listener);
  }

  /** Creates or updates a stack, as `cdk deploy` does. */
  public deploy(props: DeployProps): StackOperation {
    const existing = this.stack(props.stackName);
    const stack = existing ?? this.newStack(props.stackName);
    return this.operation(stack, () => {
      if (existing && !UPDATABLE.includes(existing.status)) {
        throw validationError(`Stack:${stack.stackId} is in ${stack.status} state and can not be updated.`);
      }
      const target = this.target(stack, props);
      this.checkTypes(stack, target);
      if (existing && isUnchanged(existing, target)) {
        return undefined;
      }
      if (props.assetDirectory !== undefined) {
        this.assets.publish(props.assetDirectory);
      }
      this.stacks.set(stack.stackId, stack);
      return () => deploy(this.engine, stack, target, props.disableRollback ?? false);
    });
  }

  public destroy(stackName: string): StackOperation {
    const stack = this.existing(stackName);
    return this.operation(stack, () => {
      const busyCreating = stack.status === 'CREATE_IN_PROGRESS';
      if (stack.status.endsWith('_IN_PROGRESS') && !busyCreating) {
        throw validationError(`Stack [${stackName}] cannot be deleted while in status ${stack.status}`);
      }
      const inUse = this.exportInUse(stack);
      if (inUse !== undefined) {
        this.engine.book.stackStatus(stack, stack.status, inUse);
        return undefined;
      }
      const creation = this.operations.get(stack.stackId);
      stack.deletedAt = this.engine.clock.now();
      this.engine.book.stackStatus(stack, 'DELETE_IN_PROGRESS', 'User Initiated');
      stack.forward?.cancel('User Initiated');
      return async () => {
        await creation;
        await destroy(this.engine, stack);
      };
    });
  }

  /** CancelUpdateStack: the update that is under way rolls back. */
  public cancelUpdate(stackName: string): void {
    const stack = this.existing(stackName);
    if (stack.status !== 'UPDATE_IN_PROGRESS' || !stack.forward) {
      throw validationError('CancelUpdateStack cannot be called from current stack status');
    }
    stack.forward.cancel('User Initiated');
  }

  /** RollbackStack: back to the last stable state after a deployment without rollback, or after a rollback that failed. */
  public rollback(stackName: string): StackOperation {
    const stack = this.existing(stackName);
    return this.operation(stack, () => {
      if (!ROLLBACKABLE.includes(stack.status)) {
        throw validationError(`Stack:${stack.stackId} is in ${stack.status} state and can not be rolled back.`);
      }
      return () => rollBack(this.engine, stack, 'User Initiated');
    });
  }

  public authorizations({ operation, input }: ServiceCall): Authorization[] {
    const name = String(input.StackName);
    const { partition, region, account } = this.place;
    const arn = this.stack(name)?.stackId ?? (name.startsWith('arn:') ? name : `arn:${partition}:cloudformation:${region}:${account}:stack/${name}/*`);
    return [{ action: `cloudformation:${operation}`, resource: arn }];
  }

  public async handle({ operation, input }: ServiceCall): Promise<unknown> {
    const name = String(input.StackName);
    const stack = this.stack(name);
    switch (operation) {
      case 'DescribeStacks':
        if (!stack) {
          throw validationError(`Stack with id ${name} does not exist`);
        }
        return { Stacks: [describeStack(stack)] };
      case 'DescribeStackResource':
        if (!stack) {
          throw validationError(`Stack '${name}' does not exist`);
        }
        return { StackResourceDetail: describeResource(stack, String(input.LogicalResourceId)) };
      case 'ListStackResources':
        return listResources(this.existing(name), input.NextToken);
      case 'DescribeStackEvents':
        return listEvents(this.existing(name), input.NextToken);
      case 'GetTemplate':
        return { TemplateBody: JSON.stringify(this.existing(name).target?.raw), StagesAvailable: ['Original', 'Processed'] };
      default: throw new ServiceError('InvalidAction', `the sandbox does not answer ${operation} of CloudFormation`);
    }
  }

  /** Starts what `begin` returns; what it throws is a refusal, and undefined means that there is nothing to do. */
  private operation(stack: Stack, begin: () => (() => Promise<void>) | undefined): StackOperation {
    let work: (() => Promise<void>) | undefined;
    try {
      work = begin();
    } catch (error) {
      const done = Promise.reject(error as Error);
      // Whoever looks at it is told; to look at it only later is no error.
      done.catch(() => {});
      return { stackId: stack.stackId, noChanges: false, done };
    }
    const done = (work?.() ?? Promise.resolve()).then(() => stack);
    this.operations.set(stack.stackId, done);
    return { stackId: stack.stackId, noChanges: work === undefined, done };
  }

  /** Stacks within stacks: the one around them says when they come, change and go. */
  private nestedStacks(): NestedStacks {
    const busy = (stack: Stack, work: Promise<void>): Promise<void> => {
      this.operations.set(stack.stackId, work);
      return work;
    };
    return {
      create: (parent, logicalId) => {
        const stack = this.newStack(generatedName(parent.stackName, logicalId, 128));
        this.stacks.set(stack.stackId, stack);
        return stack;
      },
      find: stackId => this.existing(stackId),
      deploy: (stack, template, parameters, tags) => busy(stack, (async () => {
        await this.operations.get(stack.stackId);
        const target = this.target(stack, { stackName: stack.stackName, template, parameters, tags });
        this.checkTypes(stack, target);
        if (!isUnchanged(stack, target)) {
          await deploy(this.engine, stack, target, false);
        }
      })()),
      destroy: stack => busy(stack, (async () => {
        await this.operations.get(stack.stackId);
        stack.deletedAt = this.engine.clock.now();
        this.engine.book.stackStatus(stack, 'DELETE_IN_PROGRESS', 'User Initiated');
        await destroy(this.engine, stack);
      })()),
    };
  }

  private newStack(stackName: string): Stack {
    const { partition, region, account } = this.place;
    return new Stack(stackName, `arn:${partition}:cloudformation:${region}:${account}:stack/${stackName}/${randomUUID()}`, this.engine.clock.now());
  }

  private target(stack: Stack, { template: raw, parameters = {}, tags = {} }: DeployProps): Target {
    const environment = { ...this.place, stackName: stack.stackName, stackId: stack.stackId };
    const read = readTemplate(raw);
    const previous = Object.entries(stack.target?.given ?? {}).filter(([name]) => name in read.parameters);
    const given = { ...Object.fromEntries(previous), ...parameters };
    return makeTarget({ raw, template: read, parameters: given, tags, environment, parameterStore: this.parameterStore });
  }

  /** All types, and the attributes that are asked of them, must be known before anything happens. */
  private checkTypes(stack: Stack, { template, resources, conditions }: Target): void {
    const { providers } = this.engine;
    Object.values(template.resources).forEach(({ type }) => providers.for(type));
    const values = [...[...resources.values()].map(({ properties }) => properties), ...Object.values(template.outputs).map(({ value }) => value)];
    for (const { name, attribute } of references(values, condition => holds(conditions, condition))) {
      const type = template.resources[name]?.type;
      if (attribute !== undefined && type !== undefined && !providers.for(type).hasAttribute(type, attribute)) {
        throw validationError(`Template error: resource ${name} does not support attribute type ${attribute} in Fn::GetAtt`);
      }
    }
    const changed = [...resources].filter(([id, { type }]) => (stack.resources.get(id)?.type ?? type) !== type).map(([id]) => id);
    if (changed.length > 0) {
      throw validationError(`Update of resource type is not permitted. The new template modifies resource type of the following resources: [${changed.join(', ')}]`);
    }
  }

  private exportInUse(stack: Stack): string | undefined {
    try {
      this.engine.checkExports(stack, new Map());
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  private importValue(name: string): string {
    const value = this.live().map(stack => exportsOf(stack.outputDetails).get(name)).find(found => found !== undefined);
    if (value === undefined) {
      throw validationError(`No export named ${name} found.`);
    }
    return value;
  }

  private existing(stackName: string): Stack {
    const stack = this.stack(stackName);
    if (!stack) {
      throw validationError(`Stack [${stackName}] does not exist`);
    }
    return stack;
  }

  private live(): Stack[] {
    return [...this.stacks.values()].filter(stack => stack.status !== 'DELETE_COMPLETE');
  }
}

function isUnchanged({ status, target }: Stack, wanted: Target): boolean {
  return status.endsWith('_COMPLETE') && target !== undefined
    && isDeepStrictEqual([target.raw, target.parameters, target.tags], [wanted.raw, wanted.parameters, wanted.tags]);
}
