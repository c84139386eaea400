import { live } from './features/feature';
import { UPDATING } from './features/updating';
import { World } from './harness';

afterEach(() => World.stopAll());

describe.each(Object.entries(UPDATING))('%s', (_, features) => {
  test.each(Object.entries(features()))('%s', async (__, { scenario, steps }) => {
    await live(await World.start({ scenario }), steps);
  });
});
