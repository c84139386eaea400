import { isObject, Json } from './pinned-members';

/** As the handlers call what a model is made from when it is in no channel. */
const MODEL_DATA = 'model_data';

/** Files of a recommendation. */
export interface PinnedChannel {
  readonly name: string;
  readonly uri: string;
  /** Where the text says it. */
  readonly path: string;
}

const object = (value: unknown): Json => isObject(value) ? value : {};
const list = (value: unknown): Json[] => Array.isArray(value) ? value.map(object) : [];
const isString = (value: unknown): value is string => typeof value === 'string';

const recommendationsIn = (answer: Json) => list(answer.Recommendations);

/** The channels of all recommendations, and what an optimization job wrote. */
export function channelsIn(answer: Json): PinnedChannel[] {
  const written = object(answer.OutputConfig).S3OutputLocation;
  return [
    ...(isString(written) ? [{ name: MODEL_DATA, uri: written, path: 'OutputConfig.S3OutputLocation' }] : []),
    ...recommendationsIn(answer).flatMap((recommendation, i) => list(object(recommendation.DeploymentConfiguration).S3)
      .map(({ ChannelName: name, Uri: uri }, j) => ({ name, uri, path: `Recommendations[${i}].DeploymentConfiguration.S3[${j}].Uri` }))
      .filter((channel): channel is PinnedChannel => isString(channel.name) && isString(channel.uri))),
  ];
}

export function adapterUrisIn(answer: Json): string[] {
  return distinct(recommendationsIn(answer).flatMap(({ AdapterDetails }) => list(object(AdapterDetails).S3Uris).map(({ S3Uri }) => S3Uri)));
}

export function adapterIdsIn(answer: Json): string[] {
  return distinct(recommendationsIn(answer).flatMap(({ AdapterDetails }) =>
    [...list(object(AdapterDetails).S3Uris), ...list(object(AdapterDetails).ModelPackageArns)].map(({ AdapterId }) => AdapterId)));
}

export function modelPackageArnsIn(answer: Json): string[] {
  return distinct([
    object(answer.InputConfig).ModelPackageVersionArn,
    ...recommendationsIn(answer).map(({ ModelDetails }) => object(ModelDetails).ModelPackageArn),
  ]);
}

/** Whether a recommendation can be deployed without a model package. */
export function hasImage(answer: Json): boolean {
  return recommendationsIn(answer).some(({ DeploymentConfiguration }) => isString(object(DeploymentConfiguration).ImageUri));
}

function distinct(values: unknown[]): string[] {
  return [...new Set(values.filter(isString))];
}
