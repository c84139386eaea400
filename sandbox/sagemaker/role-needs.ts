import { Authorization } from '../service';
import { pullsOf, readsOf } from './execution-roles';
import { ContainerDefinition } from './types';
import { World } from './world';

/** Subnets and security groups, as every request of SageMaker names them. */
interface Network {
  readonly SecurityGroupIds?: string[];
  readonly Subnets?: string[];
}

/** What reading one object takes: an archive of model data or of sample requests. Nothing for a location that is not in S3. */
export function objectReadsOf(s3Uri: string): Authorization[] {
  return s3Uri.startsWith('s3://') ? [{ action: 's3:GetObject', resource: `arn:aws:s3:::${s3Uri.slice('s3://'.length)}` }] : [];
}

/** What bringing a container up takes: its model data and its image. */
export function containerNeeds({ Image, ModelDataUrl, ModelDataSource, AdditionalModelDataSources = [] }: ContainerDefinition): Authorization[] {
  const sources = [ModelDataSource, ...AdditionalModelDataSources].flatMap(source => source?.S3DataSource ?? []);
  return [
    ...objectReadsOf(ModelDataUrl ?? ''),
    ...sources.flatMap(source => source.S3DataType === 'S3Object' ? objectReadsOf(source.S3Uri!) : readsOf(source.S3Uri!)),
    ...pullsOf(Image ?? ''),
  ];
}

/** What using a key takes. A key that is given by its id or an alias has no ARN to ask for. */
export function keyNeeds(keyId: string | undefined, ...actions: string[]): Authorization[] {
  const context = { 'kms:GrantIsForAWSResource': 'true' };
  return /^arn:[^:]+:kms:.*:key\//.test(keyId ?? '')
    ? actions.map(action => ({ action: `kms:${action}`, resource: keyId!, ...(action === 'CreateGrant' ? { context } : {}) })) : [];
}

/**
 * What the network interfaces take through which instances of the service reach into a VPC.
 *
 * @param more what a kind of job does with its interfaces beyond that, and what else it lists
 */
export function networkNeeds(network: Network | undefined, world: World, more: { interface?: string[]; listings?: string[] } = {}): Authorization[] {
  if (!network) {
    return [];
  }
  const [, , , region, account] = world.arn('', '').split(':');
  const on = (type: string, id: string): string => `arn:aws:ec2:${region}:${account}:${type}/${id}`;
  const networkInterface = on('network-interface', 'eni-0123456789abcdef0');
  const places = [
    ...(network.Subnets ?? []).map(id => on('subnet', id)),
    ...(network.SecurityGroupIds ?? []).map(id => on('security-group', id)),
    networkInterface,
  ];
  return [
    ...places.map(resource => ({ action: 'ec2:CreateNetworkInterface', resource })),
    ...['CreateNetworkInterfacePermission', 'DeleteNetworkInterface', 'DeleteNetworkInterfacePermission', ...more.interface ?? []]
      .map(action => ({ action: `ec2:${action}`, resource: networkInterface })),
    ...['DescribeNetworkInterfaces', 'DescribeVpcs', 'DescribeDhcpOptions', 'DescribeSubnets', 'DescribeSecurityGroups', ...more.listings ?? []]
      .map(action => ({ action: `ec2:${action}`, resource: '*' })),
  ];
}
