import { Token } from 'aws-cdk-lib';
import { TOKEN_MARKER } from './token-marker';
import { Validation } from '../../private/validation';
import { InputChannel } from '../input-channel';

/** Where the load generator finds its channels. */
export const CONTAINER_ROOT = '/opt/ml/input/data';

/** Files that the text of a specification names must be in one of its channels. */
export function checkChannelPaths(text: string, channels: InputChannel[], validation: Validation): void {
  const path = new RegExp(`${CONTAINER_ROOT}/((?:${TOKEN_MARKER}|[^/\\s"',{}\\]])+)`, 'g');
  const named = new Set([...text.matchAll(path)].map((match) => match[1]));
  const names = channels.map(({ channelName }) => channelName);
  for (const name of named) {
    validation.check(Token.isUnresolved(name) || names.some((other) => other === name || Token.isUnresolved(other)),
      `the specification names ${CONTAINER_ROOT}/${name}, but there is no input channel '${name}': add it, or correct the path`);
  }
}
