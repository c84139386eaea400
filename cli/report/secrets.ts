import type { Variable } from './model';

const SECRET_NAME = /token|secret|key|passw|pwd|credential|auth|signature/i;
/** Names that say token, and mean those of a language model. */
const OF_A_MODEL = /tokeniz|tokens$|tokens_|_tokens?_(length|size|count|mean|limit)/i;
/** Access keys of AWS, tokens of Hugging Face, GitHub and OpenAI, a password in an address, a signed address, a private key. */
const SECRET_VALUE = /\b(AKIA|ASIA)[A-Z0-9]{16}\b|\bhf_[A-Za-z0-9]{20,}|\bgh[pousr]_[A-Za-z0-9]{20,}|\bsk-[A-Za-z0-9_-]{20,}|:\/\/[^/\s:@]+:[^/\s@]+@|X-Amz-Signature=|-----BEGIN [A-Z ]*PRIVATE KEY/;

/** A variable without its value, if name or value look like a secret: a report is sent around. */
export function variable(name: string, value: string): Variable {
  return looksSecret(name, value) ? { name, masked: true } : { name, value };
}

export function looksSecret(name: string, value: string): boolean {
  const named = SECRET_NAME.test(name) && !(OF_A_MODEL.test(name) && !SECRET_NAME.test(name.replace(/tokens?/gi, '')));
  return value !== '' && (named || SECRET_VALUE.test(value));
}
