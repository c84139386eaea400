import { Resource } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { Validation } from '../../private/validation';
import type { AiWorkloadConfigAttributes, IAiWorkloadConfig } from '../ai-workload-config';
import { AiWorkloadConfigGrants } from '../ai-workload-config-grants';
import type { DatasetFormat } from '../dataset-format';

/** A workload configuration of which no more is known than the user says. */
export class ImportedWorkloadConfig extends Resource implements IAiWorkloadConfig {
  public readonly workloadConfigName: string;
  public readonly workloadConfigArn: string;
  public readonly hasDataset?: boolean;
  public readonly datasetFormat?: DatasetFormat;
  public readonly grants: AiWorkloadConfigGrants;

  constructor(scope: Construct, id: string, arn: string, attrs: AiWorkloadConfigAttributes) {
    super(scope, id, { environmentFromArn: arn });
    const { inputs = [], secrets = [] } = attrs;

    const validation = new Validation('AiWorkloadConfig');
    validation.required(attrs, 'workloadConfigName');
    validation.matches('workloadConfigName', attrs.workloadConfigName, /[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}/,
      'be 1 to 63 letters, digits and hyphens, and begin and end with a letter or a digit');
    for (const channel of inputs) {
      validation.add(channel._validate().map((message) => `input channel '${channel.channelName}': ${message}`));
      validation.check(!channel._isLocal(),
        `inputs must be in S3 already, got the local files of '${channel.channelName}': use InputChannel.fromBucket`);
    }
    validation.throwIfAny(this);

    this.workloadConfigName = attrs.workloadConfigName;
    this.workloadConfigArn = arn;
    this.hasDataset = attrs.hasDataset;
    this.datasetFormat = attrs.datasetFormat;
    this.grants = AiWorkloadConfigGrants._of(inputs.map((channel) => channel._bind(this)), secrets);
  }
}
