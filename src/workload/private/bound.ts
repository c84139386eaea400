import { aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { IDependable } from 'constructs';
import { S3Location } from '../../private/s3-location';
import { DatasetFormat } from '../dataset-format';

/** What an input channel is in the scope of a workload configuration. */
export interface BoundChannel {
  readonly channelName: string;
  readonly location: S3Location;
  /** What must be complete before the files are there. */
  readonly dependable?: IDependable;
}

/** What a dataset adds to the specification. */
export interface DatasetParameters {
  readonly publicDataset?: string;
  readonly format?: DatasetFormat;
  readonly inputFile?: string;
  readonly samplingStrategy?: string;
}

/** What a specification is in the scope of a workload configuration. */
export interface BoundWorkload {
  /** The Create request, without name and tags. */
  readonly request: Record<string, unknown>;
  readonly channels: BoundChannel[];
  readonly secrets: secretsmanager.ISecret[];
  readonly hasDataset: boolean;
  readonly datasetFormat?: DatasetFormat;
  readonly benchmarkOnly?: boolean;
  readonly requestCount?: number;
  readonly concurrency?: number;
}
