/** Whether what is under way is still wanted. */
export class Cancellation {
  public requested = false;
  private cancelled!: () => void;
  private readonly request = new Promise<void>(resolve => { this.cancelled = resolve; });

  public cancel(): void {
    this.requested = true;
    this.cancelled();
  }

  public throwIfRequested(): void {
    if (this.requested) {
      throw new Error('cancelled');
    }
  }

  /** What the promise gives, unless a cancellation comes first: then it throws. */
  public async orThrow<T>(promise: Promise<T>): Promise<T> {
    const result = await Promise.race([promise, this.request]);
    this.throwIfRequested();
    return result as T;
  }
}
