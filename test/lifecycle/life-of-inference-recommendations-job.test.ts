import { Duration } from 'aws-cdk-lib';
import { HOUR, MINUTE, World } from './harness';
import { INFERENCE_RECOMMENDATIONS_JOB, setUp } from './kinds';
import { lifeOf } from './life';

lifeOf(INFERENCE_RECOMMENDATIONS_JOB);

const { job, kind, scenario } = INFERENCE_RECOMMENDATIONS_JOB;

test.each(['new', 'old'] as const)('a slow Create of a cancelled update is found beside a failed run that cannot be deleted (%s id)', async rollbackPhysicalId => {
  const outcomes = [{ duration: 20 * MINUTE }, { duration: MINUTE, fails: 'no capacity' }, { duration: 5 * HOUR }];
  const world = await World.start({ behaviour: { rollbackPhysicalId }, scenario: scenario(nth => outcomes[nth - 1]) });
  await setUp(world);
  const app = (rerunToken: string) => (stack: Parameters<Parameters<World['deploy']>[0]>[0]) => {
    job(stack, { rerunToken, waitTimeout: Duration.hours(6) });
  };
  await world.deploy(app('1'));
  expect((await world.deploy(app('2'))).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  const sent = world.slow(`Create${kind}`, MINUTE);
  const update = world.begin(app('2'));
  await world.until(sent);
  world.sandbox.cloudFormation.cancelUpdate('Chat');
  await world.finish(update);
  await world.pass(30 * MINUTE);
  expect(world.jobs(kind).map(({ status }) => status)).toEqual(['COMPLETED', 'FAILED', 'STOPPED']);
});
