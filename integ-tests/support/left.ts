import { TEST_TAG } from './settings';

/** A call of SageMaker's API. */
export type Call = (operation: string, input: Record<string, unknown>) => Promise<any>;

interface Kind {
  readonly list: string;
  readonly items: string;
  readonly noun: string;
  /** Only what is still at it can be listed, or is of interest: the rest costs nothing and cannot be deleted. */
  readonly filter?: Record<string, string>;
  readonly ended?: string[];
}

/** All that a deployment of this library makes in SageMaker, or has made. */
const KINDS: Kind[] = [
  { list: 'ListEndpoints', items: 'Endpoints', noun: 'Endpoint' },
  { list: 'ListInferenceComponents', items: 'InferenceComponents', noun: 'InferenceComponent' },
  { list: 'ListEndpointConfigs', items: 'EndpointConfigs', noun: 'EndpointConfig' },
  { list: 'ListModels', items: 'Models', noun: 'Model' },
  { list: 'ListModelPackageGroups', items: 'ModelPackageGroupSummaryList', noun: 'ModelPackageGroup' },
  { list: 'ListAIRecommendationJobs', items: 'AIRecommendationJobs', noun: 'AIRecommendationJob' },
  { list: 'ListAIBenchmarkJobs', items: 'AIBenchmarkJobs', noun: 'AIBenchmarkJob' },
  { list: 'ListAIWorkloadConfigs', items: 'AIWorkloadConfigs', noun: 'AIWorkloadConfig' },
  { list: 'ListOptimizationJobs', items: 'OptimizationJobSummaries', noun: 'OptimizationJob' },
  { list: 'ListInferenceRecommendationsJobs', items: 'InferenceRecommendationsJobs', noun: 'Job', ended: ['COMPLETED', 'FAILED', 'STOPPED'] },
  { list: 'ListTrainingJobs', items: 'TrainingJobSummaries', noun: 'TrainingJob', filter: { StatusEquals: 'InProgress' } },
];

/** ARNs of what there is of a test: what has its tag, and what is named after its stack, as the service's own work may be. */
export async function left(call: Call, stackName: string): Promise<string[]> {
  const found: string[] = [];
  for (const kind of KINDS) {
    for (const { name, arn } of await all(call, kind)) {
      if (name.toLowerCase().startsWith(stackName.toLowerCase()) || await testOf(call, arn) === stackName) {
        found.push(arn);
      }
    }
  }
  return found;
}

/** ARNs of what is running in the account and is paid for, whoever began it. */
export async function running(call: Call): Promise<string[]> {
  const kinds = KINDS.filter(({ list }) => list === 'ListEndpoints' || list === 'ListTrainingJobs');
  return (await Promise.all(kinds.map(kind => all(call, kind)))).flat().map(({ arn }) => arn);
}

async function all(call: Call, { list, items, noun, filter, ended = [] }: Kind): Promise<Array<{ name: string; arn: string }>> {
  const found: Array<{ name: string; arn: string }> = [];
  let token: string | undefined;
  do {
    const page = await call(list, { ...filter, ...token && { NextToken: token } });
    for (const item of page[items] ?? []) {
      if (!ended.includes(item.Status)) {
        found.push({ name: item[`${noun}Name`], arn: item[`${noun}Arn`] });
      }
    }
    token = page.NextToken;
  } while (token);
  return found;
}

async function testOf(call: Call, arn: string): Promise<string | undefined> {
  try {
    const { Tags = [] } = await call('ListTags', { ResourceArn: arn });
    return Tags.find(({ Key }: { Key: string }) => Key === TEST_TAG)?.Value;
  } catch (error) {
    if (/not found|could not find|does not exist|ResourceNotFound/i.test(String(error))) {
      return undefined; // it has gone meanwhile
    }
    throw error;
  }
}
