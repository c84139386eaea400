import { App } from 'aws-cdk-lib';
import { LoraAdaptersStack } from './lora-adapters-stack';

const app = new App();

new LoraAdaptersStack(app, 'LoraAdapters', {
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION },
  bucketName: app.node.tryGetContext('bucketName') ?? 'my-models',
});
