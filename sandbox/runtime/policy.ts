import { Authorization } from '../service';

/** A policy document as a template has it, all intrinsics resolved. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: any;
}

/** Whether a policy is attached to a role, says who may assume one, or is attached to a resource. */
export type PolicyKind = 'identity' | 'trust' | 'resource';

const OWN_ELEMENTS: Record<PolicyKind, string[]> = { identity: ['Resource', 'NotResource'], trust: ['Principal'], resource: ['Principal', 'Resource'] };

/** One statement, parsed. What the sandbox does not evaluate is refused here, never skipped. */
export class Statement {
  public readonly denies: boolean;
  public readonly actions: string[];
  private readonly actionPatterns: RegExp[];
  private readonly resources: RegExp[];
  /** Whether it is all other resources that the statement is about. */
  private readonly others: boolean;
  private readonly services: string[];
  private readonly principals: string[];
  private readonly conditions: Condition[];

  constructor(source: Record<string, any>, private readonly kind: PolicyKind) {
    for (const key of Object.keys(source)) {
      if (!['Sid', 'Effect', 'Action', 'Condition', ...OWN_ELEMENTS[kind]].includes(key)) {
        throw new Error(`the sandbox does not evaluate ${key} in the statement ${JSON.stringify(source)}`);
      }
    }
    if (source.Effect !== 'Allow' && source.Effect !== 'Deny') {
      throw new Error(`a statement's Effect is Allow or Deny, got ${JSON.stringify(source.Effect)}`);
    }
    this.denies = source.Effect === 'Deny';
    this.actions = strings(source.Action);
    this.actionPatterns = this.actions.map(action => wildcards(action, 'i'));
    this.others = source.NotResource !== undefined;
    this.resources = kind === 'trust' ? [] : strings(source.NotResource ?? source.Resource).map(resource => wildcards(resource));
    this.services = kind === 'identity' ? [] : trustedServices(source.Principal);
    this.principals = kind === 'resource' ? awsPrincipals(source.Principal) : [];
    this.conditions = Object.entries(source.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys as object).map(([key, values]) => new Condition(operator, key, strings(values))));
  }

  /** Whether the statement speaks about this request. */
  public matches({ action, resource, context = {} }: Authorization): boolean {
    return this.kind !== 'trust' && this.actionPatterns.some(pattern => pattern.test(action))
      && this.resources.some(pattern => pattern.test(resource)) !== this.others && this.conditions.every(condition => condition.holds(context));
  }

  /** Whether the statement lets this service take on the role (`lambda.amazonaws.com`). */
  public trusts(service: string, context: Record<string, string>): boolean {
    return !this.denies && this.services.includes(service) && this.actionPatterns.some(pattern => pattern.test('sts:AssumeRole'))
      && this.conditions.every(condition => condition.holds(context));
  }

  /** Whether the statement, of a resource's policy, is about this role: by its ARN, by its account, or with everybody. */
  public isAbout(roleArn: string): boolean {
    const [, partition, , , account] = roleArn.split(':');
    return this.principals.some(principal => ['*', roleArn, account, `arn:${partition}:iam::${account}:root`].includes(principal));
  }

  /** Whether the statement, of a resource's policy, is about this service (`events.amazonaws.com`): by its name, or with everybody. */
  public isAboutService(service: string): boolean {
    return this.services.includes(service) || this.principals.includes('*');
  }

  /** Those of the statement's actions, as written, that cover this one. */
  public covering(action: string): string[] {
    return this.actions.filter((_, index) => this.actionPatterns[index].test(action));
  }
}

/** The statements of a document. */
export function parsePolicy(document: PolicyDocument, kind: PolicyKind = 'identity'): Statement[] {
  return [document.Statement].flat().map(statement => new Statement(statement, kind));
}

class Condition {
  private readonly patterns: RegExp[];

  constructor(operator: string, private readonly key: string, values: string[]) {
    switch (operator) {
      case 'StringEquals':
        this.patterns = values.map(value => new RegExp(`^${literal(value)}$`));
        break;
      case 'Bool':
        this.patterns = values.map(value => new RegExp(`^${literal(value)}$`, 'i'));
        break;
      case 'StringLike':
      case 'ArnLike':
      case 'ArnEquals':
        this.patterns = values.map(value => wildcards(value));
        break;
      default:
        throw new Error(`the sandbox does not evaluate the condition operator ${operator}`);
    }
  }

  /** A key that the request lacks fulfils no condition. Keys are compared without regard to case, as IAM does. */
  public holds(context: Record<string, string>): boolean {
    const present = Object.keys(context).find(key => key.toLowerCase() === this.key.toLowerCase());
    return present !== undefined && this.patterns.some(pattern => pattern.test(context[present]));
  }
}

function strings(value: unknown): string[] {
  return [value].flat().map(element => {
    if (typeof element !== 'string' && typeof element !== 'boolean') {
      throw new Error(`a string is expected in a policy, got ${JSON.stringify(element)}`);
    }
    return String(element);
  });
}

function trustedServices(principal: unknown): string[] {
  const services = (principal as Record<string, unknown> | undefined)?.Service;
  return services === undefined ? [] : strings(services);
}

/** Those that are no services. */
function awsPrincipals(principal: unknown): string[] {
  if (principal === '*') {
    return ['*'];
  }
  const { AWS = [], Service: _, ...others } = (principal ?? {}) as Record<string, unknown>;
  if (Object.keys(others).length > 0) {
    throw new Error(`the sandbox does not evaluate the principals ${JSON.stringify(others)}`);
  }
  return strings(AWS);
}

function wildcards(pattern: string, flags = ''): RegExp {
  if (pattern.includes('${')) {
    throw new Error(`the sandbox does not evaluate policy variables: ${pattern}`);
  }
  return new RegExp(`^${literal(pattern).replace(/\\\*/g, '.*').replace(/\\\?/g, '.')}$`, flags);
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
