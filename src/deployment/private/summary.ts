import { Stack, Token } from 'aws-cdk-lib';
import type { ShownEndpoint } from './shown-endpoint';
import type { RecommendationSourceConfig } from '../../jobs/recommendation-source';
import type { DeployRecommendation } from '../deploy-recommendation';
import type { IDeployRecommendation } from '../endpoint';

const TITLES: Readonly<Record<string, string>> = {
  AIRecommendationJob: 'AI recommendation job',
  InferenceRecommendationsJob: 'Inference Recommender job',
  OptimizationJob: 'optimization job',
};

/**
 * Of more models, or with adapters, the handlers leave out attributes that no resource is made of where CloudFormation takes no longer answer. The
 * first model has them in any case.
 */
const MAX_WHOLE_MODELS = 6;

/** Which job, recommendation and instance type an endpoint serves, in the Markdown of CloudWatch. */
export function summaryOf(endpoint: IDeployRecommendation, { deployed, components, variants }: ShownEndpoint): string {
  const heading = [`## ${endpoint.node.path}`, '', `Endpoint [${endpoint.endpointName}](${consoleOf(endpoint)})`, ''];
  if (!deployed) {
    return [...heading, 'It is deployed elsewhere, so that nothing but its metrics is known here.'].join('\n');
  }
  const { sources } = deployed.models;
  // The endpoint itself has what its variant has.
  const own = endpoint as DeployRecommendation;
  const models = components.length > 0
    ? components.map(({ name, of }) => ({ name, of, instances: own.instanceCount, copies: of.copyCount }))
    : [own, ...deployed.models.variants].map((of, i) =>
      ({ name: variants[i].name, of, instances: of.instanceCount, copies: of.copyCountPerInstance }));
  const whole = models.length <= MAX_WHOLE_MODELS && components.every(({ of }) => of.adapterComponents.length === 0);
  const rows = models.map(({ name, of, instances, copies }, i) => [
    name, jobOf(sources[i]), ...i === 0 || whole ? [of.inferenceSpecificationName, of.rank] : ['', ''], of.instanceType, instances,
    i === 0 || whole || components.length > 0 ? copies : '',
  ]);
  return [
    ...heading,
    ...table(['Serves as', 'Job', 'Recommendation', 'Rank', 'Instance type', 'First instances', components.length > 0 ? 'First copies' : 'Copies on each'], rows),
    '',
    `Model package: ${own.modelPackageArn}`,
    '',
    ...expectedOf(deployed.expected.text),
  ].join('\n');
}

function jobOf({ jobType, jobName, pinned }: RecommendationSourceConfig): string {
  const job = [TITLES[jobType] ?? jobType, jobName].filter(part => part !== '').join(' ');
  return pinned === undefined ? job : `pinned result of ${job}`;
}

function expectedOf(text: string | undefined): string[] {
  return text === undefined ? ['Expected: nothing is stated, since the job measures nothing.'] : [
    `Expected: ${text}`,
    '',
    'That was measured by the job, at the client, with the recommended number of instances and copies and with the traffic of the job. Lines in the graphs '
    + 'show what has a metric to compare with.',
  ];
}

function table(headings: string[], rows: string[][]): string[] {
  return [headings, headings.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`);
}

function consoleOf(endpoint: IDeployRecommendation): string {
  const { region } = Stack.of(endpoint);
  const domain = Token.isUnresolved(region) ? 'console.aws.amazon.com'
    : region.startsWith('cn-') ? 'console.amazonaws.cn' : region.startsWith('us-gov-') ? 'console.amazonaws-us-gov.com' : 'console.aws.amazon.com';
  return `https://${domain}/sagemaker/home?region=${region}#/endpoints/${endpoint.endpointName}`;
}
