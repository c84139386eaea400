import { createRequire } from 'module';
import * as sagemaker from '@aws-sdk/client-sagemaker';
import { version } from '@aws-sdk/client-sagemaker/package.json';
import type { NormalizedSchema as Schema } from '@smithy/core/schema';

/** The SDK's own reader of its schemas, as the client itself has it. */
const { NormalizedSchema } = createRequire(require.resolve('@aws-sdk/client-sagemaker'))('@smithy/core/schema') as {
  NormalizedSchema: { of(schema: unknown): Schema };
};

/** The version of the SDK that the schemas are of. */
export const SDK_VERSION = version;

/** A member of a request or an answer. */
export interface Member {
  /** Such as `InputConfig.TrafficPattern.Phases[].DurationInSeconds`. */
  readonly path: string;
  /** Whether it holds values, alone, in a list or in a map, and no further members. */
  readonly leaf: boolean;
  readonly timestamp: boolean;
}

/** All members of an operation's request, at any depth, as the SDK would send them. */
export function requestMembers(operation: string): Member[] {
  return membersOf(schemaOf(operation, 4));
}

/** All members of an operation's answer. */
export function answerMembers(operation: string): Member[] {
  return membersOf(schemaOf(operation, 5));
}

/** The values in a request or an answer, by the path of their member. What the schema doesn't know is there under its own path. */
export function valuesByPath(members: Member[], value: object): Map<string, unknown[]> {
  const leaves = new Set(members.filter(({ leaf }) => leaf).map(({ path }) => path));
  const found = new Map<string, unknown[]>();
  const note = (path: string, values: unknown[]) => found.set(path, [...found.get(path) ?? [], ...values]);
  const visit = (path: string, node: unknown): void => {
    if (leaves.has(path) || typeof node !== 'object' || node === null) {
      note(path, Array.isArray(node) ? node : [node]);
    } else if (Array.isArray(node)) {
      note(path, []);
      node.forEach(item => visit(`${path}[]`, item));
    } else {
      if (path !== '' && !path.endsWith('[]')) {
        note(path, []);
      }
      Object.entries(node).filter(([, member]) => member !== undefined).forEach(([name, member]) => visit(join(path, name), member));
    }
  };
  visit('', value);
  return found;
}

/** @param index where a schema of an operation has its input (4) and its output (5) */
function schemaOf(operation: string, index: 4 | 5): Schema {
  const schema = (sagemaker as Record<string, unknown>)[`${operation}$`];
  if (!Array.isArray(schema) || schema[2] !== operation) {
    throw new Error(`the SDK has no schema of ${operation}, or has it in another form`);
  }
  const shape: unknown = schema[index];
  return NormalizedSchema.of(typeof shape === 'function' ? shape() : shape);
}

function membersOf(schema: Schema, path = ''): Member[] {
  return [...schema.structIterator()].flatMap(([name, member]) => {
    const at = join(path, name);
    const list = member.isListSchema();
    const item = list || member.isMapSchema() ? member.getValueSchema() : member;
    return item.isStructSchema()
      ? [{ path: at, leaf: false, timestamp: false }, ...membersOf(item, `${at}${item === member ? '' : list ? '[]' : '.*'}`)]
      : [{ path: at, leaf: true, timestamp: item.isTimestampSchema() }];
  });
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
