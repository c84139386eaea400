import { ServiceError } from '../service';

/** One statement of a policy that is attached to a group. */
interface Statement {
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action?: string | string[];
  readonly Resource?: string | string[];
}

/** What somebody of another account wants to do. */
interface Use {
  readonly caller: string;
  readonly account: string;
  readonly action: string;
  readonly resource: string;
}

/** What a resource policy must be to be put, and the parts of it that the sandbox evaluates. */
export function parseResourcePolicy(text: string): Statement[] {
  let document: any;
  try {
    document = JSON.parse(text);
  } catch {
    throw invalid('it is not JSON');
  }
  const statements: Statement[] = [document?.Statement ?? []].flat();
  if (statements.length === 0) {
    throw invalid('it has no Statement');
  }
  for (const statement of statements) {
    const unknown = Object.keys(statement).filter(key => !['Sid', 'Effect', 'Principal', 'Action', 'Resource'].includes(key));
    if (unknown.length > 0) {
      throw new Error(`the sandbox does not evaluate ${unknown.join(', ')} in the resource policy ${text}`);
    }
    const missing = ['Effect', 'Principal', 'Action', 'Resource'].filter(key => !(key in statement));
    if (missing.length > 0) {
      throw invalid(`a statement has no ${missing.join(', ')}`);
    }
  }
  return statements;
}

/** Whether a policy lets somebody of another account do something. */
export function allows(text: string, { caller, account, action, resource }: Use): boolean {
  const speaking = parseResourcePolicy(text).filter(statement => speaksOf(statement.Principal, caller, account)
    && matches(statement.Action, action, 'i') && matches(statement.Resource, resource));
  return speaking.some(({ Effect }) => Effect === 'Allow') && !speaking.some(({ Effect }) => Effect === 'Deny');
}

/** The whole account, by its id or root, or the very role that calls. */
function speaksOf(principal: unknown, caller: string, account: string): boolean {
  const named = principal === '*' ? ['*'] : [(principal as { AWS?: string | string[] }).AWS ?? []].flat();
  return named.some(name => ['*', account, `arn:aws:iam::${account}:root`, caller].includes(name));
}

function matches(patterns: string | string[] | undefined, value: string, flags = ''): boolean {
  return [patterns ?? []].flat().some(pattern => new RegExp(
    `^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.')}$`, flags).test(value));
}

function invalid(problem: string): ServiceError {
  return new ServiceError('ValidationException', `Invalid resource policy: ${problem}.`);
}
