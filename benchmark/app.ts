import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Sandbox } from '../sandbox';
import {
  AiRecommendationJob, AiRecommendationJobProps, AiWorkloadConfig, GpuInstanceType, JobOutput, ModelSource, PerformanceObjective, WorkloadSpec,
} from '../src';

export const ENV = { account: '111122223333', region: 'us-west-2' };

/** Recommendation jobs with these ids, for one model and one workload. */
export function addJobs(stack: Stack, ids: readonly string[], options: Partial<AiRecommendationJobProps> = {}): void {
  const bucket = s3.Bucket.fromBucketName(stack, 'Models', 'models');
  const workloadConfig = new AiWorkloadConfig(stack, 'Workload', {
    spec: WorkloadSpec.synthetic({ inputTokens: { mean: 550 }, outputTokens: { mean: 150 }, concurrency: 10 }),
  });
  ids.forEach(id => new AiRecommendationJob(stack, id, {
    model: ModelSource.fromBucket(bucket, 'gpt-oss-20b/'),
    workloadConfig,
    objective: PerformanceObjective.TIME_TO_FIRST_TOKEN,
    instanceTypes: [GpuInstanceType.G6_24XLARGE],
    output: JobOutput.toBucket(bucket, 'recommendations/'),
    ...options,
  }));
}

/** Deploys stacks at once, and answers with the status that each of them ends in. */
export async function deploy(sandbox: Sandbox, stacks: Record<string, (stack: Stack) => void>): Promise<string[]> {
  const outdir = mkdtempSync(join(tmpdir(), 'benchmark-'));
  const app = new App({ outdir, analyticsReporting: false });
  const names = Object.keys(stacks);
  names.forEach(name => stacks[name](new Stack(app, name, { env: ENV })));
  const assembly = app.synth();
  const operations = names.map(stackName => sandbox.cloudFormation.deploy({
    stackName, template: assembly.getStackByName(stackName).template, assetDirectory: outdir,
  }));
  const done = await sandbox.run(Promise.all(operations.map(operation => operation.done)));
  rmSync(outdir, { recursive: true });
  return done.map(({ status }) => status);
}
