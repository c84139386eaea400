import type { Properties, ResourceEvent } from './event';
import { record, stackOf, text } from './event';
import type { Kind } from './kind';
import { canonical, contentName, contentOf } from './naming';
import { ownTags, tagsIn } from './tags';

/**
 * What makes a job this job and no other. FROZEN like the name that is made from it.
 *
 * A workload configuration that was made here counts by its content: another start of its name is no other workload. Subject is what a job
 * looks at beyond its request.
 */
function inputsOf(properties: Properties | undefined): Properties {
  const request = { ...record(properties, 'Request') };
  const workload = text(request, 'AIWorkloadConfigIdentifier');
  if (workload) {
    request.AIWorkloadConfigIdentifier = contentOf(workload);
  }
  const subject = properties?.Subject;
  return { Request: request, RerunToken: text(properties, 'RerunToken'), ...(subject !== undefined && { Subject: subject }) };
}

export function sameInputs(a: Properties | undefined, b: Properties | undefined): boolean {
  return canonical(inputsOf(a)) === canonical(inputsOf(b));
}

/** The name of the first run of what these properties ask for. */
export function baseName(kind: Kind, event: ResourceEvent, properties: Properties | undefined): string {
  return contentName({
    stackName: stackOf(event).name,
    logicalId: event.LogicalResourceId,
    prefix: text(properties, 'NamePrefix'),
    content: inputsOf(properties),
    maxLength: kind.maxNameLength,
    lowercase: kind.lowercase,
  });
}

/** The Create request as it is sent: types as the API has them, with the name, the role, the tags and an output folder of its own. */
export function createRequest(kind: Kind, event: ResourceEvent, name: string): Properties {
  const properties = event.ResourceProperties;
  const request = filled(structuredClone(record(properties, 'Request')), kind.defaults ?? {});
  kind.booleans?.forEach(path => change(request, path.split('.'), value => String(value) === 'true'));
  kind.numbers?.forEach(path => change(request, path.split('.'), Number));
  if (kind.outputLocation) {
    // Runs that share a prefix mix, and an endpoint that downloads the bare location downloads all of them.
    change(request, kind.outputLocation.split('.'), value => `${String(value).replace(/\/+$/, '')}/${name}/`);
  }
  return {
    ...request,
    [kind.nameMember]: name,
    ...(text(properties, 'RoleArn') && { RoleArn: text(properties, 'RoleArn') }),
    Tags: [...tagsIn(properties), ...ownTags(event)],
  };
}

/** The request with what it leaves open. */
function filled(request: Properties, defaults: Properties): Properties {
  for (const [member, value] of Object.entries(defaults)) {
    const given = request[member];
    request[member] = typeof value === 'object' && value !== null ? filled({ ...given as Properties }, value as Properties) : given ?? value;
  }
  return request;
}

function change(node: unknown, [step, ...rest]: string[], convert: (value: unknown) => unknown): void {
  if (node === null || typeof node !== 'object') {
    return;
  }
  const members = node as Properties;
  for (const key of step === '*' ? Object.keys(members) : [step]) {
    if (members[key] === undefined) {
      continue;
    }
    if (rest.length > 0) {
      change(members[key], rest, convert);
    } else {
      members[key] = convert(members[key]);
    }
  }
}
