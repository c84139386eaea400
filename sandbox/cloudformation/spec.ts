import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';

/** What AWS publishes about a resource type. */
export type ResourceSpec = NonNullable<ReturnType<typeof resourceSpec>>;
export type Property = ResourceSpec['properties'][string];
export type PropertyType = Property['type'];

let database: ReturnType<typeof loadAwsServiceSpecSync> | undefined;

/** Loading takes a third of a second and most of what uses the sandbox needs it, but not all. */
function spec() {
  database ??= loadAwsServiceSpecSync();
  return database;
}

export function resourceSpec(type: string) {
  return spec().lookup('resource', 'cloudFormationType', 'equals', type).at(0);
}

/** The properties of a nested type. */
export function nestedProperties(type: Extract<PropertyType, { type: 'ref' }>): Record<string, Property> {
  return spec().get('typeDefinition', type.reference).properties;
}
