import { EventBridgeClient, PutEventsCommand, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';

/*
 * Loaded when an event is put: once in the life of a job, if at all.
 */

/** A deployment waits for this. So it is tried once, and not for long. */
const client = new EventBridgeClient({
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
});

/** Puts one event on the default bus of the account, and throws if EventBridge doesn't take it. */
export async function putEvent(entry: PutEventsRequestEntry): Promise<void> {
  const { FailedEntryCount, Entries } = await client.send(new PutEventsCommand({ Entries: [entry] }));
  if (FailedEntryCount) {
    const { ErrorCode, ErrorMessage } = Entries?.[0] ?? {};
    throw Object.assign(new Error(ErrorMessage ?? 'the event was not taken'), { name: ErrorCode ?? 'FailedEntry' });
  }
}
