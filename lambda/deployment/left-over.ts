import { AddTagsCommand } from '@aws-sdk/client-sagemaker';
import { tagsOf } from './resources';
import { sagemaker } from '../aws/clients';
import { reasonOf } from '../errors';
import { ResourceEvent, sagemakerArn } from '../event';
import { log } from '../log';
import { ownerOf, OWNER_TAG } from '../tags';

/*
 * When an update of an endpoint fails while CloudFormation no longer looks, the endpoint serves what CloudFormation takes for replaced, and whose clean-up
 * cannot delete it therefore. It is then noted on what the resource stands for instead, and goes with that, or as soon as nothing uses it.
 */

const LEFT_OVER_TAG = 'cdk-sagemaker-inference:left-over';
/** A tag's value. Four names fit. */
const MAX_VALUE = 256;

/** The names that are noted on a configuration. */
export async function leftOversOf(event: ResourceEvent, configName: string): Promise<string[]> {
  return namesIn(await tagsOf(event, 'endpoint-config', configName));
}

/** Notes on a configuration, if there is one, what is to go with it. Whether that is done: if not, the left-over costs nothing, but stays for good. */
export async function noteLeftOver(event: ResourceEvent, configName: string | undefined, leftOver: string): Promise<boolean> {
  if (configName === undefined) {
    return false;
  }
  try {
    const tags = await tagsOf(event, 'endpoint-config', configName);
    const Value = [...new Set([...namesIn(tags), leftOver])].join(' ');
    if (tags.get(OWNER_TAG) !== ownerOf(event) || Value.length > MAX_VALUE) {
      return false;
    }
    log('in use, so that it goes with its successor', { name: leftOver, successor: configName });
    await sagemaker().send(new AddTagsCommand({ ResourceArn: sagemakerArn(event, 'endpoint-config', configName), Tags: [{ Key: LEFT_OVER_TAG, Value }] }));
    return true;
  } catch (error) {
    log('left behind, since it is in use', { name: leftOver, reason: reasonOf(error) });
    return false;
  }
}

function namesIn(tags: ReadonlyMap<string, string>): string[] {
  return tags.get(LEFT_OVER_TAG)?.split(' ') ?? [];
}
