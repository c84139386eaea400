import { Token } from 'aws-cdk-lib';
import { canonicalName, checkParameters } from './parameters';
import { SpecDocument, SpecParts, SpecWarning } from './spec-parts';
import { known, quote, Validation } from '../../private/validation';
import { DatasetFormat } from '../dataset-format';
import { CustomWorkloadOptions } from '../workload-props';

/** The keys that the service documents; it refuses others, but it may learn new ones before this library does. */
const DOCUMENT_KEYS = ['benchmark', 'parameters', 'tooling', 'secrets'];
const TOOLING_KEYS = ['api_standard', 'version'];
const LEAKED_TOKEN = 'parameters.hf_token must not be in the specification, where everybody can read it: put the token into a secret and ' +
  'its full ARN into secrets.hf_token';

/** The specification that the user's own document is. */
export function customSpec(document: SpecDocument, options: CustomWorkloadOptions): SpecParts {
  return { inline: sorted(document) as SpecDocument, ...checkDocument(document), ...references(options) };
}

/** The specification that the user's own text is. JSON is looked into; of YAML only what can be seen without reading it. */
export function customTextSpec(text: string, options: CustomWorkloadOptions): SpecParts {
  const validation = new Validation('WorkloadSpec');
  let warnings: SpecWarning[] = [];
  let datasetFormat: DatasetFormat | undefined;
  if (known(text) && text.trimStart().startsWith('{')) {
    const document = parse(text);
    validation.check(document !== undefined, `text must be valid JSON when it begins with a brace, got ${quote(text)}`);
    const checked = checkDocument(document ?? { benchmark: { type: 'aiperf' } });
    validation.add(checked.problems);
    ({ warnings, datasetFormat } = checked);
  } else if (known(text)) {
    validation.check(/^benchmark\s*:/m.test(text) && /\btype["']?\s*:\s*["']?aiperf\b/.test(text),
      'text must have a benchmark whose type is aiperf: begin it with "benchmark: {type: aiperf}"');
    validation.check(!/\bhf_token["']?\s*:(?!\s*["']?arn:)/.test(text), LEAKED_TOKEN);
  }
  return { inline: text, problems: validation.messages, warnings, datasetFormat, ...references(options) };
}

function references({ channels = [], secrets = [] }: CustomWorkloadOptions): Pick<SpecParts, 'channels' | 'secrets' | 'hasDataset'> {
  return { channels, secrets, hasDataset: channels.length > 0 };
}

function checkDocument(document: SpecDocument): Pick<SpecParts, 'problems' | 'warnings' | 'datasetFormat'> {
  const validation = new Validation('WorkloadSpec');
  const benchmark = section(document, 'benchmark');
  validation.check(Token.isUnresolved(benchmark.type) || benchmark.type === 'aiperf',
    `benchmark.type must be 'aiperf', got ${quote(String(benchmark.type))}: add { benchmark: { type: 'aiperf' } }`);

  const given = section(document, 'parameters');
  validation.check(given.hf_token === undefined, LEAKED_TOKEN);
  const parameters: Record<string, unknown> = {};
  const asGiven = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) {
    const canonical = canonicalName(name);
    if (canonical !== undefined) {
      parameters[canonical] = value;
      asGiven.set(canonical, name);
    }
  }
  checkParameters(parameters, (name) => `parameters.${asGiven.get(name) ?? name}`, validation);

  const unknownKeys = [
    ...Object.keys(document).filter((key) => !DOCUMENT_KEYS.includes(key)),
    ...Object.keys(given).filter((key) => canonicalName(key) === undefined).map((key) => `parameters.${key}`),
    ...Object.keys(section(document, 'tooling')).filter((key) => !TOOLING_KEYS.includes(key)).map((key) => `tooling.${key}`),
  ];
  const format = parameters.custom_dataset_type;
  return {
    problems: validation.messages,
    warnings: unknownKeys.length === 0 ? [] : [{
      id: 'unknownWorkloadKey',
      message: `the specification has keys that the service does not document and may refuse: ${unknownKeys.join(', ')}`,
    }],
    datasetFormat: typeof format === 'string' && known(format) ? DatasetFormat.of(format) : undefined,
  };
}

/** One of the document's objects; empty when there is none, or none that can be looked into. */
function section(document: SpecDocument, key: string): Record<string, unknown> {
  const value = document[key];
  return isPlainObject(value) ? value : {};
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Token.isUnresolved(value);
}

function parse(text: string): SpecDocument | undefined {
  try {
    return JSON.parse(text) as SpecDocument;
  } catch {
    return undefined;
  }
}

/** With the keys of all objects in alphabetical order, because the order of a map is a matter of chance in some languages. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value) && !Token.isUnresolved(value)) {
    return value.map(sorted);
  }
  return isPlainObject(value) ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])])) : value;
}
