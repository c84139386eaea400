import { readFileSync } from 'fs';
import { PublicApi } from '../../scripts/api-coverage/public-api';
import { pathOf, sourceOf } from '../../scripts/signatures/source';

test('the signatures are those of the public API: node --import tsx scripts/signatures.ts', () => {
  expect(readFileSync(pathOf(), 'utf8')).toBe(sourceOf(PublicApi.read()));
});
