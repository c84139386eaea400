import { App } from 'aws-cdk-lib';
import { LoadTestStack } from './load-test-stack';

const app = new App();

new LoadTestStack(app, 'LoadTest', {
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION },
  bucketName: app.node.tryGetContext('bucketName') ?? 'my-models',
  modelPackage: app.node.tryGetContext('modelPackage') ?? 'resnet/1',
});
