export type ParameterType = 'String' | 'StringList' | 'SecureString';

export interface ParameterDetails {
  readonly type: ParameterType;
  readonly tier: 'Standard' | 'Advanced';
  readonly version: number;
  readonly modified: number;
}

/** The parameter store: values by name, and what else is known of each. A plain `set` makes a String. */
export class Parameters extends Map<string, string> {
  private readonly known = new Map<string, ParameterDetails>();

  constructor(private readonly now: () => number) {
    super();
  }

  public override set(name: string, value: string): this {
    return this.put(name, value, {});
  }

  public put(name: string, value: string, { type, tier }: Partial<Pick<ParameterDetails, 'type' | 'tier'>>): this {
    const before = this.known.get(name);
    this.known.set(name, {
      type: type ?? before?.type ?? 'String', tier: tier ?? before?.tier ?? 'Standard', version: (before?.version ?? 0) + 1, modified: this.now(),
    });
    return super.set(name, value);
  }

  public override delete(name: string): boolean {
    this.known.delete(name);
    return super.delete(name);
  }

  public details(name: string): ParameterDetails | undefined {
    return this.known.get(name);
  }
}
