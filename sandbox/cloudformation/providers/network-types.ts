import { createHash, randomBytes } from 'node:crypto';
import type { Instance, TypeModel } from './type-models';

const same = ({ physicalId }: Instance) => physicalId;
const property = (name: string) => ({ properties }: Instance) => properties[name] ?? '';

/** Types whose id the service makes up. */
function madeUp(prefix: string, attributes: TypeModel['attributes'], seconds?: number): TypeModel {
  return { physicalId: () => `${prefix}-${randomBytes(8).toString('hex')}0`, attributes, seconds };
}

/** The id of something that comes along with a resource. */
function belonging(prefix: string) {
  return ({ physicalId }: Instance) => `${prefix}-${createHash('sha256').update(prefix + physicalId).digest('hex').slice(0, 17)}`;
}

/** The resources of a VPC, known by id only: nothing is ever sent through them. */
export const NETWORK_TYPES: Record<string, TypeModel> = {
  'AWS::EC2::VPC': madeUp('vpc', {
    VpcId: same,
    CidrBlock: property('CidrBlock'),
    CidrBlockAssociations: instance => [belonging('vpc-cidr-assoc')(instance)],
    DefaultSecurityGroup: belonging('sg'),
    DefaultNetworkAcl: belonging('acl'),
    Ipv6CidrBlocks: () => [],
  }, 12),
  'AWS::EC2::Subnet': madeUp('subnet', {
    SubnetId: same,
    VpcId: property('VpcId'),
    CidrBlock: property('CidrBlock'),
    AvailabilityZone: property('AvailabilityZone'),
    NetworkAclAssociationId: belonging('aclassoc'),
    Ipv6CidrBlocks: () => [],
  }),
  'AWS::EC2::SecurityGroup': madeUp('sg', { GroupId: same, Id: same, VpcId: property('VpcId') }),
  'AWS::EC2::SecurityGroupIngress': madeUp('sgr', { Id: same }),
  'AWS::EC2::SecurityGroupEgress': madeUp('sgr', { Id: same }),
  'AWS::EC2::RouteTable': madeUp('rtb', { RouteTableId: same }, 12),
  'AWS::EC2::SubnetRouteTableAssociation': madeUp('rtbassoc', { Id: same }),
  'AWS::EC2::Route': {
    physicalId: (_name, _place, { RouteTableId, DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId }) =>
      `${RouteTableId}|${DestinationCidrBlock ?? DestinationIpv6CidrBlock ?? DestinationPrefixListId}`,
    attributes: { CidrBlock: ({ physicalId }) => physicalId.slice(physicalId.indexOf('|') + 1) },
  },
  'AWS::EC2::InternetGateway': madeUp('igw', { InternetGatewayId: same }, 16),
  'AWS::EC2::VPCGatewayAttachment': {
    physicalId: (_name, _place, { InternetGatewayId, VpcId }) => `${InternetGatewayId ? 'IGW' : 'VGW'}|${VpcId}`,
    attributes: { AttachmentType: ({ physicalId }) => physicalId.split('|')[0] },
  },
  'AWS::EC2::EIP': {
    physicalId: () => `203.0.113.${randomBytes(1)[0]}`, attributes: { PublicIp: same, AllocationId: belonging('eipalloc') }, seconds: 16,
  },
  'AWS::EC2::NatGateway': madeUp('nat', { NatGatewayId: same, EniId: belonging('eni') }, 90),
  'AWS::EC2::VPCEndpoint': madeUp('vpce', {
    Id: same,
    CreationTimestamp: () => '2026-01-05T08:00:00.000Z',
    DnsEntries: ({ physicalId, place, properties }) => properties.VpcEndpointType === 'Interface' ? [`Z1:${physicalId}.vpce.${place.region}.amazonaws.com`] : [],
    NetworkInterfaceIds: instance => [instance.properties.SubnetIds ?? []].flat().map(subnet => belonging('eni')({ ...instance, physicalId: String(subnet) })),
  }, 60),
  'AWS::EC2::FlowLog': madeUp('fl', { Id: same }),
};
