import { RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-applicationautoscaling';
import { Construct } from 'constructs';
import { app } from './app';
import { HOUR, MINUTE, World } from './harness';
import { AI_BENCHMARK_JOB, INFERENCE_RECOMMENDATIONS_JOB, OPTIMIZATION_JOB, setUp } from './kinds';
import { AiBenchmarkJob, BenchmarkMetric, DeployRecommendation, Hosting, MlInstanceType, Stat } from '../../src';

afterEach(() => World.stopAll());

const OTHER_KINDS = [AI_BENCHMARK_JOB, OPTIMIZATION_JOB, INFERENCE_RECOMMENDATIONS_JOB];

/** A stack with jobs of all kinds. */
const all = ({ run, tag }: { run: string; tag?: string }) => (stack: Stack) => {
  app({
    job: {
      rerunToken: run,
      modelPackageRemovalPolicy: RemovalPolicy.DESTROY,
      // Shared with somebody once, and then no more.
      modelPackagesSharedWith: run === '1' ? ['444455556666'] : undefined,
    },
    concurrency: run === '1' ? 10 : 20,
    // Each run on other instances: components have to fit, and scaling goes off and on again.
    endpoint: { instanceType: MlInstanceType.fromName(run === '1' ? 'ml.g6.24xlarge' : 'ml.g5.24xlarge') },
    also: (_, recommendation) => {
      const endpoint = stack.node.findChild('Endpoint') as DeployRecommendation;
      const scaling = endpoint.autoScaleInstances({ maxCapacity: 4 });
      scaling.scaleOnMetric('Steps', {
        metric: endpoint.metricConcurrentRequestsPerModel(), scalingSteps: [{ lower: 10, change: 1 }, { upper: 2, change: -1 }],
      });
      scaling.scaleOnSchedule('Night', { schedule: Schedule.cron({ hour: '22', minute: '0' }), maxCapacity: 1 });
      new DeployRecommendation(stack, 'Components', { recommendation, hosting: Hosting.inferenceComponents(), initialInstanceCount: run === '1' ? 1 : 2 });
    },
  })(stack);
  for (const kind of OTHER_KINDS) {
    const { construct } = kind.job(new Construct(stack, kind.kind), { rerunToken: run });
    if (construct instanceof AiBenchmarkJob) {
      construct.measured(BenchmarkMetric.REQUEST_LATENCY, Stat.P50);
    }
  }
  if (tag !== undefined) {
    Tags.of(stack).add('team', tag);
  }
};

/** Lambda writes the logs under the role, which is no call of the function: the sandbox keeps them without asking. */
const WRITING_LOGS = ['logs:CreateLogStream', 'logs:PutLogEvents'];

test('every permission of the handlers is used by something', async () => {
  const world = await World.start({
    scenario: Object.assign({}, ...[...OTHER_KINDS].map(kind => kind.scenario(nth => ({ duration: nth < 3 ? 20 * MINUTE : HOUR })))),
  });
  await setUp(world);
  await world.deploy(all({ run: '1', tag: 'one' }));
  await world.deploy(all({ run: '1', tag: 'two' }));
  await world.deploy(all({ run: '1' }));
  expect((await world.deploy(all({ run: '2' }))).status).toBe('UPDATE_COMPLETE');
  const update = world.begin(all({ run: '3' }));
  await world.until(() => [...OTHER_KINDS.map(({ kind }) => kind), 'AIRecommendationJob'].every(kind => world.jobs(kind).some(({ status }) => /IN_?PROGRESS/i.test(status))));
  world.sandbox.cloudFormation.cancelUpdate('Chat');
  const stack = await world.finish(update);
  expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(world.unusedPermissions(stack)).toEqual([
    ...WRITING_LOGS,
    // Asked for when a job has failed.
    'sagemaker:ListInferenceRecommendationsJobSteps',
  ]);

  world.sandbox.sagemaker.scenario = INFERENCE_RECOMMENDATIONS_JOB.scenario(() => ({ fails: 'no capacity', duration: MINUTE }));
  const failed = await world.deploy(all({ run: '4' }));
  expect(failed.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(world.unusedPermissions(failed)).toEqual(WRITING_LOGS);

  // The roles of the CDK's provider framework are the CDK's: all three functions get the same. What they do with it is call the handlers; GetFunction is
  // for a handler that has just been made, and onTimeout calls nobody.
  const unused = (role: string) => world.sandbox.iam.unusedActions(
    String([...failed.resources.values()].find(({ logicalId }) => new RegExp(`^CdkSageMakerInferenceProvider${role}[0-9A-F]{8}$`).test(logicalId))!.attributes.Arn));
  expect(Object.fromEntries(['frameworkonEvent', 'frameworkisComplete', 'frameworkonTimeout'].map(name => [name, unused(`${name}ServiceRole`)]))).toEqual({
    frameworkonEvent: ['lambda:GetFunction'],
    frameworkisComplete: ['lambda:GetFunction'],
    frameworkonTimeout: ['lambda:GetFunction', 'lambda:InvokeFunction'],
  });
  expect(unused('waiterstatemachineRole')).toEqual([]);
});
