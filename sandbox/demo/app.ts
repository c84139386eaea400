import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import * as cdkJson from '../../cdk.json';
import { ChatEndpointStack } from '../../examples/chat-endpoint/chat-endpoint-stack';
import { PerformanceObjective } from '../../src';
import type { DeployProps } from '../cloudformation';

export const EXAMPLE = 'examples/chat-endpoint';
export const STACK_NAME = 'ChatEndpoint';
export const ACCOUNT = '111122223333';
export const REGION = 'us-west-2';

/** What the demo changes from one deployment to the next. */
export interface Version {
  readonly objective: PerformanceObjective;
  /** The stack's tag of that name. */
  readonly team: string;
}

/** `cdk synth` and what `cdk deploy` makes of it. */
export function synthesize(version: Version, workspace: string): DeployProps {
  const app = new App({
    outdir: join(workspace, `${version.objective}-${version.team}`),
    analyticsReporting: false,
    // As the CDK's CLI sets it; the display takes its names from it.
    context: { ...cdkJson.context, 'aws:cdk:enable-path-metadata': true },
  });
  new ChatEndpointStack(app, STACK_NAME, {
    env: { account: ACCOUNT, region: REGION },
    bucketName: 'my-models',
    objective: version.objective,
    tags: { team: version.team },
  });
  const assembly = app.synth();
  const { template, tags } = assembly.getStackByName(STACK_NAME);
  return { stackName: STACK_NAME, template, tags, assetDirectory: assembly.directory };
}
