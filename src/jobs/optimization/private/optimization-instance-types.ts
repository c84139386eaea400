import { Token } from 'aws-cdk-lib';
import { MlInstanceType } from '../../ml-instance-type';

const FROM_XLARGE = ['xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge'];
const FROM_2XLARGE = ['2xlarge', '4xlarge', '8xlarge', '12xlarge', '24xlarge', '48xlarge'];

/** The instance types that the API takes. */
const SIZES: ReadonlyMap<string, readonly string[]> = new Map([
  ['g4dn', FROM_XLARGE],
  ['g5', [...FROM_XLARGE, '24xlarge', '48xlarge']],
  ['g6', [...FROM_XLARGE, '24xlarge', '48xlarge']],
  ['g6e', [...FROM_XLARGE, '24xlarge', '48xlarge']],
  ['g7', FROM_2XLARGE],
  ['g7e', FROM_2XLARGE],
  ['p4d', ['24xlarge']],
  ['p4de', ['24xlarge']],
  ['p5', ['48xlarge']],
  ['p5e', ['48xlarge']],
  ['p5en', ['48xlarge']],
  ['p6-b200', ['48xlarge']],
  ['inf2', ['xlarge', '8xlarge', '24xlarge', '48xlarge']],
  ['trn1', ['2xlarge', '32xlarge']],
  ['trn1n', ['32xlarge']],
]);

/** Families of AWS Inferentia and AWS Trainium. */
const NEURON = ['inf2', 'trn1', 'trn1n'];

/** The families for which AWS's SDK for Python says what goes together. It refuses all others, but the API takes more of them by now. */
export const RULED_FAMILIES = ['g5', 'g6', 'p4d', 'p4de', 'p5', ...NEURON];

/** Undefined for a type that is only known at deployment. */
export function familyOf(type: MlInstanceType): string | undefined {
  return Token.isUnresolved(type.value) ? undefined : type.value.split('.')[1];
}

export function isRuled(type: MlInstanceType): boolean {
  return RULED_FAMILIES.includes(familyOf(type) ?? '');
}

export function isNeuron(type: MlInstanceType): boolean {
  return NEURON.includes(familyOf(type) ?? '');
}

export function isListed(type: MlInstanceType): boolean {
  return SIZES.get(familyOf(type) ?? '')?.includes(type.value.split('.')[2]) ?? false;
}
