import type { Keys } from '../../accounts';
import { PolicyDocument } from '../../runtime/policy';
import type { S3 } from '../../s3';
import { Properties } from '../template';
import { Effect, Effects } from './native';
import { Place } from './type-models';

/** Whose a bucket is, and which policies buckets and keys have: what callers of other accounts have to reckon with. */
export function storageEffects(s3: S3, keys: Keys, place: Place): Record<string, Effects> {
  const own = ({ name, properties }: Effect) => s3.own(name, { keyArn: keyOf(properties, place) });
  const putPolicy = ({ properties }: Effect) => s3.putBucketPolicy(String(properties.Bucket), document(properties.PolicyDocument));
  const putKey = ({ attributes, properties }: Effect) => keys.put(String(attributes.Arn), document(properties.KeyPolicy));
  return {
    'AWS::S3::Bucket': {
      exists: ({ name }) => ![undefined, place.account].includes(s3.ownerOf(name)),
      create: own,
      update: own,
      delete: ({ name }) => s3.disown(name),
    },
    'AWS::S3::BucketPolicy': { create: putPolicy, update: putPolicy, delete: ({ properties }) => s3.putBucketPolicy(String(properties.Bucket)) },
    'AWS::KMS::Key': { create: putKey, update: putKey, delete: ({ attributes }) => keys.delete(String(attributes.Arn)) },
  };
}

/** The key that new objects are encrypted with. That of AWS has no policy that could let anybody else in. */
function keyOf({ BucketEncryption }: Properties, { partition, region, account }: Place): string | undefined {
  const [rule] = ((BucketEncryption as Properties | undefined)?.ServerSideEncryptionConfiguration ?? []) as Record<string, any>[];
  const { SSEAlgorithm, KMSMasterKeyID } = rule?.ServerSideEncryptionByDefault ?? {};
  if (!['aws:kms', 'aws:kms:dsse'].includes(SSEAlgorithm)) {
    return undefined;
  }
  const id = String(KMSMasterKeyID ?? 'alias/aws/s3');
  return id.startsWith('arn:') ? id : `arn:${partition}:kms:${region}:${account}:${id.startsWith('alias/') ? '' : 'key/'}${id}`;
}

function document(value: unknown): PolicyDocument | undefined {
  return (typeof value === 'string' ? JSON.parse(value) : value) as PolicyDocument | undefined;
}
