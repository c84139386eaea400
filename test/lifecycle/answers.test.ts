import { app } from './app';
import { MINUTE, World } from './harness';
import * as fixtures from '../../sandbox/sagemaker/fixtures';
import type { AIRecommendation } from '../../sandbox/sagemaker/fixtures';
import { ModelApproval } from '../../src';

afterEach(() => World.stopAll());

/** A world whose jobs answer with what a fixture makes of the request. */
function answering(make: (request: typeof fixtures.REQUEST) => AIRecommendation[]) {
  return World.start({ scenario: { recommendation: request => ({ duration: 3 * MINUTE, recommendations: make(request) }) } });
}

describe('answers of the service that are not like the example', () => {
  test('other casing of metrics and statistics', async () => {
    const world = await answering(fixtures.withOtherCasing);
    expect((await world.deploy(app())).status).toBe('CREATE_COMPLETE');
  });

  test('several rows under one specification name: the first is deployed', async () => {
    const world = await answering(fixtures.underOneSpecificationName);
    expect((await world.deploy(app())).status).toBe('CREATE_COMPLETE');
    expect(world.sandbox.sagemaker.models).toHaveLength(1);
  });

  test('missing members: the first that can be deployed is', async () => {
    const world = await answering(fixtures.withMissingMembers);
    const stack = await world.deploy(app());
    // The first row has no members at all; the second names its instance type in one of the two places only.
    expect(stack.status).toBe('CREATE_COMPLETE');
    expect(world.sandbox.sagemaker.endpointConfigs[0].request.ProductionVariants![0]).toMatchObject({ InstanceType: 'ml.g6.24xlarge' });
  });

  test('none at all fails with a sentence', async () => {
    const world = await answering(fixtures.none);
    const stack = await world.deploy(app());
    expect(stack.status).toBe('ROLLBACK_COMPLETE');
    expect(world.failures(stack).join()).toContain('completed without any recommendation');
  });

  test('without a package, image, environment and channels are deployed', async () => {
    const world = await answering(fixtures.withoutPackage);
    const stack = await world.deploy(app());
    expect(world.failures(stack)).toEqual([]);
    expect(world.sandbox.sagemaker.models[0].request.PrimaryContainer).toMatchObject({
      Image: expect.stringContaining('dkr.ecr'), Environment: expect.any(Object), AdditionalModelDataSources: expect.any(Array),
    });
  });

  test('LMI with a draft model', async () => {
    const world = await answering(fixtures.lmiWithDraftModel);
    const stack = await world.deploy(app());
    expect(world.failures(stack)).toEqual([]);
    expect(stack.status).toBe('CREATE_COMPLETE');
  });

  test('as long as the API allows: ten adapters, a hundred variables of 1,024 characters, the longest names', async () => {
    const world = await answering(fixtures.asLongAsAllowed);
    const stack = await world.deploy(app());
    // Its files are in a bucket that nobody gave the endpoint's role access to: up to there all answers fitted.
    expect(world.failures(stack)).toEqual([expect.stringContaining('s3:ListBucket')]);
    expect(world.longestAnswer()).toBeLessThan(4096);
  });
});

test('a FailureReason of 1,024 characters, in the longest names, fits into the answer', async () => {
  const world = await World.start({ scenario: { recommendation: () => ({ duration: MINUTE, status: 'Failed', failureReason: '"\u00e9\\\n'.repeat(256) }) } });
  const stackName = `S${'x'.repeat(127)}`;
  const stack = await world.deploy(app({ job: { jobName: 'j'.repeat(33) } }), { stackName });
  expect(stack.status).toBe('ROLLBACK_COMPLETE');
  expect(world.failures(stack).join()).toContain('ended Failed');
  expect(world.failures(stack).join()).not.toContain('Response object is too long');
  expect(world.longestAnswer()).toBeGreaterThan(2000);
  expect(world.longestAnswer()).toBeLessThan(4096);
});

describe('approval', () => {
  const approvals = (world: World) => world.sandbox.journal.calls.filter(({ operation }) => operation === 'UpdateModelPackage');

  test('a package of a group that the job made is approved, with a description that names the stack', async () => {
    const world = await World.start();
    await world.deploy(app());
    expect(approvals(world)).toEqual([expect.objectContaining({
      input: expect.objectContaining({ ModelApprovalStatus: 'Approved', ApprovalDescription: expect.stringContaining('stack Chat') }),
    })]);
  });

  test('where SageMaker deploys it without approval, nothing is approved', async () => {
    const world = await World.start({ scenario: { requireApproval: false } });
    expect((await world.deploy(app())).status).toBe('CREATE_COMPLETE');
    expect(approvals(world)).toEqual([]);
  });

  test('where somebody has to approve, it fails with what to do, even if SageMaker would let it pass, and passes afterwards', async () => {
    const world = await World.start({ scenario: { requireApproval: false } });
    await world.deploy(app({ endpoint: false }));
    const deployment = app({ endpoint: { approval: ModelApproval.required() } });
    const stack = await world.deploy(deployment);
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.failures(stack).join()).toMatch(/is PendingManualApproval, and only approved ones are deployed: approve it and deploy again/);
    expect(world.count('CreateModel')).toBe(0);
    const [pack] = world.sandbox.sagemaker.modelPackages;
    await world.byHand('UpdateModelPackage', { ModelPackageArn: pack.arn, ModelApprovalStatus: 'Approved' });
    expect((await world.deploy(deployment)).status).toBe('UPDATE_COMPLETE');
  });

  test('a deployment may approve it, with a description of its own', async () => {
    const world = await World.start({ scenario: { requireApproval: false } });
    await world.deploy(app({ endpoint: { approval: ModelApproval.approve('benchmarked on Monday') } }));
    expect(world.sandbox.sagemaker.modelPackages).toMatchObject([{ approval: 'Approved', approvalDescription: 'benchmarked on Monday' }]);
  });

  test('a package whose approval may not be read is tried', async () => {
    const world = await World.start();
    world.sandbox.faults.onCall({ operation: 'DescribeModelPackage', effect: 'access-denied' });
    const stack = await world.deploy(app());
    expect(world.failures(stack)).toEqual([]);
  });

  test('a package that was rejected stays rejected', async () => {
    const world = await World.start({ scenario: { endpoint: (_, nth) => (nth === 1 ? { status: 'Failed' } : {}) } });
    await world.deploy(app());
    await world.destroy();
    const [pack] = world.sandbox.sagemaker.modelPackages;
    await world.byHand('UpdateModelPackage', { ModelPackageArn: pack.arn, ModelApprovalStatus: 'Rejected' });
    const before = world.count('CreateModel');
    const stack = await world.deploy(app({ endpoint: { approval: ModelApproval.approve() } }));
    expect(world.failures(stack).join()).toContain('was rejected, so it is not deployed');
    expect(world.count('CreateModel')).toBe(before);
  });
});
