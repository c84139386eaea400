import { App } from 'aws-cdk-lib';
import { StagingGateStack } from './staging-gate-stack';

const app = new App();

new StagingGateStack(app, 'StagingGate', {
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION },
  bucketName: app.node.tryGetContext('bucketName') ?? 'my-models',
});
