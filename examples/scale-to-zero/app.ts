import { App } from 'aws-cdk-lib';
import { ScaleToZeroStack } from './scale-to-zero-stack';

const app = new App();

new ScaleToZeroStack(app, 'ScaleToZero', {
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION },
  bucketName: app.node.tryGetContext('bucketName') ?? 'my-models',
});
