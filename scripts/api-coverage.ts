import { writeFileSync } from 'fs';
import { join } from 'path';
import { operationsOf, problemsOf } from './api-coverage/check';
import { COVERAGE } from './api-coverage/kinds';
import { pageOf } from './api-coverage/page';
import { PublicApi } from './api-coverage/public-api';

/*
 * Writes docs/api-coverage.md: `npm run api-coverage`. What the SDK or the public API has and the tables in api-coverage/kinds don't is
 * said, and the page is not written.
 */

function main(): void {
  const api = PublicApi.read();
  const problems = COVERAGE.flatMap(coverage => problemsOf(coverage, operationsOf(coverage), api));
  if (problems.length > 0) {
    problems.forEach(problem => console.error(problem));
    process.exitCode = 1;
    return;
  }
  writeFileSync(join(__dirname, '../docs/api-coverage.md'), pageOf(COVERAGE));
}

main();
