import { GPU_TYPE } from './settings';

interface Need {
  readonly quota: string;
  readonly count: number;
  readonly why: string;
}

/** By the names that Service Quotas has for them. */
export const NEEDS: Need[] = [
  { quota: `${GPU_TYPE} for endpoint usage`, count: 2, why: 'an endpoint, and its successor while it is updated' },
  { quota: 'ml.c5.large for endpoint usage', count: 2, why: 'a load test, and an endpoint' },
];

/** What the account may not have enough of, in words; empty if all is there. */
export function lacking(quotas: ReadonlyMap<string, number>, needs = NEEDS): string[] {
  return needs.filter(({ quota, count }) => (quotas.get(quota) ?? 0) < count).map(({ quota, count, why }) =>
    `${quota}: ${quotas.get(quota) ?? 'not found'}, needed ${count} (${why}). Request it in the console of Service Quotas, under Amazon SageMaker`);
}
