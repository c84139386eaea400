import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { EXAMPLES } from '../examples/apps';
import { SINKS } from '../kitchen-sink/sinks';
import { app } from '../lifecycle/app';
import { SERVING } from '../lifecycle/features/serving';
import { UPDATING } from '../lifecycle/features/updating';
import { ENV } from '../lifecycle/harness';
import { scaled } from '../lifecycle/scaled';
import { inStacks } from '../lifecycle/stacks';

type Build = (app: App) => void;

const inStack = (build: (stack: Stack) => void): Build => made => build(new Stack(made, 'Chat', { env: ENV }));

const examples = Object.entries(EXAMPLES)
  .map(([name, example]): [string, Build] => [`examples/${name}`, made => example(made, { env: ENV, bucketName: 'my-models' })]);

/** All that the props of a construct can say. */
const jobs = Object.entries(SINKS).flatMap(([name, { make, everything, minimal }]): Array<[string, Build]> => [
  [`${name} with every prop`, inStack(stack => everything(stack).forEach((props, i) => make(stack, `Sink${i}`, props)))],
  [`${name} with the required props alone`, inStack(stack => make(stack, 'Minimal', minimal(stack)))],
]);

/** All that a deployment can be, and what it becomes by updates, but for the one that a resource lets fail because it is invalid. */
const deployments = [SERVING, UPDATING].flatMap(topics => Object.entries(topics)).flatMap(([topic, features]) => Object.entries(features())
  .flatMap(([feature, { steps }]) => steps.filter(({ fails }) => fails !== 'Failing').map(({ build }, i): [string, Build] => [`${topic}, ${feature}, step ${i + 1}`, inStack(build)])));

const others: Array<[string, Build]> = [
  ['an endpoint with all kinds of scaling', inStack(scaled({ other: true }))],
  ['workload, job, endpoint and gate in stacks of their own', made => inStacks(made)],
  ['model packages that are shared, and go with their job', inStack(app({
    job: { modelPackageRemovalPolicy: RemovalPolicy.DESTROY, modelPackagesSharedWith: ['444455556666'] },
  }))],
];

/** Whatever is deployed in the sandbox as an example or a feature, by what it is. */
export const APPS: Array<[string, Build]> = [...examples, ...jobs, ...deployments, ...others];
