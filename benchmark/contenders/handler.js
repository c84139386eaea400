/*
 * Loads a bundle of the handlers and has it poll a job once: how long it takes until the code is there, and until SageMaker has answered.
 */
const [path] = process.argv.slice(2);
console.log = () => {};
const start = performance.now();
const { isComplete } = require(path);
const loaded = performance.now();

const now = Date.now();
void isComplete({
  RequestType: 'Create',
  RequestId: 'b7e5e3a0',
  StackId: 'arn:aws:cloudformation:us-west-2:111122223333:stack/Chat/1',
  ResourceType: 'Custom::SageMakerJobWait',
  LogicalResourceId: 'Wait',
  PhysicalResourceId: 'Chat/Wait',
  ResourceProperties: { JobType: 'AIRecommendationJob', JobName: 'chat-0123456789abcdef', LapSeconds: '3000' },
  Plan: { started: now, deadline: now + 3_000_000 },
}).then(({ IsComplete }) => {
  if (IsComplete !== false) {
    throw new Error('the job is still running');
  }
  const answered = performance.now();
  process.stdout.write(`${JSON.stringify({ loadMs: loaded - start, callMs: answered - start, rssMB: process.memoryUsage().rss / 1e6 })}\n`);
});
