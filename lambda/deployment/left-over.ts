import { AddTagsCommand } from '@aws-sdk/client-sagemaker';
import { describeConfig, tagsOf } from './resources';
import { sagemaker } from '../aws/clients';
import { reasonOf } from '../errors';
import type { ResourceEvent } from '../event';
import { log } from '../log';
import { listTags, ownerOf, OWNER_TAG } from '../tags';

/*
 * When an update of an endpoint fails while CloudFormation no longer looks, the endpoint serves what CloudFormation takes for replaced, and whose clean-up
 * cannot delete it therefore. It is then noted on what the resource stands for instead, and goes with that, or as soon as nothing uses it.
 */

export const LEFT_OVER_TAG = 'cdk-sagemaker-inference:left-over';
/** A tag's value. Four names fit. */
const MAX_VALUE = 256;

/** The names that are noted on a configuration. */
export async function leftOversOf(event: ResourceEvent, configName: string): Promise<string[]> {
  return namesIn(await tagsOf(event, 'endpoint-config', configName));
}

/** Notes on a configuration, if there is one, what is to go with it. Whether that is done: if not, the left-over costs nothing, but stays for good. */
export async function noteLeftOver(event: ResourceEvent, configName: string | undefined, leftOver: string): Promise<boolean> {
  try {
    const arn = configName === undefined ? undefined : (await describeConfig(configName))?.EndpointConfigArn;
    const tags = arn ? await listTags(arn) : new Map<string, string>();
    const names = new Set([...namesIn(tags), leftOver]);
    const Value = [...names].join(' ');
    if (!arn || tags.get(OWNER_TAG) !== ownerOf(event) || Value.length > MAX_VALUE) {
      return false;
    }
    log('in use, so that it goes with its successor', { name: leftOver, successor: configName });
    await sagemaker().send(new AddTagsCommand({ ResourceArn: arn, Tags: [{ Key: LEFT_OVER_TAG, Value }] }));
    return true;
  } catch (error) {
    log('left behind, since it is in use', { name: leftOver, reason: reasonOf(error) });
    return false;
  }
}

function namesIn(tags: ReadonlyMap<string, string>): string[] {
  return tags.get(LEFT_OVER_TAG)?.split(' ') ?? [];
}
