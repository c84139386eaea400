import { onEvent } from '../../lambda/handler';

const event = {
  RequestType: 'Create' as const,
  RequestId: 'request',
  StackId: 'arn:aws:cloudformation:us-west-2:111122223333:stack/Chat/1',
  ResourceType: 'Custom::SageMakerUnheardOf',
  LogicalResourceId: 'Job',
  ResourceProperties: {},
};

beforeEach(() => void jest.spyOn(console, 'log').mockReturnValue());
afterEach(() => {
  jest.restoreAllMocks();
  delete process.env.AWS_LAMBDA_LOG_GROUP_NAME;
});

// The provider framework names the log group that a function has by default.
test('what goes wrong ends with the name of the log group', async () => {
  process.env.AWS_LAMBDA_LOG_GROUP_NAME = 'Chat-Log';
  await expect(onEvent(event)).rejects.toThrow(/does not know the resource type .* \[decisions of the handlers: log group Chat-Log\]$/);
});

test('a long message is cut, and its ending is not', async () => {
  process.env.AWS_LAMBDA_LOG_GROUP_NAME = `Chat-Log-${'x'.repeat(400)}`;
  const error: Error = await onEvent({ ...event, ResourceType: 'x'.repeat(5000) }).catch(thrown => thrown);
  expect(Buffer.byteLength(error.message)).toBeLessThanOrEqual(2000);
  expect(error.message).toMatch(/\.\.\. \[decisions of the handlers: log group Chat-Log-x+\]$/);
});
