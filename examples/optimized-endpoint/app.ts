import { App } from 'aws-cdk-lib';
import { OptimizedEndpointStack } from './optimized-endpoint-stack';

const app = new App();

new OptimizedEndpointStack(app, 'OptimizedEndpoint', {
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION },
  bucketName: app.node.tryGetContext('bucketName') ?? 'my-models',
  acceptEula: String(app.node.tryGetContext('acceptEula')) === 'true', // a yes that somebody has to say: -c acceptEula=true
});
