import { App } from 'aws-cdk-lib';
import { CanaryStack } from './canary-stack';

const app = new App();

new CanaryStack(app, 'Canary', {
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION },
  bucketName: app.node.tryGetContext('bucketName') ?? 'my-models',
});
