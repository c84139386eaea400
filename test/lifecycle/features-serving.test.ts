import { live } from './features/feature';
import { SERVING } from './features/serving';
import { World } from './harness';

afterEach(() => World.stopAll());

describe.each(Object.entries(SERVING))('%s', (_, features) => {
  test.each(Object.entries(features()))('%s', async (__, { scenario, steps }) => {
    await live(await World.start({ scenario }), steps);
  });
});
