import { CfnOutput, Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { failing } from './app';
import { HOUR, MINUTE, World } from './harness';
import { JobOptions, KindOfJob, setUp } from './kinds';

/** A stack with one job of the kind. */
const app = (kind: KindOfJob, options: JobOptions & { tag?: string; failing?: boolean; without?: boolean } = {}) => (stack: Stack) => {
  new ssm.StringParameter(stack, 'Anchor', { stringValue: 'a stack must have something' });
  if (!options.without) {
    const job = kind.job(stack, options);
    new CfnOutput(stack, 'Status', { value: job.status });
    if (options.failing) {
      failing(stack, job.construct);
    }
  }
  if (options.tag !== undefined) {
    Tags.of(stack).add('team', options.tag);
  }
};

/** The life of a job of any kind, whatever its states are called and whether it can be deleted. That of a recommendation job fills the other files. */
export function lifeOf(kind: KindOfJob): void {
  afterEach(() => World.stopAll());

  const start = async (outcome: { duration?: number; fails?: string } | ((nth: number) => { duration?: number; fails?: string }) = {}) => {
    const world = await World.start({
      scenario: kind.scenario(nth => ({ duration: 4 * MINUTE, ...typeof outcome === 'function' ? outcome(nth) : outcome })),
    });
    await setUp(world);
    return world;
  };
  const created = (world: World) => world.count(`Create${kind.kind}`);
  const states = (world: World) => world.jobs(kind.kind).map(({ status }) => status);
  /** What is left of jobs that have ended: Inference Recommender's cannot be deleted. */
  const ended = (...expected: string[]) => (kind.deletable ? [] : expected);

  test('finished: its result is an attribute, and it goes with the stack', async () => {
    const world = await start();
    const stack = await world.deploy(app(kind));
    expect(world.failures(stack)).toEqual([]);
    expect(stack.outputs.Status).toBe(kind.completed);
    expect(states(world)).toEqual([kind.completed]);
    await world.destroy();
    expect(states(world)).toEqual(ended(kind.completed));
  });

  test('a finished one is found again by the next stack, where it could not be deleted', async () => {
    const world = await start();
    await world.deploy(app(kind));
    await world.destroy();
    expect((await world.deploy(app(kind))).status).toBe('CREATE_COMPLETE');
    expect(created(world)).toBe(kind.deletable ? 2 : 1);
  });

  test('failed: the reason, the ARN and the logs are in the event, and the next attempt runs it again', async () => {
    const world = await start(nth => (nth === 1 ? { fails: 'the container did not start' } : {}));
    const failed = await world.deploy(app(kind));
    expect(failed.status).toBe('ROLLBACK_COMPLETE');
    const reason = world.failures(failed).find(text => text.includes('the container did not start'))!;
    expect(reason).toMatch(new RegExp(`arn:aws:sagemaker:us-west-2:111122223333:${kind.arnType}/`));
    expect(reason).toContain('Logs: ');
    expect(reason).not.toMatch(/undefined|\n\s+at /);
    expect(states(world)).toEqual(ended(kind.failed));
    await world.destroy();

    expect((await world.deploy(app(kind))).status).toBe('CREATE_COMPLETE');
    expect(created(world)).toBe(2);
    expect(states(world)).toEqual([...ended(kind.failed), kind.completed]);
  });

  test('stopped from outside: the deployment fails and says so', async () => {
    const world = await start({ duration: 5 * HOUR });
    const creation = world.begin(app(kind, { waitTimeout: Duration.hours(6) }));
    await world.until(() => states(world).includes(kind.running));
    await world.pass(20 * MINUTE);
    await world.byHand(`Stop${kind.kind}`, { [kind.nameMember]: world.jobs(kind.kind)[0].name });
    const stack = await world.finish(creation);
    expect(stack.status).toBe('ROLLBACK_COMPLETE');
    expect(world.failures(stack).join()).toContain(`ended ${kind.stopped}`);
    expect(world.sandbox.sagemaker.running().filter(arn => arn.includes(kind.arnType))).toEqual([]);
    expect(states(world)).toEqual(ended(kind.stopped));
  });

  test('deleted while running: the job is stopped first', async () => {
    const world = await start({ duration: 5 * HOUR });
    const creation = world.begin(app(kind, { waitTimeout: Duration.hours(6) }));
    await world.until(() => states(world).includes(kind.running));
    await world.pass(20 * MINUTE);
    const deletion = world.sandbox.cloudFormation.destroy('Chat');
    await world.finish(creation);
    expect((await world.finish(deletion)).status).toBe('DELETE_COMPLETE');
    expect(world.count(`Stop${kind.kind}`)).toBe(1);
    expect(states(world)).toEqual(ended(kind.stopped));
  });

  test('the name is taken by an earlier failed run: the next free one', async () => {
    const world = await start(nth => (nth === 1 ? { fails: 'the container did not start' } : {}));
    const failed = await world.deploy(app(kind, { removalPolicy: RemovalPolicy.RETAIN }));
    expect(failed.status).toBe('ROLLBACK_COMPLETE');
    const [{ name }] = world.jobs(kind.kind);
    await world.destroy();
    expect((await world.deploy(app(kind))).status).toBe('CREATE_COMPLETE');
    expect(world.jobs(kind.kind)).toEqual([{ name, status: kind.failed }, { name: `${name}-r2`, status: kind.completed }]);
  });

  test('rolled back: the former job stands again, the finished new one is kept, and the next attempt adopts it', async () => {
    const world = await start();
    await world.deploy(app(kind));
    const [{ name }] = world.jobs(kind.kind);
    const stack = await world.deploy(app(kind, { rerunToken: '2', failing: true }));
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.jobs(kind.kind)).toEqual([{ name, status: kind.completed }, { name: expect.any(String), status: kind.completed }]);
    expect((await world.deploy(app(kind, { rerunToken: '2' }))).status).toBe('UPDATE_COMPLETE');
    expect(created(world)).toBe(2);
    expect(states(world)).toEqual([...ended(kind.completed), kind.completed]);
  });

  test('rolled back while the new one runs: it is stopped, and nothing of it is left', async () => {
    const world = await start(nth => (nth === 1 ? {} : { duration: 5 * HOUR }));
    await world.deploy(app(kind));
    const update = world.begin(app(kind, { rerunToken: '2', waitTimeout: Duration.hours(6) }));
    await world.until(() => states(world).includes(kind.running));
    await world.pass(10 * MINUTE);
    world.sandbox.cloudFormation.cancelUpdate('Chat');
    expect((await world.finish(update)).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(states(world)).toEqual([kind.completed, ...ended(kind.stopped)]);
  });

  test('tags changed: on the same job, and no run', async () => {
    const world = await start();
    await world.deploy(app(kind, { tag: 'one' }));
    const [{ arn }] = world.sandbox.sagemaker.jobs(kind.kind);
    expect((await world.deploy(app(kind, { tag: 'two' }))).status).toBe('UPDATE_COMPLETE');
    expect(world.tags(arn)).toMatchObject({ team: 'two' });
    expect(created(world)).toBe(1);
  });

  test('deleted by hand, then a tag edit: no run', async () => {
    const world = await start();
    await world.deploy(app(kind, { tag: 'one' }));
    if (kind.deletable) {
      await world.byHand(`Delete${kind.kind}`, { [kind.nameMember]: world.jobs(kind.kind)[0].name });
      expect((await world.deploy(app(kind, { tag: 'two' }))).status).toBe('UPDATE_COMPLETE');
      expect(created(world)).toBe(1);
    } else {
      await expect(world.byHand(`Delete${kind.kind}`, {})).rejects.toThrow(`no operation Delete${kind.kind}`);
    }
  });

  test('retained: it outlives the stack', async () => {
    const world = await start();
    await world.deploy(app(kind, { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE }));
    await world.destroy();
    expect(states(world)).toEqual([kind.completed]);
  });

  test('removed from the stack: it goes in the clean-up', async () => {
    const world = await start();
    await world.deploy(app(kind));
    expect((await world.deploy(app(kind, { without: true }))).status).toBe('UPDATE_COMPLETE');
    expect(states(world)).toEqual(ended(kind.completed));
  });
}
