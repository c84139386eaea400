/** Members that were set; undefined if there are none, so that what nobody asked for is no part of a request. */
export function compact(members: Record<string, unknown>): Record<string, unknown> | undefined {
  const set = Object.entries(members).filter(([, value]) => value !== undefined);
  return set.length > 0 ? Object.fromEntries(set) : undefined;
}
