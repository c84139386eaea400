import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Sandbox } from '..';

/** Name of the role that reads what is reported. Its calls are none of the deployment's. */
export const READER = 'report-reader';

const COMMAND = join(__dirname, '../../assets/cli/index.js');

/** All that a report of this stack takes: the permissions of docs/report.md, but for those that only benchmarks need. */
const READING = {
  Statement: [{
    Effect: 'Allow',
    Action: [
      'cloudformation:DescribeStacks', 'cloudformation:ListStackResources', 'sagemaker:DescribeAIRecommendationJob', 'sagemaker:DescribeEndpoint',
      'sagemaker:DescribeEndpointConfig', 'sagemaker:DescribeModel', 'sagemaker:ListTags',
    ],
    Resource: '*',
  }],
};

/** Writes the report of a stack as a user would: by the command, in a process of its own, under a role that may only read. */
export async function writePage(sandbox: Sandbox, stack: string, file: string): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  const environment = sandbox.environmentOf(sandbox.role(READER, READING));
  const child = spawn(process.execPath, [COMMAND, 'report', stack, '--output', file], {
    env: { PATH: process.env.PATH, ...environment }, stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', data => { said += data; });
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) {
    throw new Error(`the report was not written: ${said.trim()}`);
  }
}
