import { measureReading } from './memory';

/** What the function has. */
const MEMORY = 256 * 1024 * 1024;

test('an archive with 200 MB of requests is read to its end within the memory of the function', async () => {
  const { outcome, files, peak } = await measureReading(200);
  expect({ outcome, files }).toEqual({ outcome: 'read', files: ['profile_export_aiperf.json'] });
  expect(peak).toBeLessThan(MEMORY);
});
