import { isConstruct } from './values';
import type { PropPath } from '../../scripts/api-coverage/prop-path';
import type { PublicApi } from '../../scripts/api-coverage/public-api';
import * as library from '../../src';

/** How an object of the library came to be. */
interface Making {
  readonly type: string;
  readonly method: string;
  /** The arguments by the names of the parameters. */
  readonly given: Record<string, unknown>;
}

/** A member of a struct, `TrafficPhase.duration`, and what it was given: what is further structs not counted in. */
export interface Given {
  readonly member: string;
  readonly contents: unknown[];
}

/**
 * Remembers from what the library's objects were made, which the objects themselves don't tell. So whatever was given to a prop can be found
 * again, however deep.
 */
export class Factories {
  private readonly makings = new WeakMap<object, Making>();

  /** From now on. */
  constructor(private readonly api: PublicApi) {
    for (const [type, exported] of Object.entries(library as Record<string, unknown>)) {
      for (const [method, parameters] of this.api.factoriesOf(type) ?? []) {
        const factories = exported as Record<string, (...args: unknown[]) => object>;
        const original = factories[method];
        factories[method] = (...args) => {
          const made = original.apply(exported, args);
          this.makings.set(made, { type, method, given: Object.fromEntries(parameters.map(({ name }, i) => [name, args[i]])) });
          return made;
        };
      }
    }
  }

  /** What is found where a path leads to in the props. */
  public follow(path: PropPath, props: object): unknown[] {
    return path.steps.reduce<unknown[]>((nodes, step) => nodes.flatMap(node => {
      switch (step.kind) {
        case 'each':
          return Array.isArray(node) ? node : [];
        case 'factory': {
          const making = this.makings.get(node as object);
          return making?.type === step.type && ['*', making.method].includes(step.method) ? [making.given] : [];
        }
        default: {
          const value = (node as Record<string, unknown>)[step.name];
          return value === undefined ? [] : [value];
        }
      }
    }), [props]);
  }

  /** All that was given to the members of a struct and of what is in it. */
  public allGiven(type: string, value: unknown): Given[] {
    if (Array.isArray(value)) {
      return value.flatMap(item => this.allGiven(type, item));
    }
    if (typeof value !== 'object' || value === null || isConstruct(value)) {
      return [];
    }
    const making = this.makings.get(value);
    if (making) {
      return (this.api.factoriesOf(making.type)?.get(making.method) ?? [])
        .flatMap(parameter => this.allGiven(parameter.type.name, making.given[parameter.name]));
    }
    return (this.api.membersOf(type) ?? []).flatMap(member => {
      const given = (value as Record<string, unknown>)[member.name];
      return given === undefined ? [] : [
        { member: `${this.api.ownerOf(type, member.name)}.${member.name}`, contents: this.directContentsOf(member.type.name, given) },
        ...this.allGiven(member.type.name, given),
      ];
    });
  }

  /** Whatever went into a value: itself, or what it was made from. */
  public contentsOf(value: unknown): unknown[] {
    if (Array.isArray(value)) {
      return value.flatMap(item => this.contentsOf(item));
    }
    const making = typeof value === 'object' && value !== null ? this.makings.get(value) : undefined;
    if (making) {
      return Object.values(making.given).flatMap(given => this.contentsOf(given));
    }
    return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
      ? Object.entries(value).flatMap(([key, item]) => [key, ...this.contentsOf(item)]) : [value];
  }

  /** The same without the structs of the library. */
  private directContentsOf(type: string, value: unknown): unknown[] {
    if (Array.isArray(value)) {
      return value.flatMap(item => this.directContentsOf(type, item));
    }
    const making = typeof value === 'object' && value !== null ? this.makings.get(value) : undefined;
    if (making) {
      return (this.api.factoriesOf(making.type)?.get(making.method) ?? [])
        .flatMap(parameter => this.directContentsOf(parameter.type.name, making.given[parameter.name] ?? []));
    }
    if (this.api.membersOf(type)) {
      return [];
    }
    // The names in a map are given, those in a struct of the CDK are not.
    return type.startsWith('{') || typeof value !== 'object' ? this.contentsOf(value) : plain(value).flatMap(item => this.contentsOf(item));
  }
}

function plain(value: object | null): unknown[] {
  return value !== null && Object.getPrototypeOf(value) === Object.prototype ? Object.values(value) : [value];
}
