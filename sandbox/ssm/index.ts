import { VirtualClock } from '../clock';
import { Authorization, ServiceCall, ServiceError, ServiceStandIn } from '../service';
import { Parameters, ParameterType } from './parameters';

export { Parameters } from './parameters';

export interface SsmOptions {
  readonly account: string;
  readonly region: string;
}

const TYPES = ['String', 'StringList', 'SecureString'];
const TIERS = ['Standard', 'Advanced', 'Intelligent-Tiering'];
const KILOBYTE = 1024;
const LIMITS = { Standard: 4 * KILOBYTE, Advanced: 8 * KILOBYTE };
const LEVELS = 15;
const MORE = 'For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html';

/** A local stand-in for the parameter store of Systems Manager. Only the latest version of a parameter is kept. */
export class Ssm implements ServiceStandIn {
  public readonly parameters: Parameters;

  constructor(clock: VirtualClock, private readonly options: SsmOptions) {
    this.parameters = new Parameters(() => clock.now());
  }

  /** What a person does in the console: a call that needs no permission. */
  public console(operation: string, input: Record<string, any>): Promise<any> {
    return this.handle({ service: 'ssm', operation, input, caller: 'console' });
  }

  public authorizations({ operation, input }: ServiceCall): Authorization[] {
    const resource = this.arnOf(selected(input.Name).name);
    const tagging = Array.isArray(input.Tags) && input.Tags.length > 0;
    const context = { 'ssm:Overwrite': String(input.Overwrite ?? false) };
    return [
      // A SecureString takes no permission for its key here: that of the account itself trusts whoever comes through SSM.
      { action: `ssm:${operation}`, resource, ...operation === 'PutParameter' && { context } },
      ...tagging ? [{ action: 'ssm:AddTagsToResource', resource }] : [],
    ];
  }

  public async handle({ operation, input }: ServiceCall): Promise<object> {
    switch (operation) {
      case 'GetParameter': return this.get(input);
      case 'PutParameter': return this.put(input);
      case 'DeleteParameter':
        if (!this.parameters.delete(nameIn(input.Name))) {
          throw new ServiceError('ParameterNotFound', '');
        }
        return {};
      default: throw new ServiceError('UnknownOperationException', `the sandbox does not answer ${operation} of SSM`);
    }
  }

  private get(input: Record<string, any>): object {
    const { name, version } = selected(input.Name);
    const value = this.parameters.get(name);
    const details = this.parameters.details(name);
    if (value === undefined || !details) {
      throw new ServiceError('ParameterNotFound', '');
    }
    if (version !== undefined && version !== String(details.version)) {
      throw new ServiceError('ParameterVersionNotFound', `Systems Manager could not find version ${version} of ${name}.`);
    }
    return {
      Parameter: {
        Name: name,
        Type: details.type,
        Value: details.type === 'SecureString' && !input.WithDecryption ? Buffer.from(value).toString('base64') : value,
        Version: details.version,
        ...version !== undefined && { Selector: `:${version}` },
        LastModifiedDate: new Date(details.modified),
        ARN: this.arnOf(name),
        DataType: 'text',
      },
    };
  }

  private put({ Name, Value, Type, Overwrite = false, Tier, AllowedPattern, Tags }: Record<string, any>): object {
    const name = nameIn(Name);
    checkName(name);
    const known = this.parameters.details(name);
    if (typeof Value !== 'string' || Value === '') {
      throw invalid('1 validation error detected: Value \'\' at \'value\' failed to satisfy constraint: Member must have length greater than or equal to 1');
    }
    if (Tags !== undefined && Overwrite) {
      throw invalid('Invalid request: tags and overwrite can\'t be used together. To create a parameter with tags, remove the overwrite flag.');
    }
    if (known && !Overwrite) {
      throw new ServiceError('ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.');
    }
    if ((Type === undefined && !known) || (Type !== undefined && !TYPES.includes(Type)) || (Tier !== undefined && !TIERS.includes(Tier))) {
      throw invalid(Type === undefined ? 'A parameter type is required when you create a parameter.' : `Invalid type or tier: ${Type}, ${Tier}`);
    }
    if (known && Type !== undefined && Type !== known.type) {
      throw new ServiceError('HierarchyTypeMismatchException', `Parameter type cannot be changed from ${known.type} to ${Type}`);
    }
    if (AllowedPattern !== undefined && !new RegExp(AllowedPattern).test(Value)) {
      throw new ServiceError('ParameterPatternMismatchException', `Parameter value, cannot be validated against allowedPattern: ${AllowedPattern}`);
    }
    const tier = tierFor(Value, Tier, known?.tier);
    this.parameters.put(name, Value, { type: Type as ParameterType, tier });
    return { Version: this.parameters.details(name)!.version, Tier: tier };
  }

  private arnOf(name: string): string {
    return `arn:aws:ssm:${this.options.region}:${this.options.account}:parameter/${name.replace(/^\//, '')}`;
  }
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}

/** A parameter may be read by its ARN, and with a version behind its name. */
function selected(given: unknown): { name: string; version?: string } {
  const [, arn, plain] = /^(?:arn:[^:]+:ssm:[^:]*:\d*:parameter(\/.*)|(.*))$/s.exec(String(given ?? ''))!;
  const [path, version] = (arn ?? plain).split(':');
  // That of an ARN has lost its leading slash, unless it is a path.
  const name = arn !== undefined && !path.slice(1).includes('/') ? path.slice(1) : path;
  return { name, ...version !== undefined && { version } };
}

function nameIn(given: unknown): string {
  if (typeof given !== 'string' || given === '') {
    throw invalid('1 validation error detected: Value null at \'name\' failed to satisfy constraint: Member must not be null');
  }
  return given;
}

function checkName(name: string): void {
  if (!/^[a-zA-Z0-9_.\-/]+$/.test(name) || name.length > 1011) {
    throw invalid('Parameter name must only contain letters, numbers and the symbols . - _ /, with at most 1011 characters in all');
  }
  if (name.includes('/') && !name.startsWith('/')) {
    throw invalid('Parameter name must be a fully qualified name.');
  }
  if (name.endsWith('/') || name.includes('//')) {
    throw invalid(`Parameter name must not have empty levels: ${name}`);
  }
  if (/^\/?(aws|ssm)/i.test(name)) {
    throw new ServiceError('AccessDeniedException', `No access to reserved parameter name: ${name}.`);
  }
  if (name.split('/').length - 1 > LEVELS) {
    throw new ServiceError('HierarchyLevelLimitExceededException', `A hierarchy can have a maximum of ${LEVELS} levels`);
  }
}

/** Documentation gives the limit in KB, the message in characters: what counts here is bytes. */
function tierFor(value: string, wanted: string | undefined, present: 'Standard' | 'Advanced' | undefined): 'Standard' | 'Advanced' {
  const size = Buffer.byteLength(value);
  if (present === 'Advanced' && wanted === 'Standard') {
    throw invalid(`This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier. ${MORE}`);
  }
  const tier = wanted === 'Intelligent-Tiering' ? (size > LIMITS.Standard ? 'Advanced' : present ?? 'Standard') : (wanted ?? present ?? 'Standard');
  if (tier === 'Standard' && size > LIMITS.Standard) {
    throw invalid('Standard tier parameters support a maximum parameter value of 4096 characters. '
      + `To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. ${MORE}`);
  }
  if (size > LIMITS.Advanced) {
    throw invalid(`Advanced tier parameters support a maximum parameter value of 8192 characters. ${MORE}`);
  }
  return tier as 'Standard' | 'Advanced';
}
