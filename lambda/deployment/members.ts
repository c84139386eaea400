import type { Properties } from '../event';

/** The members of CreateEndpointConfig and CreateModel that are no strings, by their names, which mean the same wherever they stand. */
const MEMBERS: Readonly<Record<string, (value: unknown) => unknown>> = {
  ...named(Number,
    'InitialVariantWeight', 'InitialInstanceCount', 'VolumeSizeInGB', 'VariantInstanceProvisionTimeoutInSeconds', 'ModelDataDownloadTimeoutInSeconds',
    'ContainerStartupHealthCheckTimeoutInSeconds', 'MinInstanceCount', 'MaxInstanceCount', 'MaximumStepSize', 'CooldownInMinutes',
    'InitialSamplingPercentage', 'MaxConcurrentInvocationsPerInstance', 'MetricPublishFrequencyInSeconds'),
  ...named(value => String(value) === 'true',
    'EnableCapture', 'EnableNetworkIsolation', 'EnableEnhancedMetrics', 'EnableDetailedObservability', 'EnableSSMAccess'),
};

function named<T>(type: T, ...names: string[]): Record<string, T> {
  return Object.fromEntries(names.map(name => [name, type]));
}

/** Members as the API has them: CloudFormation has made strings of all numbers and booleans. */
export function typed(members: Properties): Properties {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, MEMBERS[name]?.(value) ?? nested(value)]));
}

function nested(value: unknown): unknown {
  return Array.isArray(value) ? value.map(nested) : value !== null && typeof value === 'object' ? typed(value as Properties) : value;
}
