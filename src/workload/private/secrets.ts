import { aws_secretsmanager as secretsmanager, Token } from 'aws-cdk-lib';
import { SpecWarning } from './spec-parts';
import { TOKEN_MARKER } from './token-marker';
import { Validation } from '../../private/validation';

/** What an ARN, or a token that stands for one, goes on with. */
const CHARACTER = `(?:${TOKEN_MARKER}|[^\\s"',{}])`;

/** The ARN of a secret, or a token that stands for one, as the source of a regular expression. */
export const SECRET_ARN = `(?:arn:[^:\\s]+:secretsmanager:[^:\\s]*:[^:\\s]*:secret:${CHARACTER}+|${TOKEN_MARKER}${CHARACTER}*)`;

/** What to do about a secret in a specification, which everybody can read who can read the template. Never with the value. */
export const USE_SECRETS_MANAGER = 'must be the full ARN of a secret in Secrets Manager and never the secret itself, ' +
  'because everybody can read the specification';

export const LEAKED_TOKEN = 'parameters.hf_token must not be in the specification, where everybody can read it: put the token into a secret and ' +
  'its full ARN into secrets.hf_token';

/** Checks that a document's `secrets` are ARNs, and returns them. */
export function checkSecrets(secrets: Record<string, unknown>, validation: Validation): string[] {
  const isArn = new RegExp(`^${SECRET_ARN}$`);
  for (const [name, value] of Object.entries(secrets)) {
    validation.check(typeof value === 'string' ? isArn.test(value) : Token.isUnresolved(value), `secrets.${name} ${USE_SECRETS_MANAGER}`);
  }
  return Object.values(secrets).filter((value) => typeof value === 'string');
}

/** Warns of secrets that the default roles of jobs cannot read, because only the specification names them. */
export function unlistedSecrets(arns: string[], listed: secretsmanager.ISecret[]): SpecWarning[] {
  const known = listed.flatMap(({ secretArn, secretFullArn }) => [secretArn, secretFullArn]);
  return arns.every((arn) => known.includes(arn)) ? [] : [{
    id: 'unlistedSecret',
    message: 'the specification names secrets that are not in the option secrets, so the default roles of jobs may not read them: add them there',
  }];
}
