/** Waits until something holds that is done by another process: as long as that takes on this machine, up to a minute. */
export async function eventually(holds: () => boolean): Promise<void> {
  const end = Date.now() + 60_000;
  while (!holds() && Date.now() < end) {
    await new Promise(resolve => setTimeout(resolve, 25));
  }
}
