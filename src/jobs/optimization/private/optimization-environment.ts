import { Token } from 'aws-cdk-lib';
import { known, quote, Validation } from '../../../private/validation';

/** Environment variables of a container. */
export type Environment = { readonly [key: string]: string };

/** What the Large Model Inference container calls the quantization technique. */
export const QUANTIZE = 'OPTION_QUANTIZE';
/** What it calls the number of accelerators that a model is spread over. */
export const TENSOR_PARALLEL_DEGREE = 'OPTION_TENSOR_PARALLEL_DEGREE';

/** What is wrong with the environment of a container. */
export function validateEnvironment(prop: string, environment: Environment | undefined): string[] {
  const validation = new Validation(prop);
  if (environment === undefined || Token.isUnresolved(environment)) {
    return [];
  }
  validation.count(prop, Object.keys(environment), 0, 25, 'variables');
  for (const [key, value] of Object.entries(environment)) {
    const name = `the name of a variable in ${prop}`;
    validation.length(name, key, 1, 256);
    validation.check(!known(key) || /\S/.test(key), `${name} must not be blank, got ${quote(key)}`);
    validation.length(`${prop}.${key}`, value, 0, 256);
  }
  return validation.messages;
}

/** An environment without variables is none. */
export function renderEnvironment(environment: Environment | undefined): Environment | undefined {
  return environment && Object.keys(environment).length > 0 ? environment : undefined;
}
