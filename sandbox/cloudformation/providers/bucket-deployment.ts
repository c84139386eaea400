import { randomUUID } from 'node:crypto';
import { VirtualClock } from '../../clock';
import { Assets } from '../assets';
import { Copy, Stack } from '../stack';
import { Properties } from '../template';
import { Provisioned, ProvisionRequest, ResourceProvider } from './provider';

export interface BucketDeployment {
  readonly sources: string[];
  readonly bucket: string;
  readonly prefix: string;
}

const DURATION = 30_000;
const ATTRIBUTES = ['DestinationBucketArn', 'SourceObjectKeys', 'DeployedBucket'];

/**
 * A stand-in for the handler of the CDK's BucketDeployment, which is written in Python: it copies nothing, it only checks
 * that the sources are assets and takes down where they would go.
 */
export class BucketDeploymentProvider implements ResourceProvider {
  public readonly deployments: BucketDeployment[] = [];

  constructor(private readonly clock: VirtualClock, private readonly assets: Assets) {}

  public prepare(logicalId: string, _type: string, properties: Properties): Properties {
    if (!Array.isArray(properties.SourceBucketNames) || !Array.isArray(properties.SourceObjectKeys) || typeof properties.DestinationBucketName !== 'string') {
      throw new Error(`${logicalId}: SourceBucketNames, SourceObjectKeys and DestinationBucketName are required`);
    }
    return properties;
  }

  public hasAttribute(_type: string, attribute: string): boolean {
    return ATTRIBUTES.includes(attribute);
  }

  public replaces(): boolean {
    return false;
  }

  public async create(request: ProvisionRequest): Promise<Provisioned> {
    return this.deploy(request, `aws.cdk.s3deployment.${randomUUID()}`);
  }

  public async update(request: ProvisionRequest, before: Copy): Promise<Provisioned> {
    return this.deploy(request, before.physicalId);
  }

  public async delete(): Promise<void> {}

  public missingAttribute(stack: Stack, copy: Copy, attribute: string): string {
    return `CustomResource attribute error: Vendor response doesn't contain ${attribute} attribute in object ${stack.stackId}|${copy.logicalId}`;
  }

  private async deploy(request: ProvisionRequest, physicalId: string): Promise<Provisioned> {
    await request.cancellation.orThrow(this.clock.sleep(DURATION));
    request.identified(physicalId);
    const { SourceBucketNames, SourceObjectKeys, DestinationBucketName: bucket, DestinationBucketKeyPrefix: prefix } = request.properties;
    const keys = SourceObjectKeys as string[];
    const sources = keys.map((key, index) => this.assets.find((SourceBucketNames as string[])[index], key));
    this.deployments.push({ sources, bucket: String(bucket), prefix: String(prefix ?? '') });
    const destination = `arn:aws:s3:::${String(bucket)}`;
    return { physicalId, attributes: { DestinationBucketArn: destination, SourceObjectKeys: keys, DeployedBucket: destination } };
  }
}
