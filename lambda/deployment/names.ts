import type { WantedModel } from './properties';
import { list } from '../candidate';
import { Properties, record, ResourceEvent, stackOf, text } from '../event';
import { contentName, contentOf } from '../naming';

const MAX_NAME_LENGTH = 63;

/**
 * The name of the endpoint configuration and of the first model. FROZEN like the names of jobs: a rollback may run an older version of this.
 *
 * A job that was made here counts by its inputs: a rollback may come to another start of its name, or to another run, if somebody has deleted the job.
 * Tags, approval, the workload's concurrency, figures of a dashboard and the names of inference components are not part of it: none of them may
 * replace what serves.
 */
export function deploymentName(event: ResourceEvent): string {
  const { NamePrefix, ExecutionRoleArn, Hosting, Models, Endpoint, Hardware } = event.ResourceProperties;
  return contentName({
    stackName: stackOf(event).name,
    logicalId: event.LogicalResourceId,
    prefix: text({ NamePrefix }, 'NamePrefix'),
    content: { ExecutionRoleArn, Hosting, Models: list(Models).map(inputsOf), Endpoint, Hardware },
    maxLength: MAX_NAME_LENGTH,
  });
}

function inputsOf({ Concurrency, Component, ...others }: Properties): Properties {
  const source = record(others, 'Source');
  const job = text(source, 'JobName');
  const model = job === undefined ? others : { ...others, Source: { ...source, JobName: contentOf(job) } };
  if (Component === undefined) {
    return model;
  }
  const { Name, AdapterNamePrefix, ...content } = Component as Properties;
  // A component of which only the name is given is one without wishes.
  return Object.keys(content).length === 0 ? model : { ...model, Component: content };
}

/**
 * The name of one of a deployment's models: the deployment's own for the first, then `-2`, `-3`, ... What stands by for a model has a letter
 * behind: `-1b`, `-1c`, ... That takes four characters at most, which names have left for the suffixes of runs. FROZEN.
 *
 * @param model place of the model, from 0
 * @param choice 0 for the candidate that was chosen, from 1 for those that stand by
 */
export function modelName(deployment: string, model: number, choice = 0): string {
  const letter = choice === 0 ? '' : String.fromCharCode('a'.charCodeAt(0) + choice);
  return model === 0 && choice === 0 ? deployment : `${deployment}-${model + 1}${letter}`;
}

/** The names of all models that a deployment may have, with those that stand by. */
export function modelNames(deployment: string, models: readonly WantedModel[]): string[] {
  return models.flatMap(({ fallback }, model) => Array.from({ length: fallback + 1 }, (_, choice) => modelName(deployment, model, choice)));
}
