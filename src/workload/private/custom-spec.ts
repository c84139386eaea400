import { Token } from 'aws-cdk-lib';
import { canonicalName, checkParameters, concurrencyOf, isBenchmarkOnly, requestCountOf } from './parameters';
import { checkSecrets, LEAKED_TOKEN, unlistedSecrets } from './secrets';
import { SpecDocument, SpecParts, SpecWarning } from './spec-parts';
import { known, shown, Validation } from '../../private/validation';
import { DatasetFormat } from '../dataset-format';
import { CustomWorkloadOptions } from '../workload-props';

/** The keys that the service documents; it refuses others, but it may learn new ones before this library does. */
const DOCUMENT_KEYS = ['benchmark', 'parameters', 'tooling', 'secrets'];
const TOOLING_KEYS = ['api_standard', 'version'];

/** The specification that the user's own document is. */
export function customSpec(document: SpecDocument, options: CustomWorkloadOptions): SpecParts {
  const validation = new Validation('WorkloadSpec');
  validation.check(isPlainObject(document), `document must be an object, got ${shown(document)}`);
  validation.check(!containsItself(document), 'document must not contain itself');
  const readable = validation.messages.length === 0;
  return {
    inline: readable ? sorted(document) as SpecDocument : {},
    ...readable ? checkDocument(document, options) : { problems: validation.messages, warnings: [] },
    ...references(options),
  };
}

/** What the user says that the specification refers to. */
export function references({ channels = [], secrets = [] }: CustomWorkloadOptions): Pick<SpecParts, 'channels' | 'secrets' | 'hasDataset'> {
  return { channels, secrets, hasDataset: channels.length > 0 };
}

/** What is wrong with a document, and what can be seen in it. */
export function checkDocument(
  document: SpecDocument, { secrets: listed = [] }: CustomWorkloadOptions,
): Pick<SpecParts, 'problems' | 'warnings' | 'datasetFormat' | 'benchmarkOnly' | 'requestCount' | 'concurrency'> {
  const validation = new Validation('WorkloadSpec');
  const section = (key: string): Record<string, unknown> => {
    const value = document[key];
    // Without the value, which can be a secret.
    validation.check(!known(value) || isPlainObject(value), `${key} must be an object of names and values`);
    return isPlainObject(value) ? value : {};
  };
  const { type } = section('benchmark');
  validation.check(Token.isUnresolved(type) || type === 'aiperf',
    `benchmark.type must be 'aiperf', got ${shown(type)}: add { benchmark: { type: 'aiperf' } }`);

  const { hf_token: leaked, ...given } = section('parameters');
  validation.check(leaked === undefined, LEAKED_TOKEN);
  const parameters: Record<string, unknown> = {};
  const asGiven = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) {
    const canonical = canonicalName(name);
    if (canonical !== undefined) {
      validation.check(!asGiven.has(canonical),
        `parameters.${asGiven.get(canonical)} and parameters.${name} are names of the same parameter: keep one`);
      parameters[canonical] = value;
      asGiven.set(canonical, name);
    }
  }
  checkParameters(parameters, (name) => `parameters.${asGiven.get(name) ?? name}`, validation);
  const arns = checkSecrets(section('secrets'), validation);

  const unknownKeys = [
    ...Object.keys(document).filter((key) => !DOCUMENT_KEYS.includes(key)),
    ...Object.keys(given).filter((key) => canonicalName(key) === undefined).map((key) => `parameters.${key}`),
    ...Object.keys(section('tooling')).filter((key) => !TOOLING_KEYS.includes(key)).map((key) => `tooling.${key}`),
  ];
  const unknownKey: SpecWarning = {
    id: 'unknownWorkloadKey',
    message: `the specification has keys that the service does not document and may refuse: ${unknownKeys.join(', ')}`,
  };
  const format = parameters.custom_dataset_type;
  return {
    problems: validation.messages,
    warnings: [...unknownKeys.length > 0 ? [unknownKey] : [], ...unlistedSecrets(arns, listed)],
    datasetFormat: typeof format === 'string' && known(format) ? DatasetFormat.of(format) : undefined,
    benchmarkOnly: isBenchmarkOnly(parameters),
    requestCount: requestCountOf(parameters),
    concurrency: concurrencyOf(parameters),
  };
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Token.isUnresolved(value);
}

function containsItself(value: unknown, parents: unknown[] = []): boolean {
  return typeof value === 'object' && value !== null && !Token.isUnresolved(value) &&
    (parents.includes(value) || Object.values(value).some((child) => containsItself(child, [...parents, value])));
}

/** With the keys of all objects in alphabetical order, because the order of a map is a matter of chance in some languages. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value) && !Token.isUnresolved(value)) {
    return value.map(sorted);
  }
  return isPlainObject(value) ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])])) : value;
}
