import { isNotFound } from '../../lambda/errors';
import { isCredentials, missingAction } from '../aws/errors';

/** Questions that the watch can do without an answer to. */
export class Questions {
  /** What is not shown, and why: for the user to read. */
  public readonly notes: string[] = [];
  private readonly given: Set<string> = new Set();

  /**
   * The answer; null if there is no such thing, and undefined if there is none this time: the next look asks again. A question that the caller may
   * not ask is asked once.
   *
   * @param what the thing that would be shown, in the plural: the same question every time
   */
  public async ask<T>(what: string, question: () => Promise<T>): Promise<T | null | undefined> {
    if (this.given.has(what)) {
      return undefined;
    }
    try {
      return await question();
    } catch (error) {
      if (isCredentials(error)) {
        throw error;
      }
      const action = missingAction(error);
      if (action !== undefined) {
        this.given.add(what);
        this.notes.push(`Not shown: ${what}, since the permission ${action} is missing`);
      }
      return isNotFound(error) ? null : undefined;
    }
  }
}
