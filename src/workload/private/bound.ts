import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { IDependable } from 'constructs';
import { DatasetFormat } from '../dataset-format';

/** What an input channel is in the scope of a workload configuration. */
export interface BoundChannel {
  readonly channelName: string;
  readonly bucket: s3.IBucket;
  readonly prefix: string;
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
}
