import { aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { DatasetFormat } from '../dataset-format';
import { InputChannel } from '../input-channel';

/** What is legal but suspicious. */
export interface SpecWarning {
  /** What follows `cdk-sagemaker-inference:`; people acknowledge warnings by it, so it never changes. */
  readonly id: string;
  readonly message: string;
}

/** The service's own document. */
export interface SpecDocument {
  readonly [key: string]: unknown;
}

/** What a workload specification consists of, whichever way it came about. */
export interface SpecParts {
  /** The document, or its text as the user wrote it. */
  readonly inline: SpecDocument | string;
  readonly channels: InputChannel[];
  readonly secrets: secretsmanager.ISecret[];
  readonly hasDataset: boolean;
  readonly datasetFormat?: DatasetFormat;
  readonly benchmarkOnly?: boolean;
  readonly requestCount?: number;
  readonly concurrency?: number;
  readonly problems: string[];
  readonly warnings: SpecWarning[];
}
