import { join } from 'path';
import { version } from '@aws-sdk/client-sagemaker/package.json';
import { AssetHashType, CfnResource, DockerImage, Stack } from 'aws-cdk-lib';
import { Code, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';

const NAME = '@aws-sdk/client-sagemaker';
const ID = 'SageMakerClient';

/**
 * Gives the functions that make the assertions the SageMaker client of this repository. The one that Lambda brings along is older, and may not
 * know these operations yet.
 */
export function addSdkLayer(stack: Stack): void {
  if (stack.node.tryFindChild(ID)) {
    return;
  }
  const layer = new LayerVersion(stack, ID, {
    description: `${NAME} ${version}`,
    code: Code.fromAsset(__dirname, {
      assetHashType: AssetHashType.CUSTOM,
      assetHash: `${NAME}@${version}`, // not of the bytes, which depend on the version of the bundler
      bundling: { image: DockerImage.fromRegistry('none'), local: { tryBundle } },
    }),
  });
  stack.node.addValidation({
    validate: () => {
      for (const resource of stack.node.findAll().filter(CfnResource.isCfnResource)) {
        if (resource.cfnResourceType === 'AWS::Lambda::Function') {
          resource.addPropertyOverride('Layers', [layer.layerVersionArn]);
        }
      }
      return [];
    },
  });
}

function tryBundle(outputDir: string): boolean {
  buildSync({
    entryPoints: [require.resolve(NAME)],
    bundle: true,
    platform: 'node',
    target: 'node22',
    mainFields: ['module', 'main'],
    minify: true,
    outfile: join(outputDir, 'nodejs', 'node_modules', NAME, 'index.js'),
    logLevel: 'warning',
  });
  return true;
}
