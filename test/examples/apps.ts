import { join } from 'path';
import { App, Environment } from 'aws-cdk-lib';
import { BenchmarkGateStack } from '../../examples/benchmark-gate/benchmark-gate-stack';
import { CanaryStack } from '../../examples/canary/canary-stack';
import { ChatEndpointStack } from '../../examples/chat-endpoint/chat-endpoint-stack';
import { LoadTestStack } from '../../examples/load-test/load-test-stack';
import { LoraAdaptersStack } from '../../examples/lora-adapters/lora-adapters-stack';
import { OptimizedEndpointStack } from '../../examples/optimized-endpoint/optimized-endpoint-stack';
import { OvernightStack } from '../../examples/overnight/overnight-stack';
import { DevelopmentStack } from '../../examples/pinned-promotion/development-stack';
import { ModelsStack } from '../../examples/pinned-promotion/models-stack';
import { ProductionStack } from '../../examples/pinned-promotion/production-stack';
import { ScaleToZeroStack } from '../../examples/scale-to-zero/scale-to-zero-stack';
import { StagingGateStack } from '../../examples/staging-gate/staging-gate-stack';

export interface ExampleProps {
  readonly env: Required<Environment>;
  readonly bucketName: string;
}

export const PRODUCTION = { account: '444455556666', region: 'us-west-2' };

/** What each folder under examples/ adds to an app. */
export const EXAMPLES: { readonly [folder: string]: (app: App, props: ExampleProps) => void } = {
  'benchmark-gate': (app, props) => new BenchmarkGateStack(app, 'BenchmarkGate', props),
  'canary': (app, props) => new CanaryStack(app, 'Canary', props),
  'chat-endpoint': (app, props) => new ChatEndpointStack(app, 'ChatEndpoint', props),
  'load-test': (app, props) => new LoadTestStack(app, 'LoadTest', { ...props, modelPackage: 'resnet/1' }),
  'lora-adapters': (app, props) => new LoraAdaptersStack(app, 'LoraAdapters', props),
  'optimized-endpoint': (app, props) => new OptimizedEndpointStack(app, 'OptimizedEndpoint', { ...props, acceptEula: true }),
  'overnight': (app, props) => new OvernightStack(app, 'Overnight', { ...props, mailAddress: 'ml-team@example.com' }),
  'pinned-promotion': (app, props) => {
    new ModelsStack(app, 'Models', { ...props, productionAccount: PRODUCTION.account });
    new DevelopmentStack(app, 'Development', { ...props, productionAccount: PRODUCTION.account });
    const recommendationFile = join(__dirname, '../../examples/pinned-promotion/recommendation.json');
    new ProductionStack(app, 'Production', { env: PRODUCTION, recommendationFile });
  },
  'scale-to-zero': (app, props) => new ScaleToZeroStack(app, 'ScaleToZero', props),
  'staging-gate': (app, props) => new StagingGateStack(app, 'StagingGate', props),
};
