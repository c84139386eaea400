import { soak } from './soak';

test('random lives of stacks leave nothing behind, and run nothing twice', async () => {
  const { failure, ...result } = await soak({ seed: Number(process.env.SOAK_SEED ?? 20_261), lives: 25 });
  expect(failure).toBeUndefined();
  expect(result.lives).toBe(25);
  // That they are lives in which something goes wrong.
  expect(Object.keys(result.happened).length).toBeGreaterThan(10);
});
