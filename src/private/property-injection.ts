import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { IConstruct } from 'constructs';
import { checkBeforeNew, DECLARED } from './types';

/** A class of constructs with an id by which injectors of properties know it. */
interface Injectable {
  readonly PROPERTY_INJECTION_ID: string;
  new (...given: any[]): IConstruct;
}

/**
 * Has the injectors of properties, which an app can give to each of its scopes, change the props of a construct before its constructor sees them.
 *
 * They are looked for from the scope upwards. So what was given is looked at before that, or a missing scope would be a TypeError of the CDK; the
 * constructor looks at what came of it.
 */
export function injectable<T extends Injectable>(construct: T): T {
  // The last part of the id rather than the name of the class, which is another one in an app whose code was minified.
  const type = construct.PROPERTY_INJECTION_ID.split('.').at(-1)!;
  const Injected = class extends propertyInjectable(construct) {
    constructor(...given: any[]) {
      checkBeforeNew(type, given);
      super(...given);
    }
  };
  DECLARED.set(Injected, construct);
  // By this it is known in the debugger, and to whatever prints an object.
  return Object.defineProperty(Injected, 'name', { value: construct.name, configurable: true });
}
