import { ServiceError } from './service';

export interface Page<T> {
  readonly items: T[];
  readonly next?: string;
}

/** One page of a listing; the token says how many were given out before. */
export function pageOf<T>(all: T[], size: number, token: unknown): Page<T> {
  const start = token === undefined ? 0 : Number(String(token).replace(/^page-/, ''));
  if (!Number.isInteger(start)) {
    throw new ServiceError('InvalidNextTokenException', 'The next token supplied is invalid.');
  }
  return { items: all.slice(start, start + size), next: start + size < all.length ? `page-${start + size}` : undefined };
}
