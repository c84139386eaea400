import api from './api.json';

/** A shape of the service's API model, with every member and element given by the name of its shape. */
export interface Shape {
  readonly type: 'structure' | 'list' | 'map' | 'string' | 'integer' | 'float' | 'boolean' | 'timestamp';
  readonly members?: Record<string, string>;
  readonly required?: string[];
  /** A structure of which exactly one member is given. */
  readonly union?: boolean;
  readonly member?: string;
  readonly key?: string;
  readonly value?: string;
  readonly enum?: string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
}

/** An operation of the API: the names of its input and output shapes, and the errors it declares. */
export interface OperationModel {
  readonly input: string;
  readonly output?: string;
  readonly errors?: string[];
}

const MODEL = api as unknown as { operations: Record<string, OperationModel>; shapes: Record<string, Shape> };

/** The operations that the stand-in knows. */
export const OPERATIONS: ReadonlyMap<string, OperationModel> = new Map(Object.entries(MODEL.operations));

const SHAPES = new Map(Object.entries(MODEL.shapes));

export function shape(name: string): Shape {
  const found = SHAPES.get(name);
  if (!found) {
    throw new Error(`api.json has no shape ${name}`);
  }
  return found;
}

/** Of a record, what the structure has a member for. */
export function pick(structure: string, record: object): Record<string, unknown> {
  const members = shape(structure).members ?? {};
  return Object.fromEntries(Object.entries(record).filter(([name, value]) => name in members && value !== undefined));
}
