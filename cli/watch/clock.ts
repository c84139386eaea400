interface Client {
  readonly middlewareStack: { add(middleware: any, options: { step: 'deserialize'; name: string; override: boolean }): void };
}

/** The time as AWS has it: the times in its answers are compared with it, and the clock of a laptop may be wrong. */
export class AwsClock {
  private said?: number;

  /** When AWS answered last, in milliseconds since the epoch. */
  public now(): number {
    return this.said ?? Date.now();
  }

  /** Goes by the answers that a client gets: each says when it was given. */
  public follow(client: Client): void {
    const note = (next: (request: unknown) => Promise<{ response?: { headers?: Record<string, string> } }>) => async (request: unknown) => {
      const result = await next(request);
      const said = Date.parse(result.response?.headers?.date ?? '');
      this.said = Number.isNaN(said) ? this.said : said;
      return result;
    };
    client.middlewareStack.add(note, { step: 'deserialize', name: 'awsClock', override: true });
  }
}
