import { App } from 'aws-cdk-lib';
import { BenchmarkGateStack } from './benchmark-gate-stack';

const app = new App();

new BenchmarkGateStack(app, 'BenchmarkGate', {
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION },
  bucketName: app.node.tryGetContext('bucketName') ?? 'my-models',
});
