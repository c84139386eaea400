import { AwsApiCall, ExpectedResult, IApiCall, IntegTest, Match } from '@aws-cdk/integ-tests-alpha';
import { CfnResource, Stack } from 'aws-cdk-lib';
import { addSdkLayer } from './sdk-layer';
import { DeployRecommendation } from 'cdk-sagemaker-inference';

/** The answer's value at a path: this one, or a text that matches. */
type Expected = string | number | boolean | RegExp;

/** Assertions about what was deployed: each is a call that a function in the account makes, and that fails the test. */
export class Checks {
  constructor(private readonly test: IntegTest, private readonly stack: Stack) {}

  /**
   * A call of SageMaker, and what its answer has at some paths, such as `Recommendations.0.ModelDetails`.
   *
   * Each path is a call of its own: whole answers would not go through CloudFormation, which takes 4,096 bytes.
   */
  public sagemaker(operation: string, parameters: object, paths: Record<string, Expected>): void {
    addSdkLayer(this.stack);
    this.call('@aws-sdk/client-sagemaker', operation, parameters, paths);
  }

  /** The resource has these tags, and may have others. */
  public tags(resourceArn: string, tags: Record<string, string>): void {
    for (const [Key, Value] of Object.entries(tags)) {
      const call = this.test.assertions.awsApiCall('@aws-sdk/client-sagemaker', 'ListTags', { ResourceArn: resourceArn });
      call.expect(ExpectedResult.objectLike({ Tags: Match.arrayWith([{ Key, Value }]) }));
      this.reproducible(call);
    }
  }

  /** The endpoint serves what the deployment wanted. */
  public serves({ endpointName, endpointConfigName }: DeployRecommendation): void {
    this.sagemaker('DescribeEndpoint', { EndpointName: endpointName }, { EndpointStatus: 'InService', EndpointConfigName: endpointConfigName });
  }

  /** The endpoint answers a chat. What it says is the model's matter. */
  public chats(endpointName: string): void {
    const body = { messages: [{ role: 'user', content: 'Say hello.' }], max_tokens: 16 };
    this.answers(endpointName, 'application/json', JSON.stringify(body), {
      'Body.choices.0.message.role': 'assistant',
      'Body.choices.0.message.content': /\w/,
    });
  }

  /** The endpoint answers a request with what is expected. */
  public answers(endpointName: string, contentType: string, body: string, paths: Record<string, Expected>): void {
    const parameters = { EndpointName: endpointName, ContentType: contentType, Accept: contentType, Body: body };
    this.call('@aws-sdk/client-sagemaker-runtime', 'InvokeEndpoint', parameters, paths);
  }

  /** A parameter of Systems Manager. */
  public parameter(name: string, value: Expected): void {
    this.call('@aws-sdk/client-ssm', 'GetParameter', { Name: name }, { 'Parameter.Value': value });
  }

  /** There is an object under the prefix whose key matches. */
  public object(bucket: string, prefix: string, key: RegExp): void {
    const [call] = this.call('@aws-sdk/client-s3', 'ListObjectsV2', { Bucket: bucket, Prefix: prefix }, { 'Contents.0.Key': key });
    call.provider.addToRolePolicy({ Effect: 'Allow', Action: ['s3:ListBucket'], Resource: ['*'] });
  }

  private call(service: string, operation: string, parameters: object, paths: Record<string, Expected>): AwsApiCall[] {
    return Object.entries(paths).map(([path, expected]) => {
      const call = this.test.assertions.awsApiCall(service, operation, parameters) as AwsApiCall;
      call.assertAtPath(path, expected instanceof RegExp ? ExpectedResult.stringLikeRegexp(expected.source) : exactly(expected));
      this.reproducible(call);
      return call;
    });
  }

  /** The time is in each call, so that it is made in each deployment. A snapshot must not change with it. */
  private reproducible(call: IApiCall): void {
    if (isSnapshot()) {
      const resource = call.node.defaultChild!.node.defaultChild as CfnResource;
      resource.addPropertyOverride('salt', 'the time');
    }
  }
}

/** Whether nobody deploys what is synthesized: integ-runner says so with a dummy account. */
export const isSnapshot = () => process.env.CDK_INTEG_ACCOUNT !== undefined;

/** What `ExpectedResult.exact` is for: its functions do not know the form in which that hands the value over, and fail. */
function exactly(expected: string | number | boolean): ExpectedResult {
  return { result: JSON.stringify(expected) };
}
