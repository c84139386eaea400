import { App } from 'aws-cdk-lib';
import { ChatEndpointStack } from './chat-endpoint-stack';

const app = new App();

new ChatEndpointStack(app, 'ChatEndpoint', {
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION },
  bucketName: app.node.tryGetContext('bucketName') ?? 'my-models',
});
