/**
 * The entry of a bundle of its own, which the handlers load when there are results to read: most of their invocations only look at a job,
 * and need neither the client of S3 nor what unpacks an archive.
 */
export { readResults } from './benchmark/results';
