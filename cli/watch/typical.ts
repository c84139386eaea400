import { object } from '../../lambda/candidate';
import type { Properties } from '../../lambda/event';
import type { Kind } from '../../lambda/kind';
import { hours } from '../format';

/** How long a kind of job usually takes, as far as anybody says. */
interface Typical {
  readonly type: string;
  /** Which jobs of the kind, by what Describe answers. All, if there is nothing. */
  readonly of?: (described: Properties) => boolean;
  readonly duration: string;
  /** Where that is from. */
  readonly source: string;
}

const DOCUMENTATION = 'https://docs.aws.amazon.com/sagemaker/latest/dg/';

/** The first that fits counts. Nobody promises any of it: it tells what is nothing to worry about yet. */
export const TYPICAL: readonly Typical[] = [
  {
    type: 'AIRecommendationJob',
    of: ({ OptimizeModel }) => OptimizeModel === false,
    duration: '1 to 3 h',
    source: `${DOCUMENTATION}generative-ai-inference-recommendations-studio.html`,
  },
  {
    type: 'AIRecommendationJob',
    duration: '2 to 10 h',
    source: 'https://github.com/awslabs/agent-plugins (plugins/sagemaker-ai, the skill for optimization)',
  },
  {
    type: 'InferenceRecommendationsJob',
    of: ({ JobType }) => JobType === 'Advanced',
    duration: '2 h',
    source: `${DOCUMENTATION}inference-recommender-recommendation-jobs.html`,
  },
  {
    type: 'InferenceRecommendationsJob',
    duration: 'up to 45 min',
    source: `${DOCUMENTATION}inference-recommender-recommendation-jobs.html`,
  },
];

/** What the time that a job has been running is to be measured by: `typically 1 to 3 h`, `at most 10 h`. Undefined if nothing is known. */
export function yardstick({ type }: Kind, described: Properties): string | undefined {
  const typical = TYPICAL.find(each => each.type === type && (each.of?.(described) ?? true));
  const limit = object(described.StoppingCondition).MaxRuntimeInSeconds;
  return typical ? `typically ${typical.duration}` : typeof limit === 'number' ? `at most ${hours(limit)}` : undefined;
}
