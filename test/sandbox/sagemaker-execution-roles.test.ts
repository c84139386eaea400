import { ARN, JOB, ROLE, setUp } from './sagemaker-setup';
import { HOUR, MINUTE } from '../../sandbox/sagemaker';
import { Authorization, ServiceError } from '../../sandbox/service';

const COULD_NOT_ASSUME = { code: 'ValidationException', message: expect.stringContaining(`Could not assume role ${ROLE}.`) };

/** An IAM in which the role may do everything but one action. */
function without(action?: string) {
  const asked: Authorization[] = [];
  return {
    asked,
    check: (_role: string, authorizations: Authorization[]) => {
      asked.push(...authorizations);
      if (authorizations.some(item => item.action === action)) {
        throw new ServiceError('AccessDeniedException', `not authorized to perform: ${action}`);
      }
    },
    checkTrust: () => {},
  };
}

const untrusted = {
  check: () => {},
  checkTrust: (_role: string, service: string, context: Record<string, string>) => {
    throw new ServiceError('InvalidParameterValueException', `${service} ${JSON.stringify(context)}`);
  },
};

test('a role that SageMaker cannot assume is refused with the request', async () => {
  const { createWorkload, createJob, call, sagemaker } = setUp({}, { iam: untrusted });
  await createWorkload();
  await expect(createJob()).rejects.toMatchObject(COULD_NOT_ASSUME);
  await expect(call('CreateModel', { ModelName: 'm', ExecutionRoleArn: ROLE, PrimaryContainer: { Image: 'image' } })).rejects.toMatchObject(COULD_NOT_ASSUME);
  expect([sagemaker.jobs('AIRecommendationJob'), sagemaker.models]).toEqual([[], []]);
});

test('what a job may not do fails it after a minute', async () => {
  const iam = without('servicequotas:GetServiceQuota');
  const { createWorkload, createJob, describeJob, pass } = setUp({}, { iam });
  await createWorkload({ DatasetConfig: { InputDataConfig: [{ ChannelName: 'traffic', DataSource: { S3DataSource: { S3Uri: 's3://data/t/' } } }] } });
  await createJob();
  expect((await describeJob()).AIRecommendationJobStatus).toBe('InProgress');
  await pass(MINUTE);
  expect(await describeJob()).toMatchObject({ AIRecommendationJobStatus: 'Failed', FailureReason: 'not authorized to perform: servicequotas:GetServiceQuota' });
  expect(iam.asked).toEqual(expect.arrayContaining([
    { action: 's3:ListBucket', resource: 'arn:aws:s3:::amzn-s3-demo-bucket', context: { 's3:prefix': 'models/gpt-oss-20b/' } },
    { action: 's3:GetObject', resource: 'arn:aws:s3:::amzn-s3-demo-bucket/models/gpt-oss-20b/object' },
    { action: 's3:GetObject', resource: 'arn:aws:s3:::data/t/object' },
    { action: 's3:PutObject', resource: 'arn:aws:s3:::amzn-s3-demo-bucket/recommendations/object' },
    { action: 'sagemaker:CreateModelPackageGroup', resource: `${ARN}:model-package-group/${JOB}` },
    { action: 'iam:PassRole', resource: ROLE, context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
  ]));
});

test.each([['s3:GetObject', 'Failed'], ['ecr:BatchGetImage', 'Failed'], ['nothing', 'InService']])('an endpoint whose model is refused %s is %s', async (action, status) => {
  const iam = without();
  const { call, createWorkload, createJob, describeJob, pass, sagemaker } = setUp({ requireApproval: false }, { iam });
  await createWorkload();
  await createJob();
  await pass(2 * HOUR);
  const { ModelPackageArn, InferenceSpecificationName } = (await describeJob()).Recommendations[0].ModelDetails;
  await call('CreateModel', { ModelName: 'm', ExecutionRoleArn: ROLE, PrimaryContainer: { ModelPackageName: ModelPackageArn, InferenceSpecificationName } });
  await call('CreateEndpointConfig', { EndpointConfigName: 'c', ProductionVariants: [{ VariantName: 'v', ModelName: 'm', InstanceType: 'ml.g6.24xlarge', InitialInstanceCount: 1 }] });
  Object.assign(iam, without(action));
  await call('CreateEndpoint', { EndpointName: 'e', EndpointConfigName: 'c' });
  await pass(HOUR);
  expect(sagemaker.endpoints[0].status).toBe(status);
  expect(sagemaker.endpoints[0].failureReason).toBe(status === 'Failed' ? `not authorized to perform: ${action}` : undefined);
  expect(iam.asked).toEqual(expect.arrayContaining([
    { action: 's3:GetObject', resource: 'arn:aws:s3:::amzn-s3-demo-bucket/models/gpt-oss-20b/object' },
    { action: 's3:GetObject', resource: 'arn:aws:s3:::amzn-s3-demo-bucket/recommendations/object' },
    { action: 'ecr:BatchGetImage', resource: 'arn:aws:ecr:us-west-2:763104351884:repository/vllm' },
  ]));
});
