import { measureReading } from '../test/lambda/benchmark/memory';

/*
 * How much memory it takes to read the results of a benchmark: `node --import tsx scripts/measure-bundle-memory.ts [megabytes of requests]`.
 */
async function main(): Promise<void> {
  const megabytes = Number(process.argv[2] ?? 200);
  const { peak } = await measureReading(megabytes);
  console.log(`reading an archive with ${megabytes} MB of requests: at most ${(peak / 1024 / 1024).toFixed(0)} MB`);
}

void main();
