import { custom, failureOf, Harness, MINUTE, trace } from './cloudformation-harness';

const TOPIC = { Type: 'AWS::SNS::Topic' };

let harness: Harness;
beforeEach(() => { harness = new Harness(); });

test('resources are created in the order of their dependencies and deleted in reverse', async () => {
  const created = await harness.deploy({
    B: custom({ Of: { Ref: 'A' } }),
    A: custom(),
    C: custom({}, { DependsOn: 'B' }),
  });
  expect(trace(created)).toEqual([
    'Test CREATE_IN_PROGRESS',
    'A CREATE_IN_PROGRESS', 'A CREATE_IN_PROGRESS', 'A CREATE_COMPLETE',
    'B CREATE_IN_PROGRESS', 'B CREATE_IN_PROGRESS', 'B CREATE_COMPLETE',
    'C CREATE_IN_PROGRESS', 'C CREATE_IN_PROGRESS', 'C CREATE_COMPLETE',
    'Test CREATE_COMPLETE',
  ]);
  expect(harness.journal.events).toEqual(created.events);
  expect(harness.takeRequests()).toEqual(['Create A', 'Create B', 'Create C']);

  const deleted = await harness.destroy();
  expect(trace(deleted)).toEqual([
    'Test DELETE_IN_PROGRESS',
    'C DELETE_IN_PROGRESS', 'C DELETE_COMPLETE', 'B DELETE_IN_PROGRESS', 'B DELETE_COMPLETE', 'A DELETE_IN_PROGRESS', 'A DELETE_COMPLETE',
    'Test DELETE_COMPLETE',
  ]);
  expect(harness.takeRequests()).toEqual(['Delete C with c', 'Delete B with b', 'Delete A with a']);
});

test('what does not depend on each other runs at the same time', async () => {
  harness.handler = () => ({ id: 'x', after: 50 * MINUTE });
  const start = harness.clock.now();
  await harness.deploy({ A: custom(), B: custom() });
  expect(harness.clock.now() - start).toBe(50 * MINUTE + 10_000);
});

test('a request has the fields that CloudFormation documents, all scalars as strings', async () => {
  await harness.deploy({ A: custom({ Count: 5, On: true, List: [1, { Half: 0.5 }], Ref: { Ref: 'AWS::StackName' } }) });
  const [request] = harness.requests;
  expect(request).toEqual({
    RequestType: 'Create',
    RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    StackId: expect.stringMatching(/^arn:aws:cloudformation:us-west-2:111122223333:stack\/Test\/[0-9a-f-]{36}$/),
    ResourceType: 'Custom::Thing',
    LogicalResourceId: 'A',
    ResourceProperties: {
      ServiceToken: 'arn:aws:lambda:us-west-2:111122223333:function:provider', Count: '5', On: 'true', List: ['1', { Half: '0.5' }], Ref: 'Test',
    },
  });
});

test('a failed creation cancels what is in progress and rolls everything back; a cancelled creation is deleted by an invented id', async () => {
  harness.handler = ({ LogicalResourceId, RequestType }) => {
    if (LogicalResourceId === 'Bad' && RequestType === 'Create') {
      return { status: 'FAILED', reason: 'no capacity', id: 'bad-id', after: MINUTE };
    }
    return { id: LogicalResourceId.toLowerCase(), after: LogicalResourceId === 'Slow' && RequestType === 'Create' ? 30 * MINUTE : 0 };
  };
  const start = harness.clock.now();
  const stack = await harness.deploy({ Topic: TOPIC, First: custom(), Slow: custom({}, { DependsOn: 'First' }), Bad: custom(), Later: custom({}, { DependsOn: 'Slow' }) });

  expect(stack.status).toBe('ROLLBACK_COMPLETE');
  expect(failureOf(stack, 'Bad')).toBe(`Received response status [FAILED] from custom resource. Message returned: no capacity (RequestId: ${harness.requests.find(request => request.LogicalResourceId === 'Bad')!.RequestId})`);
  expect(failureOf(stack, 'Slow')).toBe('Resource creation cancelled');
  expect(trace(stack)).not.toContain('Later CREATE_IN_PROGRESS');
  const rollback = stack.events.find(event => event.status === 'ROLLBACK_IN_PROGRESS')!;
  expect(rollback.reason).toBe('The following resource(s) failed to create: [Bad, Slow]. Rollback requested by user.');
  // Nobody waits for what has been cancelled.
  expect(rollback.time - start).toBe(MINUTE + 10_000);

  const deletions = harness.requests.filter(request => request.RequestType === 'Delete');
  expect(deletions.map(request => request.LogicalResourceId).slice(0, 2).sort()).toEqual(['Bad', 'Slow']);
  expect(deletions.map(request => request.LogicalResourceId)[2]).toBe('First');
  expect(deletions.find(request => request.LogicalResourceId === 'Bad')!.PhysicalResourceId).toBe('bad-id');
  expect(deletions.find(request => request.LogicalResourceId === 'Slow')!.PhysicalResourceId).toMatch(/^Test-Slow-[0-9A-Z]{12}$/);
  expect(trace(stack)).toContain('Topic DELETE_COMPLETE');
});

test('a failed rollback leaves ROLLBACK_FAILED, and what the resource depends on', async () => {
  harness.handler = ({ LogicalResourceId, RequestType }) =>
    ({ id: 'x', status: LogicalResourceId === 'Bad' || RequestType === 'Delete' ? 'FAILED' : 'SUCCESS', reason: 'no' });
  const stack = await harness.deploy({ Base: TOPIC, Bad: custom({ Of: { Ref: 'Base' } }) });
  expect(stack.status).toBe('ROLLBACK_FAILED');
  expect(stack.statusReason).toBe('The following resource(s) failed to delete: [Bad]. ');
  expect(trace(stack)).not.toContain('Base DELETE_IN_PROGRESS');
});

test('a stack that was rolled back can only be deleted', async () => {
  harness.handler = ({ RequestType }) => ({ status: RequestType === 'Create' ? 'FAILED' : 'SUCCESS', id: 'x', reason: 'no' });
  await harness.deploy({ A: custom() });
  await expect(harness.deploy({ A: custom() })).rejects.toThrow(/is in ROLLBACK_COMPLETE state and can not be updated/);
  expect((await harness.destroy()).status).toBe('DELETE_COMPLETE');
  harness.handler = () => ({ id: 'x' });
  expect((await harness.deploy({ A: custom() })).status).toBe('CREATE_COMPLETE');
});

test('a stack can be deleted while it is created', async () => {
  harness.handler = ({ RequestType }) => RequestType === 'Create' ? 'never' : {};
  const creation = harness.start({ A: custom() });
  await harness.wait(5 * MINUTE);
  const stack = await harness.destroy();
  expect(stack.status).toBe('DELETE_COMPLETE');
  expect(await creation.done).toBe(stack);
  expect(trace(stack)).toEqual(['Test DELETE_IN_PROGRESS', 'A CREATE_FAILED', 'A DELETE_IN_PROGRESS', 'A DELETE_COMPLETE', 'Test DELETE_COMPLETE']);
});

test('a failed deletion keeps what the resource depends on, and can be tried again', async () => {
  await harness.deploy({ Base: TOPIC, Top: custom({ Of: { Ref: 'Base' } }), Other: custom() });
  harness.handler = ({ LogicalResourceId }) => LogicalResourceId === 'Top' ? { status: 'FAILED', reason: 'busy' } : {};
  const failed = await harness.destroy();
  expect(failed.status).toBe('DELETE_FAILED');
  expect(failed.statusReason).toBe('The following resource(s) failed to delete: [Top]. ');
  expect(trace(failed)).not.toContain('Base DELETE_IN_PROGRESS');
  expect(trace(failed)).toContain('Other DELETE_COMPLETE');

  harness.handler = () => ({});
  const again = await harness.destroy();
  expect(trace(again)).toEqual([
    'Test DELETE_IN_PROGRESS', 'Top DELETE_IN_PROGRESS', 'Top DELETE_COMPLETE', 'Base DELETE_IN_PROGRESS', 'Base DELETE_COMPLETE', 'Test DELETE_COMPLETE',
  ]);
  expect(harness.cloudFormation.stack('Test')).toBeUndefined();
  expect(harness.cloudFormation.stack(again.stackId)).toBe(again);
});

describe('limits of a custom resource', () => {
  test('an answer must come within an hour', async () => {
    harness.handler = ({ RequestType }) => RequestType === 'Create' ? 'never' : {};
    const start = harness.clock.now();
    const stack = await harness.deploy({ A: custom() });
    const failed = stack.events.find(event => event.status === 'CREATE_FAILED')!;
    expect(failed.reason).toContain(`CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [${harness.requests[0].RequestId}].`);
    expect(failed.time - start).toBe(60 * MINUTE + 10_000);
    expect(harness.requests[1].PhysicalResourceId).toMatch(/^Test-A-[0-9A-Z]{12}$/);
  });

  test('ServiceTimeout makes it less', async () => {
    harness.handler = ({ RequestType }) => RequestType === 'Create' ? 'never' : {};
    const start = harness.clock.now();
    const stack = await harness.deploy({ A: custom({ ServiceTimeout: 120 }) });
    expect(stack.events.find(event => event.status === 'CREATE_FAILED')!.time - start).toBe(2 * MINUTE + 10_000);
  });

  test.each([[4096, 'CREATE_COMPLETE'], [4097, 'ROLLBACK_COMPLETE']])('an answer of %d bytes: %s', async (bytes, status) => {
    harness.handler = request => {
      const answer = (text: string) => JSON.stringify({ Status: 'SUCCESS', RequestId: request.RequestId, PhysicalResourceId: 'x', Data: { text } });
      return request.RequestType === 'Create' ? { body: answer('é'.repeat((bytes - answer('').length) / 2) + 'x'.repeat((bytes - answer('').length) % 2)) } : {};
    };
    const stack = await harness.deploy({ A: custom() });
    expect(stack.status).toBe(status);
    expect(failureOf(stack, 'A')).toBe(status === 'CREATE_COMPLETE' ? undefined : 'Response object is too long.');
  });

  test('a successful answer needs a physical id', async () => {
    harness.handler = ({ RequestType }) => ({ id: RequestType === 'Create' ? '' : 'x' });
    expect(failureOf(await harness.deploy({ A: custom() }), 'A')).toBe('Invalid PhysicalResourceId');
  });

  test('an attribute that the answer lacks fails its user', async () => {
    harness.handler = () => ({ id: 'x', data: { Known: 'yes' } });
    const stack = await harness.deploy({ A: custom(), B: custom({ Of: [{ 'Fn::GetAtt': ['A', 'Known'] }, { 'Fn::GetAtt': ['A', 'Missing'] }] }) });
    expect(failureOf(stack, 'B')).toBe(`CustomResource attribute error: Vendor response doesn't contain Missing attribute in object ${stack.stackId}|A|${harness.requests[0].RequestId}`);
  });
});

describe('DeletionPolicy', () => {
  const BAD = custom({ Bad: true }, { DependsOn: ['Retained', 'ExceptOnCreate', 'Deleted'] });
  const RESOURCES = {
    Retained: custom({}, { DeletionPolicy: 'Retain' }),
    ExceptOnCreate: custom({}, { DeletionPolicy: 'RetainExceptOnCreate' }),
    Deleted: custom({}, { DeletionPolicy: 'Delete' }),
  };

  test('with the stack, what is retained in any way stays', async () => {
    await harness.deploy(RESOURCES);
    harness.takeRequests();
    expect(trace(await harness.destroy())).toEqual(expect.arrayContaining(['Retained DELETE_SKIPPED', 'ExceptOnCreate DELETE_SKIPPED', 'Deleted DELETE_COMPLETE']));
    expect(harness.takeRequests()).toEqual(['Delete Deleted with deleted']);
  });

  test('when the creation rolls back, only Retain stays', async () => {
    harness.handler = ({ LogicalResourceId, RequestType }) =>
      ({ id: LogicalResourceId.toLowerCase(), status: LogicalResourceId === 'Bad' && RequestType === 'Create' ? 'FAILED' : 'SUCCESS' });
    const stack = await harness.deploy({ ...RESOURCES, Bad: BAD });
    expect(stack.status).toBe('ROLLBACK_COMPLETE');
    expect(trace(stack)).toEqual(expect.arrayContaining(['Retained DELETE_SKIPPED', 'ExceptOnCreate DELETE_COMPLETE', 'Deleted DELETE_COMPLETE']));
  });

  test('what leaves the template stays or goes by its policy', async () => {
    await harness.deploy({ ...RESOURCES, Other: custom() });
    const stack = await harness.deploy({ Other: custom() });
    expect(trace(stack)).toEqual(expect.arrayContaining(['Retained DELETE_SKIPPED', 'ExceptOnCreate DELETE_SKIPPED', 'Deleted DELETE_COMPLETE']));
    expect([...stack.resources.keys()]).toEqual(['Other']);
  });

  test('Snapshot is not known', async () => {
    await expect(harness.deploy({ A: custom({}, { DeletionPolicy: 'Snapshot' }) })).rejects.toThrow(/knows Delete, Retain, RetainExceptOnCreate as DeletionPolicy of resource A, got "Snapshot"/);
  });
});
