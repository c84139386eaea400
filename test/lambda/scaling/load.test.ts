import { Services } from './services';
import { Failure, PlannedEvent } from '../../../lambda/event';
import { forget, putBack, takeOff } from '../../../lambda/scaling/load';
import type { Timed } from '../../../lambda/time';

let services: Services;
let endpoint: { EndpointStatus: string; ProductionVariants?: object[]; ShadowProductionVariants?: object[] } | undefined;
let stackStatus: string;
jest.mock('../../../lambda/aws/clients', () => ({
  clientOf: (client: { name: string }) => services.client(client.name),
  sagemaker: () => ({
    send: async () => endpoint ?? Promise.reject(Object.assign(new Error('Could not find endpoint "chat".'), { name: 'ValidationException', $metadata: {} })),
  }),
}));
jest.mock('../../../lambda/aws/cloudformation', () => ({ describeStack: async () => ({ StackStatus: stackStatus }) }));
const log = jest.spyOn(console, 'log').mockImplementation();

const TARGET = {
  ServiceNamespace: 'sagemaker', ResourceId: 'endpoint/chat/variant/AllTraffic', ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
};

function event(minutesAgo = 0): PlannedEvent<Timed> {
  const started = Date.now() - minutesAgo * 60_000;
  return {
    RequestType: 'Update',
    RequestId: '1',
    StackId: 'arn:aws:cloudformation:us-west-2:111122223333:stack/Chat/1',
    ResourceType: 'Custom::SageMakerRecommendationDeployment',
    LogicalResourceId: 'Deployment',
    PhysicalResourceId: 'chat-1',
    ResourceProperties: {},
    Plan: { started, deadline: started + 15 * 60_000 },
  };
}

const serving = (EndpointStatus: string) => ({ EndpointStatus, ProductionVariants: [{ VariantName: 'AllTraffic' }] });
const off = (on = event()) => takeOff(on, 'chat', ['AllTraffic']);
const isScaled = () => services.autoScaling.isScalableTarget(TARGET.ResourceId);

beforeEach(async () => {
  services = new Services();
  services.variants.set('AllTraffic', 1);
  endpoint = serving('InService');
  stackStatus = 'UPDATE_IN_PROGRESS';
  await services.autoScaling.console('RegisterScalableTarget', { ...TARGET, MinCapacity: 1, MaxCapacity: 4 });
});

test('without variants there is nothing to do', async () => {
  expect(await takeOff(event(), 'chat', [])).toBe(true);
  expect(services.calls).toEqual([]);
});

test('an update begins when the scaling is off and the endpoint at rest', async () => {
  endpoint = serving('Updating');
  expect(await off()).toBe(false);
  expect(isScaled()).toBe(false);
  expect(await off()).toBe(false);
  endpoint = serving('InService');
  expect(await off()).toBe(true);
});

test('it does not wait for ever', async () => {
  endpoint = serving('Updating');
  await off();
  expect(await off(event(16))).toBe(true);
});

test('an endpoint that is not there yet is scaled by nobody', async () => {
  services.autoScaling.forget(TARGET.ResourceId);
  endpoint = undefined;
  expect(await off()).toBe(true);
});

test.each([
  ['Updating', false, false],
  ['RollingBack', false, false],
  ['SystemUpdating', false, false],
  ['Failed', true, false],
  ['InService', true, true],
])('it is put back on an endpoint that is %s', async (status, settled, scaled) => {
  await off();
  endpoint = serving(status);
  expect(await putBack(event(), 'chat')).toBe(settled);
  expect(isScaled()).toBe(scaled);
});

test('of an endpoint that is gone nothing is put back', async () => {
  await off();
  endpoint = undefined;
  expect(await putBack(event(), 'chat')).toBe(true);
  expect(services.parameter()).toBeDefined();
});

test('shadow variants are variants', async () => {
  await off();
  endpoint = { EndpointStatus: 'InService', ProductionVariants: [{ VariantName: 'Other' }], ShadowProductionVariants: [{ VariantName: 'AllTraffic' }] };
  await putBack(event(), 'chat');
  expect(isScaled()).toBe(true);
});

test('where nothing was taken off, putting back is one call', async () => {
  expect(await putBack(event(), 'chat')).toBe(true);
  expect(services.calls).toEqual(['GetParameter']);
});

describe('what is kept', () => {
  const other = { EndpointStatus: 'InService', ProductionVariants: [{ VariantName: 'Other' }] };

  test.each<[string, string, typeof endpoint, boolean]>([
    ['goes with the endpoint', 'DELETE_IN_PROGRESS', undefined, false],
    ['goes with the endpoint that is being deleted', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', serving('Deleting'), false],
    ['of a variant that is no more goes once the update is over', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', other, false],
    ['of a variant that is no more stays while a rollback may bring it back', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', other, true],
    ['of a variant that is there stays', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', serving('InService'), true],
  ])('%s', async (_, status, described, stays) => {
    await off();
    stackStatus = status;
    endpoint = described;
    await forget(event(), 'chat');
    expect(services.parameter() !== undefined).toBe(stays);
  });
});

describe('what cannot be done', () => {
  const errorOf = (promise: Promise<unknown>) => promise.then(() => { throw new Error('it was done'); }, (error: Error) => error);
  const denied = { operation: 'DescribeScalableTargets', error: 'AccessDeniedException', message: 'not authorized to perform it' };

  test('is a failure that says what it was about', async () => {
    services.faults.push(denied);
    const error = await errorOf(off(event(6)));
    expect(error).toBeInstanceOf(Failure);
    expect(error.message).toBe('the scaling of endpoint chat cannot be taken off, and SageMaker changes the instance type of no variant that is scaled: '
      + 'not authorized to perform it (AccessDeniedException)');
  });

  test('names the place where it is kept', async () => {
    await off();
    services.faults.push({ operation: 'RegisterScalableTarget', error: 'ValidationException', message: 'There is no resource to scale' });
    expect((await errorOf(putBack(event(), 'chat'))).message)
      .toBe('the scaling of endpoint chat cannot be put back. It is kept in the SSM parameter /cdk-sagemaker-inference/scaling/chat: '
        + 'There is no resource to scale (ValidationException)');
  });

  test.each([
    ['RegisterScalableTarget', 'ConcurrentUpdateException'],
    ['PutScheduledAction', 'ObjectNotFoundException'],
    ['GetParameter', 'ThrottlingException'],
  ])('may be done at the next poll: %s after %s', async (operation, error) => {
    await services.autoScaling.console('PutScheduledAction', {
      ...TARGET, ScheduledActionName: 'night', Schedule: 'rate(1 day)', ScalableTargetAction: { MinCapacity: 1, MaxCapacity: 2 },
    });
    await off();
    services.faults.push({ operation, error });
    expect(await errorOf(putBack(event(), 'chat'))).toMatchObject({ name: error, $metadata: {} });
    expect(await putBack(event(), 'chat')).toBe(true);
    expect(services.autoScaling.scheduledActions).toHaveLength(1);
  });

  test('is waited for when permissions of the services behind are missing, which IAM may not have caught up with', async () => {
    await off();
    const fault = { operation: 'RegisterScalableTarget', error: 'ValidationException', message: 'User is missing the following permissions: [cloudwatch:DeleteAlarms]' };
    services.faults.push(fault, fault);
    expect(await errorOf(putBack(event(), 'chat'))).not.toBeInstanceOf(Failure);
    expect((await errorOf(putBack(event(6), 'chat'))).message).toMatch(/missing the following permissions: \[cloudwatch:DeleteAlarms\]/);
  });

  test.each(['UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', 'DELETE_IN_PROGRESS'])('is let be in %s, where a failure leaves a stack that is stuck',
    async status => {
      stackStatus = status;
      services.faults.push(denied);
      expect(await off(event(6))).toBe(true);
      expect(log).toHaveBeenCalledWith(expect.stringMatching(/scaling left as it is.*not authorized/));
      services.ssm.parameters.set('/cdk-sagemaker-inference/scaling/chat', 'edited by hand');
      expect(await putBack(event(), 'chat')).toBe(true);
      expect(services.parameter()).toBe('edited by hand');
    });
});
