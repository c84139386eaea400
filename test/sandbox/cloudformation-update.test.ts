import { custom, failureOf, FakeHandler, Harness, MINUTE, trace } from './cloudformation-harness';

let harness: Harness;
beforeEach(() => { harness = new Harness(); });

/** Names what it makes by its Version, as a content-addressed resource does; an Update of Fail fails. */
const versioned: FakeHandler = ({ LogicalResourceId, RequestType, PhysicalResourceId, ResourceProperties: { Version, Fail } }) => ({
  id: RequestType === 'Delete' ? PhysicalResourceId : `${LogicalResourceId.toLowerCase()}-${Version as string}`,
  status: RequestType !== 'Delete' && Fail === 'true' ? 'FAILED' : 'SUCCESS',
  reason: 'it was told to',
  data: { Name: `name of ${Version as string}` },
});

describe('a forward update', () => {
  test('goes only to what has changed, with the old properties', async () => {
    await harness.deploy({ A: custom({ Size: 1 }), B: custom({ Size: 1 }) });
    harness.requests.length = 0;
    const stack = await harness.deploy({ A: custom({ Size: 1 }), B: custom({ Size: 2 }) });
    expect(trace(stack)).toEqual([
      'Test UPDATE_IN_PROGRESS', 'B UPDATE_IN_PROGRESS', 'B UPDATE_COMPLETE', 'Test UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'Test UPDATE_COMPLETE',
    ]);
    expect(harness.requests).toEqual([expect.objectContaining({
      RequestType: 'Update',
      PhysicalResourceId: 'b',
      ResourceProperties: expect.objectContaining({ Size: '2' }),
      OldResourceProperties: expect.objectContaining({ Size: '1' }),
    })]);
  });

  test('is done at once when nothing has changed', async () => {
    await harness.deploy({ A: custom() });
    const operation = harness.start({ A: custom() });
    expect(operation.noChanges).toBe(true);
    expect((await harness.clock.run(operation.done)).status).toBe('CREATE_COMPLETE');
    expect(harness.start({ A: custom() }, { tags: { team: 'x' } }).noChanges).toBe(false);
  });

  test('asks nothing of a resource of which only tags of the stack, metadata or policies change', async () => {
    await harness.deploy({ A: custom() });
    harness.requests.length = 0;
    const stack = await harness.deploy({ A: custom({}, { Metadata: { a: 1 }, DeletionPolicy: 'Retain' }) }, { tags: { team: 'x' } });
    expect(stack.status).toBe('UPDATE_COMPLETE');
    expect(stack.tags).toEqual({ team: 'x' });
    expect(harness.requests).toEqual([]);
    await harness.destroy();
    expect(harness.requests).toEqual([]);
  });

  test('replaces what answers with a new id: its users follow, and the old one goes in the clean-up, with its old properties', async () => {
    harness.handler = versioned;
    const resources = (version: number) => ({ A: custom({ Version: version }), B: custom({ Version: 1, Of: { 'Fn::GetAtt': ['A', 'Name'] } }) });
    await harness.deploy(resources(1));
    harness.requests.length = 0;
    const stack = await harness.deploy(resources(2));
    expect(trace(stack)).toEqual([
      'Test UPDATE_IN_PROGRESS',
      'A UPDATE_IN_PROGRESS', 'A UPDATE_IN_PROGRESS', 'A UPDATE_COMPLETE',
      'B UPDATE_IN_PROGRESS', 'B UPDATE_COMPLETE',
      'Test UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'A DELETE_IN_PROGRESS', 'A DELETE_COMPLETE',
      'Test UPDATE_COMPLETE',
    ]);
    expect(stack.resources.get('A')).toMatchObject({ physicalId: 'a-2', status: 'UPDATE_COMPLETE' });
    expect(harness.requests.at(-1)).toMatchObject({ RequestType: 'Delete', PhysicalResourceId: 'a-1', ResourceProperties: { Version: '1' } });
    expect(harness.takeRequests()).toEqual(['Update A with a-1', 'Update B with b-1', 'Delete A with a-1']);
  });

  test('keeps a replaced resource if UpdateReplacePolicy says so', async () => {
    harness.handler = versioned;
    await harness.deploy({ A: custom({ Version: 1 }) });
    harness.requests.length = 0;
    const stack = await harness.deploy({ A: custom({ Version: 2 }, { UpdateReplacePolicy: 'Retain' }) });
    expect(trace(stack)).toContain('A DELETE_SKIPPED');
    expect(harness.takeRequests()).toEqual(['Update A with a-1']);
  });

  test('deletes what has left the template in the clean-up; a failure there is tried three times, and does not fail the stack', async () => {
    await harness.deploy({ Base: custom(), Gone: custom({ Of: { Ref: 'Base' } }), Kept: custom({ Size: 1 }) });
    harness.handler = ({ LogicalResourceId, RequestType }) =>
      ({ status: RequestType === 'Delete' && LogicalResourceId === 'Gone' ? 'FAILED' : 'SUCCESS', reason: 'busy' });
    const stack = await harness.deploy({ Kept: custom({ Size: 2 }) });
    expect(trace(stack)).toEqual([
      'Test UPDATE_IN_PROGRESS', 'Kept UPDATE_IN_PROGRESS', 'Kept UPDATE_COMPLETE',
      'Test UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      ...Array(3).fill(['Gone DELETE_IN_PROGRESS', 'Gone DELETE_FAILED']).flat(), 'Base DELETE_IN_PROGRESS', 'Base DELETE_COMPLETE',
      'Test UPDATE_COMPLETE',
    ]);
    expect([...stack.resources.keys()]).toEqual(['Kept']);
  });

  test('cannot change the service token or the type', async () => {
    await harness.deploy({ A: custom() });
    await expect(harness.deploy({ A: { Type: 'AWS::SNS::Topic' } })).rejects.toThrow(/modifies resource type of the following resources: \[A\]/);
    const stack = await harness.deploy({ A: custom({ ServiceToken: 'another' }) });
    expect(failureOf(stack, 'A')).toBe('Modifying service token is not allowed.');
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  });
});

describe('a failed update', () => {
  const resources = (version: number, last: object = {}) => ({
    A: custom({ Version: version }),
    Last: custom({ Version: 1, Of: { Ref: 'A' }, ...last }),
    Untouched: custom({ Version: 1 }),
  });
  const events = [
    'Test UPDATE_IN_PROGRESS',
    'A UPDATE_IN_PROGRESS', 'A UPDATE_IN_PROGRESS', 'A UPDATE_COMPLETE',
    'Last UPDATE_IN_PROGRESS', 'Last UPDATE_FAILED',
    'Test UPDATE_ROLLBACK_IN_PROGRESS',
    'A UPDATE_IN_PROGRESS', 'A UPDATE_COMPLETE',
    'Last UPDATE_IN_PROGRESS', 'Last UPDATE_COMPLETE',
    'Test UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    'A DELETE_IN_PROGRESS', 'A DELETE_COMPLETE',
    'Test UPDATE_ROLLBACK_COMPLETE',
  ];

  test.each([
    ['new', ['Update A with a-1', 'Update Last with last-1', 'Update A with a-2', 'Update Last with last-1', 'Delete A with a-2']],
    ['old', ['Update A with a-1', 'Update Last with last-1', 'Update A with a-1', 'Update Last with last-1', 'Delete A with a-2']],
  ] as const)('goes back with the %s id, and the replacement goes in the clean-up', async (rollbackPhysicalId, expected) => {
    harness = new Harness({ rollbackPhysicalId });
    harness.handler = versioned;
    await harness.deploy(resources(1));
    harness.requests.length = 0;
    const stack = await harness.deploy(resources(2, { Fail: true }));
    expect(trace(stack)).toEqual(events);
    expect(stack.events.find(event => event.status === 'UPDATE_ROLLBACK_IN_PROGRESS')!.reason).toBe('The following resource(s) failed to update: [Last]. ');
    expect(harness.requests[2]).toMatchObject({ ResourceProperties: { Version: '1' }, OldResourceProperties: { Version: '2' } });
    expect(harness.requests[3]).toMatchObject({ ResourceProperties: { Of: 'a-1' }, OldResourceProperties: { Of: 'a-2', Fail: 'true' } });
    expect(harness.requests[4].ResourceProperties).toMatchObject({ Version: '2' });
    expect(stack.resources.get('A')).toMatchObject({ physicalId: 'a-1' });
    expect(harness.takeRequests()).toEqual(expected);
    expect(harness.start(resources(1)).noChanges).toBe(true);
  });

  test.each([
    ['new', ['Update A with a-1', 'Update A with a-2', 'Delete A with a-2']],
    ['old', ['Update A with a-1', 'Update A with a-1']],
  ] as const)('that had answered with a new id goes back with the %s one', async (rollbackPhysicalId, expected) => {
    harness = new Harness({ rollbackPhysicalId });
    harness.handler = versioned;
    await harness.deploy({ A: custom({ Version: 1 }) });
    harness.requests.length = 0;
    const stack = await harness.deploy({ A: custom({ Version: 2, Fail: true }) });
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(harness.takeRequests()).toEqual(expected);
    expect(stack.resources.get('A')!.physicalId).toBe('a-1');
  });

  test('deletes what it has created, and cancels what is in progress', async () => {
    harness.handler = request => request.LogicalResourceId === 'Slow' && request.ResourceProperties.Version === '2'
      ? { ...versioned(request) as object, after: 45 * MINUTE }
      : versioned(request);
    await harness.deploy({ A: custom({ Version: 1 }), Slow: custom({ Version: 1 }) });
    harness.requests.length = 0;
    const stack = await harness.deploy({ A: custom({ Version: 1, Fail: true, Of: { Ref: 'New' } }), Slow: custom({ Version: 2 }), New: custom({ Version: 1 }) });
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(failureOf(stack, 'Slow')).toBe('Resource update cancelled');
    // The late answer of the cancelled update changes nothing: CloudFormation never learns of slow-2.
    expect(harness.takeRequests()).toEqual([
      'Create New', 'Update Slow with slow-1', 'Update A with a-1', 'Update A with a-1', 'Update Slow with slow-1', 'Delete New with new-1',
    ]);
    expect([...stack.resources.keys()]).toEqual(['A', 'Slow']);
  });

  test('that cannot be rolled back leaves UPDATE_ROLLBACK_FAILED, until a rollback succeeds', async () => {
    harness.handler = versioned;
    await harness.deploy({ A: custom({ Version: 1 }) });
    harness.handler = ({ RequestType }) => RequestType === 'Update' ? { status: 'FAILED', reason: 'no' } : {};
    const stack = await harness.deploy({ A: custom({ Version: 2 }) });
    expect(stack.status).toBe('UPDATE_ROLLBACK_FAILED');
    harness.handler = versioned;
    expect((await harness.clock.run(harness.cloudFormation.rollback('Test').done)).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  });
});

describe('cancelUpdate', () => {
  test('gives up what runs and rolls back', async () => {
    harness.handler = request => request.ResourceProperties.Version === '2' && request.RequestType === 'Update' ? 'never' : versioned(request);
    await harness.deploy({ A: custom({ Version: 1 }) });
    harness.requests.length = 0;
    const operation = harness.start({ A: custom({ Version: 2 }), B: custom({ Version: 1 }, { DependsOn: 'A' }) });
    await harness.wait(20 * MINUTE);
    harness.cloudFormation.cancelUpdate('Test');
    const stack = await harness.clock.run(operation.done);
    expect(trace(stack)).toEqual([
      'Test UPDATE_IN_PROGRESS', 'A UPDATE_IN_PROGRESS', 'A UPDATE_FAILED',
      'Test UPDATE_ROLLBACK_IN_PROGRESS', 'A UPDATE_IN_PROGRESS', 'A UPDATE_COMPLETE',
      'Test UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', 'Test UPDATE_ROLLBACK_COMPLETE',
    ]);
    expect(harness.takeRequests()).toEqual(['Update A with a-1', 'Update A with a-1']);
  });

  test('is for updates only', async () => {
    await harness.deploy({ A: custom() });
    expect(() => harness.cloudFormation.cancelUpdate('Test')).toThrow('CancelUpdateStack cannot be called from current stack status');
    expect(() => harness.cloudFormation.cancelUpdate('Other')).toThrow('Stack [Other] does not exist');
  });

  test('while an update runs there is no other and no deletion', async () => {
    await harness.deploy({ A: custom({ Size: 1 }) });
    const operation = harness.start({ A: custom({ Size: 2 }) });
    await expect(harness.deploy({ A: custom({ Size: 3 }) })).rejects.toThrow(/is in UPDATE_IN_PROGRESS state/);
    await expect(harness.destroy()).rejects.toThrow('Stack [Test] cannot be deleted while in status UPDATE_IN_PROGRESS');
    expect((await harness.clock.run(operation.done)).status).toBe('UPDATE_COMPLETE');
  });
});

describe('without rollback', () => {
  test('a failed creation stays as it is, and the next deployment goes on from there', async () => {
    harness.handler = versioned;
    const resources = (last: object) => ({ A: custom({ Version: 1 }), Bad: custom(last), Independent: custom({ Version: 1 }), After: custom({ Version: 1 }, { DependsOn: 'Bad' }) });
    const failed = await harness.deploy(resources({ Version: 1, Fail: true }), { disableRollback: true });
    expect(failed.status).toBe('CREATE_FAILED');
    expect(failed.resources.get('Independent')!.status).toBe('CREATE_COMPLETE');
    harness.requests.length = 0;

    const stack = await harness.deploy(resources({ Version: 2 }), { disableRollback: true });
    expect(trace(stack)).toEqual([
      'Test UPDATE_IN_PROGRESS',
      'Bad CREATE_IN_PROGRESS', 'Bad CREATE_IN_PROGRESS', 'Bad CREATE_COMPLETE', 'After CREATE_IN_PROGRESS', 'After CREATE_IN_PROGRESS', 'After CREATE_COMPLETE',
      'Test UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'Bad DELETE_IN_PROGRESS', 'Bad DELETE_COMPLETE', 'Test UPDATE_COMPLETE',
    ]);
    expect(harness.takeRequests()).toEqual(['Create Bad', 'Create After', 'Delete Bad with bad-1']);
  });

  test('a resource created again under the same id is not deleted in the clean-up', async () => {
    harness.handler = versioned;
    await harness.deploy({ A: custom({ Version: 1, Fail: true }) }, { disableRollback: true });
    harness.requests.length = 0;
    expect((await harness.deploy({ A: custom({ Version: 1 }) })).status).toBe('UPDATE_COMPLETE');
    expect(harness.takeRequests()).toEqual(['Create A']);
  });

  test('a failed creation can be rolled back', async () => {
    harness.handler = versioned;
    await harness.deploy({ A: custom({ Version: 1 }), Bad: custom({ Version: 1, Fail: true }) }, { disableRollback: true });
    const stack = await harness.clock.run(harness.cloudFormation.rollback('Test').done);
    expect(stack.status).toBe('ROLLBACK_COMPLETE');
    expect(trace(stack).slice(-5).sort()).toEqual(['A DELETE_COMPLETE', 'A DELETE_IN_PROGRESS', 'Bad DELETE_COMPLETE', 'Bad DELETE_IN_PROGRESS', 'Test ROLLBACK_COMPLETE']);
  });

  test('a failed update stays; another one, or a rollback, ends it', async () => {
    harness.handler = versioned;
    await harness.deploy({ A: custom({ Version: 1 }), B: custom({ Version: 1 }) });
    const failing = { A: custom({ Version: 2 }), B: custom({ Version: 2, Fail: true, Of: { Ref: 'A' } }) };
    const failed = await harness.deploy(failing, { disableRollback: true });
    expect(failed.status).toBe('UPDATE_FAILED');
    expect(failed.statusReason).toBe('The following resource(s) failed to update: [B]. ');
    harness.requests.length = 0;

    const retried = await harness.deploy(failing, { disableRollback: true });
    expect(retried.status).toBe('UPDATE_FAILED');
    expect(harness.takeRequests()).toEqual(['Update B with b-2']);

    const stack = await harness.clock.run(harness.cloudFormation.rollback('Test').done);
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(harness.takeRequests().sort()).toEqual(['Delete A with a-2', 'Delete B with b-2', 'Update A with a-2', 'Update B with b-2']);
    expect(stack.resources.get('B')!.physicalId).toBe('b-1');
  });

  test('an update that goes on deletes the copies of all attempts', async () => {
    harness.handler = versioned;
    await harness.deploy({ A: custom({ Version: 1 }) });
    await harness.deploy({ A: custom({ Version: 2, Fail: true }) }, { disableRollback: true });
    harness.requests.length = 0;
    await harness.deploy({ A: custom({ Version: 3 }) }, { disableRollback: true });
    expect(harness.takeRequests().sort()).toEqual(['Delete A with a-1', 'Delete A with a-2', 'Update A with a-2']);
  });

  test('only what has failed can be rolled back', async () => {
    await harness.deploy({ A: custom() });
    await expect(harness.clock.run(harness.cloudFormation.rollback('Test').done)).rejects.toThrow(/is in CREATE_COMPLETE state and can not be rolled back/);
  });
});
