import { Aws } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { S3Location } from '../../src/private/s3-location';
import { testStack } from '../workload/fixture';

test.each([
  ['', ''],
  ['llama', 'llama/'],
  ['llama/', 'llama/'],
  // Without the slash a grant on the prefix would take in llama-old.
  [`${Aws.REGION}/llama`, `${Aws.REGION}/llama/`],
  // The value may end with a slash of its own.
  [`models/${Aws.REGION}`, `models/${Aws.REGION}`],
])('the folder of %p', (prefix, folder) => {
  const bucket = s3.Bucket.fromBucketName(testStack(), 'Bucket', 'models');
  expect(S3Location.inBucket(bucket, prefix).uri).toBe(`s3://models/${folder}`);
});
