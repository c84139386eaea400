import { writeFileSync } from 'fs';
import { PublicApi } from './api-coverage/public-api';
import { pathOf, sourceOf } from './signatures/source';

/*
 * Writes src/private/signatures.ts, by which the library checks at run time what TypeScript checks in editors. test/fuzz/signatures.test.ts fails
 * when it is not up to date: `TSX_TSCONFIG_PATH=tsconfig.dev.json node --import tsx scripts/signatures.ts`.
 */
writeFileSync(pathOf(), sourceOf(PublicApi.read()));
