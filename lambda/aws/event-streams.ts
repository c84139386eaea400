/*
 * Stands in for what the SDK has for operations that stream events (an alias of the bundler). None is called here, and their codec is more code than
 * the protocol of all others.
 */

export const resolveEventStreamSerdeConfig = (config: object) => config;

export const eventStreamSerdeProvider = () => {};

export class EventStreamSerde {
  constructor() {
    throw new Error('the handlers are bundled without event streams: see scripts/bundle.ts');
  }
}
