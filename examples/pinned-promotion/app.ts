import { join } from 'path';
import { App } from 'aws-cdk-lib';
import { DevelopmentStack } from './development-stack';
import { ModelsStack } from './models-stack';
import { ProductionStack } from './production-stack';

const app = new App();

const development = { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION };
const production = { account: app.node.tryGetContext('productionAccount') ?? '444455556666', region: process.env.CDK_DEFAULT_REGION };
const bucketName = app.node.tryGetContext('bucketName') ?? 'my-models';

const models = new ModelsStack(app, 'Models', { env: development, bucketName, productionAccount: production.account });
const search = new DevelopmentStack(app, 'Development', { env: development, bucketName, productionAccount: production.account });
search.addDependency(models);
new ProductionStack(app, 'Production', { env: production, recommendationFile: join(__dirname, 'recommendation.json') });
