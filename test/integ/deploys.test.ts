import { mkdirSync, readFileSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import { CloudAssembly, CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { synthesize, TESTS } from './apps';
import { replaced, StackEvent } from '../../integ-tests/support/kept';
import { Call, left } from '../../integ-tests/support/left';
import { STACKS } from '../../integ-tests/support/settings';
import type { Stack } from '../../sandbox/cloudformation';
import { MINUTE, PROCESSES, World } from '../lifecycle/harness';

afterEach(() => World.stopAll());

/** Clients that the functions of the checks find where they are installed. In an account they are Lambda's own, or the layer's. */
const CLIENTS = ['@aws-sdk/client-sagemaker', '@aws-sdk/client-ssm', '@aws-sdk/client-s3'];

/** The sandbox has no model that could be asked. These are answers in the form that the images give them. */
const RUNTIME = `
  const { SageMaker } = require('@aws-sdk/client-sagemaker');
  const answers = {
    'text/csv': body => body.startsWith('1') ? '3.75' : '1.25',
    'application/json': () => JSON.stringify({ object: 'chat.completion', choices: [{ index: 0, message: { role: 'assistant', content: 'Hello!' } }] }),
  };
  exports.InvokeEndpointCommand = class { constructor(input) { this.input = input; } };
  exports.SageMakerRuntimeClient = class {
    async send({ input: { EndpointName, ContentType, Body } }) {
      const { EndpointStatus } = await new SageMaker().describeEndpoint({ EndpointName });
      if (EndpointStatus !== 'InService') { throw new Error(EndpointName + ' is ' + EndpointStatus); }
      return { ContentType, Body: { transformToString: () => answers[ContentType](new TextDecoder().decode(Body)) } };
    }
  };`;

const JOB = { duration: 2 * MINUTE };
const QUICK = {
  recommendation: () => JOB, benchmark: () => JOB, optimization: () => JOB, inferenceRecommendations: () => JOB, endpoint: () => JOB,
};

type Artifact = Pick<CloudFormationStackArtifact, 'id' | 'stackName' | 'template' | 'tags' | 'assembly'>;

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/**
 * The stack with the checks, for the sandbox: what the layer has is laid beside the code, and the checks follow each other, so that one process
 * makes them all.
 */
function checksOf({ assembly: { directory }, template }: Artifact): any {
  const { Resources } = structuredClone(template);
  let previous: string[] = [];
  for (const [id, resource] of Object.entries<any>(Resources)) {
    if (resource.Type === 'AWS::Lambda::LayerVersion') {
      delete Resources[id];
    } else if (resource.Type === 'AWS::Lambda::Function') {
      delete resource.Properties.Layers;
      const modules = join(directory, `asset.${resource.Properties.Code.S3Key.replace('.zip', '.bundle')}`, 'node_modules');
      for (const name of CLIENTS) {
        const installed = dirname(require.resolve(`${name}/package.json`));
        write(join(modules, name, 'index.js'), `module.exports = require(${JSON.stringify(installed)});`);
      }
      write(join(modules, '@aws-sdk/client-sagemaker-runtime', 'index.js'), RUNTIME);
    } else if (resource.Type.startsWith('Custom::DeployAssert')) {
      resource.DependsOn = [...resource.DependsOn ?? [], ...previous];
      previous = [id];
    }
  }
  return { ...template, Resources };
}

/** Deploys the stacks of a test as integ-runner does, and returns them: the first version, the second, the checks. */
async function deploy(world: World, artifacts: Artifact[]): Promise<Stack[]> {
  const deployed: Stack[] = [];
  for (const artifact of artifacts) {
    const { id, stackName, tags, assembly } = artifact;
    const template = id === 'Checks' ? checksOf(artifact) : artifact.template;
    const stack = await world.finish(world.sandbox.cloudFormation.deploy({ stackName, template, tags, assetDirectory: assembly.directory }));
    expect({ id, failures: world.failures(stack) }).toEqual({ id, failures: [] });
    deployed.push(stack);
  }
  return deployed;
}

/** What the hooks of integ-runner are told in the commands that the test gives it, but for the program. */
function hooksOf({ directory }: CloudAssembly): { kept: string[]; gone: string[] } {
  const [{ hooks: { postDeploy = [], postDestroy } }] = Object.values<any>(JSON.parse(readFileSync(join(directory, 'integ.json'), 'utf8')).testCases);
  const argumentsOf = (commands: string[]) => commands.flatMap(command => /^node --import tsx hooks\.ts (?:kept|gone) (.+)$/.exec(command)![1].split(' '));
  return { kept: argumentsOf(postDeploy), gone: argumentsOf(postDestroy) };
}

/** What the hooks see of the sandbox. */
function callOf({ sandbox: { sagemaker } }: World): Call {
  const listed = (noun: string, all: Array<{ name: string; arn: string }>) => ({ [`${noun}s`]: all.map(({ name, arn }) => ({ [`${noun}Name`]: name, [`${noun}Arn`]: arn })) });
  return async (operation, input) => {
    switch (operation) {
      case 'ListEndpoints': return listed('Endpoint', sagemaker.endpoints);
      case 'ListEndpointConfigs': return listed('EndpointConfig', sagemaker.endpointConfigs);
      case 'ListTrainingJobs': return {};
      default: return sagemaker.console(operation, input);
    }
  };
}

/** As CloudFormation's API has them. */
const eventsOf = ({ events }: Stack): StackEvent[] => events.map(({ logicalId, physicalId, type, status }) => ({
  LogicalResourceId: logicalId, PhysicalResourceId: physicalId, ResourceType: type, ResourceStatus: status,
}));

const groupsOf = ({ sandbox: { sagemaker } }: World) => sagemaker.modelPackageGroups.map(({ arn }) => arn);

const outcomes = ({ outputs }: Stack): Array<{ status: string; message?: string }> => Object.values(outputs).map(result => JSON.parse(result));

test.each(TESTS)('%s: it deploys, is updated, passes its checks, and leaves nothing', async name => {
  const world = await World.start({ environments: PROCESSES, scenario: QUICK });
  const assembly = synthesize(name);
  const { kept: [, ...kept], gone: [stackName] } = hooksOf(assembly);
  const [, stack, checks] = await deploy(world, assembly.stacks);
  expect(stack).toMatchObject({ stackName, status: 'UPDATE_COMPLETE' });
  expect(outcomes(checks).filter(({ status }) => status !== 'success')).toEqual([]);
  expect(outcomes(checks).length).toBeGreaterThan(4);
  expect(replaced(eventsOf(stack), kept)).toEqual([]);

  expect(STACKS).toContain(stackName); // teardown looks at these
  // All is found but what can neither be deleted nor costs anything.
  expect((await left(callOf(world), stackName)).sort()).toEqual(world.leftovers().concat(groupsOf(world)).filter(arn => !arn.includes(':inference-recommendations-job/')).sort());
  for (const each of [checks.stackName, stackName]) {
    expect((await world.destroy(each)).status).toBe('DELETE_COMPLETE');
  }
  expect(await left(callOf(world), stackName)).toEqual([]);
  expect(world.sandbox.sagemaker.running()).toEqual([]);
});

test('what is deployed wrongly fails the check of it, and what is replaced the hook', async () => {
  const world = await World.start({ environments: PROCESSES, scenario: QUICK });
  const [first, { template, ...second }, checks] = synthesize('ai-workload-config').stacks;
  const wrong = JSON.parse(JSON.stringify(template).replace('\\"concurrency\\":2', '\\"concurrency\\":3'));
  expect(wrong).not.toEqual(template);
  const [, stack, failed] = await deploy(world, [first, { ...second, stackName: first.stackName, template: wrong }, checks]);
  expect(outcomes(failed).filter(({ status }) => status !== 'success')).toEqual([
    { status: 'fail', message: expect.stringContaining('Expected 2 but received 3') },
  ]);
  expect(replaced(eventsOf(stack), ['Custom::SageMakerAIWorkloadConfig'])).toEqual([expect.stringContaining('the update replaced')]);
});
