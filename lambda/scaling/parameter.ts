import { gunzipSync, gzipSync } from 'zlib';
import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { KeptTarget } from './kept';
import { clientOf } from '../aws/clients';

/** FROZEN, with the endpoint's name behind it: by this a later version finds what an earlier one kept. */
const PREFIX = '/cdk-sagemaker-inference/scaling/';
/** Bytes that a standard parameter takes. What is longer becomes an advanced one of up to 8 KB, at some cents a month. */
const STANDARD = 4096;
const PACKED = 'gzip:';

const ssm = () => clientOf(SSMClient);

/** The SSM parameter that keeps the scaling of an endpoint while it is off. */
export class Parameter {
  private readonly Name: string;
  private exists = false;

  constructor(private readonly endpointName: string) {
    this.Name = `${PREFIX}${endpointName}`;
  }

  public async read(): Promise<KeptTarget[]> {
    try {
      const { Parameter: found } = await ssm().send(new GetParameterCommand({ Name: this.Name }));
      this.exists = true;
      return unpacked(found!.Value!);
    } catch (error) {
      if (!isNamed(error, 'ParameterNotFound')) {
        throw error;
      }
      return [];
    }
  }

  /** What was not there when it was read is not overwritten either, should it be there now. */
  public async write(targets: readonly KeptTarget[]): Promise<void> {
    await ssm().send(new PutParameterCommand({
      Name: this.Name,
      Description: `Scaling of the SageMaker endpoint ${this.endpointName} while it is changed to another instance type. Deleted afterwards.`,
      Value: packed(targets),
      Type: 'String',
      Tier: 'Intelligent-Tiering',
      Overwrite: this.exists,
    }));
    this.exists = true;
  }

  public async delete(): Promise<void> {
    try {
      await ssm().send(new DeleteParameterCommand({ Name: this.Name }));
    } catch (error) {
      if (!isNamed(error, 'ParameterNotFound')) {
        throw error;
      }
    }
  }
}

/** As it is, to be read by people, if it fits. Two braces would be a reference to another parameter. */
export function packed(targets: readonly KeptTarget[]): string {
  const json = JSON.stringify(targets);
  return Buffer.byteLength(json) <= STANDARD && !json.includes('{{') ? json : `${PACKED}${gzipSync(json, { level: 9 }).toString('base64')}`;
}

export function unpacked(value: string): KeptTarget[] {
  return JSON.parse(value.startsWith(PACKED) ? gunzipSync(Buffer.from(value.slice(PACKED.length), 'base64')).toString('utf8') : value);
}

export function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
