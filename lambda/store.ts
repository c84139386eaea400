import { orNothing, settled } from './aws/calls';
import { sagemaker } from './aws/clients';
import { string } from './candidate';
import type { Properties } from './event';
import type { JobState, Kind } from './kind';
import { log } from './log';

/** What Describe says of a resource that exists. */
export interface Found {
  readonly name: string;
  readonly arn: string;
  readonly status: string;
  /** What exists without states has succeeded by existing. */
  readonly state: JobState;
  readonly described: Properties;
}

/** The calls of one kind, with the answers that are no errors made into values. */
export class Store {
  constructor(public readonly kind: Kind) {}

  public async find(name: string): Promise<Found | undefined> {
    const { kind } = this;
    const described = await orNothing(kind.describe(sagemaker(), { [kind.nameMember]: name })) as Properties | undefined;
    if (!described) {
      return undefined;
    }
    const status = kind.job ? string(described[kind.job.statusMember]) ?? 'Unknown' : '';
    const state = kind.job ? kind.job.states[status] : 'succeeded';
    if (!state) {
      // A status that did not exist when this was written is no reason to throw hours of GPU time away: the wait has an end of its own.
      log('unknown status, taken for running', { name, status });
    }
    return { name, arn: string(described[kind.arnMember]) ?? name, status, state: state ?? 'running', described };
  }

  /** Names that contain a text. */
  public async list(text: string): Promise<string[]> {
    const names: string[] = [];
    let NextToken: unknown;
    do {
      const page = await this.kind.list(sagemaker(), { NameContains: text, NextToken }) as Properties;
      names.push(...(page[this.kind.listMember] as Properties[] ?? []).map(summary => String(summary[this.kind.nameMember])));
      NextToken = page.NextToken;
    } while (NextToken);
    return names;
  }

  public async create(input: Properties): Promise<string> {
    const output = await this.kind.create(sagemaker(), input) as Properties;
    return String(output[this.kind.arnMember]);
  }

  /** Asks a running job to stop. One that ended meanwhile, or is gone, needs no stopping. */
  public async stop(name: string): Promise<void> {
    await settled(this.kind.stop?.(sagemaker(), { [this.kind.nameMember]: name }));
  }

  /** Returns false while it is still in use. */
  public async delete(name: string): Promise<boolean> {
    return settled(this.kind.delete?.(sagemaker(), { [this.kind.nameMember]: name }));
  }
}
