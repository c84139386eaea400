import { ServiceError } from '../service';

/** What List operations have in common in their requests. */
export interface ListRequest {
  readonly MaxResults?: number;
  readonly NextToken?: string;
  readonly NameContains?: string;
  readonly StatusEquals?: string;
  readonly CreationTimeAfter?: number;
  readonly CreationTimeBefore?: number;
  readonly SortBy?: string;
  readonly SortOrder?: 'Ascending' | 'Descending';
}

/** What they filter and sort by. */
export interface Listed {
  readonly name: string;
  readonly creationTime: number;
  readonly status?: string;
}

/** Filtered, sorted and cut to a page: as the service does by default, ten at a time and the newest first. */
export function list<T extends Listed>(all: Iterable<T>, request: ListRequest): { items: T[]; NextToken?: string } {
  const key = (item: T): string | number => request.SortBy === 'Name' ? item.name : request.SortBy === 'Status' ? item.status ?? '' : item.creationTime;
  const direction = request.SortOrder === 'Ascending' ? 1 : -1;
  const items = [...all]
    .filter(item => item.name.includes(request.NameContains ?? ''))
    .filter(item => request.StatusEquals === undefined || item.status === request.StatusEquals)
    .filter(item => item.creationTime >= (request.CreationTimeAfter ?? -Infinity) && item.creationTime <= (request.CreationTimeBefore ?? Infinity))
    .sort((one, other) => direction * (key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0));
  return page(items, { MaxResults: 10, ...request });
}

/** The token is the place where the next page begins. */
export function page<T>(items: T[], request: { MaxResults: number; NextToken?: string }): { items: T[]; NextToken?: string } {
  const start = Number(request.NextToken ?? 0);
  if (!Number.isInteger(start)) {
    throw new ServiceError('ValidationException', `Invalid NextToken "${request.NextToken}"`);
  }
  const end = start + request.MaxResults;
  return { items: items.slice(start, end), NextToken: end < items.length ? String(end) : undefined };
}
