/** Waits until something holds that is done by another process: as long as that takes on this machine, up to a minute. */
export async function eventually(holds: () => boolean): Promise<void> {
  for (const start = Date.now(); !holds() && Date.now() - start < 60_000;) {
    await new Promise(resolve => setTimeout(resolve, 25));
  }
}
