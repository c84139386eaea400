import { PolicyDocument } from './policy';

const CLOUDWATCH_LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

function allow(...actions: string[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
}

/** What a statement of AmazonSageMakerFullAccess excludes: Studio, and work that people do. */
const NOT_FOR_JOBS = ['domain', 'user-profile', 'app', 'space', 'flow-definition'].map(type => `arn:aws:sagemaker:*:*:${type}/*`);

/** The AWS managed policies that the CDK, or this library, attaches to roles, by what follows `:policy/` in their ARN. */
export const AWS_MANAGED_POLICIES: Record<string, PolicyDocument> = {
  'service-role/AWSLambdaBasicExecutionRole': allow(...CLOUDWATCH_LOGS),
  'service-role/AWSLambdaVPCAccessExecutionRole': allow(
    ...CLOUDWATCH_LOGS,
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ),
  'AWSXRayDaemonWriteAccess': allow(
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:GetSamplingStatisticSummaries',
  ),
  // What of it concerns jobs and endpoints: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSageMakerFullAccess.html
  'AmazonSageMakerFullAccess': {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'sagemaker:*', NotResource: NOT_FOR_JOBS },
      {
        Effect: 'Allow',
        Action: [
          'application-autoscaling:DescribeScalableTargets',
          ...['DeleteAlarms', 'DescribeAlarms', 'GetMetricData', 'GetMetricStatistics', 'ListMetrics', 'PutMetricAlarm', 'PutMetricData']
            .map(action => `cloudwatch:${action}`),
          ...[
            'CreateNetworkInterface', 'CreateNetworkInterfacePermission', 'DeleteNetworkInterface', 'DeleteNetworkInterfacePermission',
            'DescribeDhcpOptions', 'DescribeNetworkInterfaces', 'DescribeSecurityGroups', 'DescribeSubnets', 'DescribeVpcEndpoints', 'DescribeVpcs',
          ].map(action => `ec2:${action}`),
          ...['BatchCheckLayerAvailability', 'BatchGetImage', 'GetAuthorizationToken', 'GetDownloadUrlForLayer'].map(action => `ecr:${action}`),
          ...['CreateLogGroup', 'CreateLogStream', 'DescribeLogGroups', 'DescribeLogStreams', 'PutLogEvents'].map(action => `logs:${action}`),
          ...['GetBucketLocation', 'ListBucket', 'ListAllMyBuckets'].map(action => `s3:${action}`),
        ],
        Resource: '*',
      },
      {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
        Resource: ['SageMaker', 'Sagemaker', 'sagemaker'].map(word => `arn:aws:s3:::*${word}*`),
      },
      {
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: 'arn:aws:iam::*:role/*',
        Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
      },
    ],
  },
};
