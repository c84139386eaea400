import { App } from 'aws-cdk-lib';
import { OvernightStack } from './overnight-stack';

const app = new App();

new OvernightStack(app, 'Overnight', {
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION },
  bucketName: app.node.tryGetContext('bucketName') ?? 'my-models',
  mailAddress: app.node.tryGetContext('mailAddress') ?? 'ml-team@example.com',
});
