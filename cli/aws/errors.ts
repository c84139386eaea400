/** What a user is to read: a sentence without a stack. */
export class Refusal extends Error {}

/** An error in words: what is missing, and what to do. What is nobody's expected error is shown with its stack, to be reported. */
export function explained(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  if (error instanceof Refusal) {
    return error.message;
  }
  const { name, message } = error;
  if (isCredentials(error)) {
    return `AWS credentials are missing or have expired: ${message} (${name}). Set AWS_PROFILE or --profile, or sign in again`;
  }
  if (/region is missing|Missing region/i.test(message)) {
    return 'No Region: set AWS_REGION or --region, or a region in the profile';
  }
  const action = missingAction(error);
  if (action !== undefined) {
    return `The permission ${action} is missing: ${message}`;
  }
  return '$metadata' in error ? `${message} (${name})` : error.stack ?? message;
}

/** Whether AWS does not know, or does not know any more, who is asking. */
export function isCredentials(error: unknown): boolean {
  return error instanceof Error
    && /credential|ExpiredToken|UnrecognizedClient|InvalidClientTokenId|InvalidSignature|TokenRefreshRequired/i.test(`${error.name} ${error.message}`);
}

/** The action that the caller may not do, such as `cloudformation:DescribeStacks`. Undefined for other errors. */
export function missingAction(error: unknown): string | undefined {
  if (!(error instanceof Error) || !/accessdenied|unauthorized|notauthorized|authorizationerror/i.test(error.name)) {
    return undefined;
  }
  return /not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)/.exec(error.message)?.[1] ?? 'that this takes';
}
