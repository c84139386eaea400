import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';

/** Whose account and which Region, where the environment and the configuration of the AWS tools don't say it. */
export interface Connection {
  readonly profile?: string;
  readonly region?: string;
}

/** Asked as often: a deployment that is watched is one that other tools look at too, and they share the rate limits. */
const PATIENT = { maxAttempts: 8, retryMode: 'adaptive', requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true } };

/** The clients of AWS, each loaded when it is asked for. Credentials, Region and endpoint are found as by every AWS tool. */
export class Aws {
  private readonly clients = new Map<string, Promise<unknown>>();

  constructor(private readonly connection: Connection) {}

  public cloudFormation(): Promise<CloudFormationClient> {
    return this.client('cloudformation', async () => (await import('@aws-sdk/client-cloudformation')).CloudFormationClient);
  }

  public sagemaker(): Promise<SageMakerClient> {
    return this.client('sagemaker', async () => (await import('@aws-sdk/client-sagemaker')).SageMakerClient);
  }

  public s3(): Promise<S3Client> {
    return this.client('s3', async () => (await import('@aws-sdk/client-s3')).S3Client);
  }

  public logs(): Promise<CloudWatchLogsClient> {
    return this.client('logs', async () => (await import('@aws-sdk/client-cloudwatch-logs')).CloudWatchLogsClient);
  }

  private client<Client>(service: string, load: () => Promise<new (options: object) => Client>): Promise<Client> {
    const client = this.clients.get(service) ?? load().then(constructor => new constructor({ ...PATIENT, ...this.connection }));
    this.clients.set(service, client);
    return client as Promise<Client>;
  }
}
