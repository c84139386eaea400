/** One structured line for each decision: what a person searches for in the function's log group. */
export function log(decision: string, details: Record<string, unknown> = {}): void {
  console.log(JSON.stringify({ decision, ...details }));
}
