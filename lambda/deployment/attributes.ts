import { adapterIdsOf } from './adapters';
import { expectedAttributes } from './expected';
import type { ConfigFacts, ModelFacts } from './facts';
import { modelName } from './names';
import type { Wanted, WantedModel } from './properties';
import { EndpointConfig, instanceTypesOf, Model, variantsIn } from './resources';
import { standingFacts } from './standing';
import type { Candidate } from '../candidate';
import { Failure, PlannedEvent } from '../event';
import { log } from '../log';
import { concurrencyWarning } from '../selection/choose';

/** What there is of a deployment, as much of it as exists. */
export interface Deployed {
  readonly wanted: Wanted;
  readonly config?: EndpointConfig;
  readonly configFacts: ConfigFacts;
  readonly retain: boolean;
  readonly models: ReadonlyMap<string, Model>;
  readonly facts: ReadonlyMap<string, ModelFacts>;
}

type Attributes = Record<string, string>;

/** What a response to CloudFormation may take, in bytes. */
const MAX_RESPONSE = 4096;
/** What is left of it when a deployment is made: a number may get longer later. */
const SPARE = 64;
/** What may be missing, the first first: nothing that a resource is made of. */
const EXPENDABLE = [
  'ExpectedText', 'ExpectedPerformance', 'SelectionWarning', 'FallbackInstanceTypes', 'Concurrency', 'Rank', 'InferenceSpecificationName',
  'CopyCountPerInstance',
];

/** All that the resource promises: what there is not is an empty text. */
export async function attributesOf(event: PlannedEvent<unknown>, deployed: Deployed): Promise<Attributes> {
  return within(event, deployed.wanted, render(event, { ...deployed, facts: await standingFacts(event, deployed) }), MAX_RESPONSE);
}

/** Refuses, before any of it is made, a deployment of which CloudFormation would not take the attributes. */
export function checkAttributes(event: PlannedEvent<unknown>, deployed: Deployed): void {
  within(event, deployed.wanted, render(event, deployed), MAX_RESPONSE - SPARE);
}

function render(event: PlannedEvent<unknown>, deployed: Deployed): Attributes {
  const name = event.PhysicalResourceId;
  const { wanted, models, configFacts } = deployed;
  const attributes: Attributes = {
    EndpointConfigName: name,
    RetainVariantProperties: String(deployed.retain),
    ModelPackageArn: models.get(name)?.PrimaryContainer?.ModelPackageName ?? '',
    ImageUri: models.get(name)?.PrimaryContainer?.Image ?? '',
    ExpectedPerformance: configFacts.performance ?? '',
    ...expectedAttributes(wanted.figures, configFacts),
  };
  for (const [index, model] of wanted.models.entries()) {
    for (const [member, value] of Object.entries(attributesOfModel(name, deployed, model, index))) {
      attributes[nameOf(member, index)] = value === undefined ? '' : String(value);
    }
  }
  return attributes;
}

function attributesOfModel(name: string, deployed: Deployed, wanted: WantedModel, index: number): Record<string, unknown> {
  const ModelName = modelName(name, index);
  const facts = deployed.facts.get(ModelName) ?? {};
  const container = deployed.models.get(ModelName)?.PrimaryContainer;
  const { components } = deployed.wanted;
  const variant = variantsIn(deployed.config).find(each => components || each.ModelName === ModelName);
  const [InstanceType, ...others] = variant ? instanceTypesOf(variant) : [];
  const { rank, concurrency } = facts;
  const chosen = { rank, concurrency, inferenceSpecificationName: container?.InferenceSpecificationName, instanceType: InstanceType } as Candidate;
  return {
    ModelName,
    VariantName: variant?.VariantName,
    InstanceType,
    InstanceCount: variant?.InitialInstanceCount,
    CopyCountPerInstance: facts.copies,
    InferenceSpecificationName: container?.InferenceSpecificationName,
    Rank: rank,
    Concurrency: concurrency,
    // Not kept, but said anew: another concurrency of the workload deploys nothing.
    SelectionWarning: rank === undefined ? '' : concurrencyWarning(chosen, wanted.selection, wanted.concurrency),
    FallbackInstanceTypes: others.join(','),
    ...(components && {
      Accelerators: facts.accelerators,
      MinMemoryInMb: facts.memory,
      CopyCount: facts.copyCount,
      ...adapterUrls(wanted, facts),
    }),
  };
}

function adapterUrls(model: WantedModel, { adapters = {} }: ModelFacts): Record<string, unknown> {
  return Object.fromEntries(adapterIdsOf(model).map(id => [`AdapterUrl:${id}`, adapters === true ? undefined : adapters[id]]));
}

/** The first model's attributes have plain names, those of the others a number behind: `InstanceType.1`, `AdapterUrl.1:my-adapter`. */
function nameOf(member: string, index: number): string {
  const [name, id] = member.split(':');
  return `${name}${index === 0 ? '' : `.${index}`}${id === undefined ? '' : `:${id}`}`;
}

/** As many attributes as CloudFormation takes: first they are emptied, then those of further models are left out. */
function within(event: PlannedEvent<unknown>, { models }: Wanted, attributes: Attributes, most: number): Attributes {
  const answer = { ...attributes };
  const expendable = EXPENDABLE.flatMap(name => Object.keys(attributes).filter(key => key.split('.')[0] === name).reverse());
  const steps = [
    ...expendable.filter(key => answer[key] !== '').map(key => () => { answer[key] = ''; return key; }),
    ...expendable.filter(key => key.includes('.')).map(key => () => { delete answer[key]; return key; }),
  ];
  const left: string[] = [];
  for (const step of steps) {
    if (sizeOf(event, answer) < most) {
      break;
    }
    left.push(step());
  }
  if (left.length > 0) {
    log('attributes are left out, since CloudFormation takes no longer answer', { attributes: [...new Set(left)] });
  }
  if (sizeOf(event, answer) >= most) {
    throw new Failure(`an endpoint of ${models.length} models with ${models.flatMap(adapterIdsOf).length} adapters has longer attributes than the `
      + `${MAX_RESPONSE} bytes that CloudFormation takes, ${sizeOf(event, answer)}: leave some models or adapters out, or deploy them on another endpoint`);
  }
  return answer;
}

/** As the provider framework sends it. */
function sizeOf({ StackId, RequestId, PhysicalResourceId, LogicalResourceId }: PlannedEvent<unknown>, Data: Attributes): number {
  return Buffer.byteLength(JSON.stringify({
    Status: 'SUCCESS', Reason: 'SUCCESS', StackId, RequestId, PhysicalResourceId, LogicalResourceId, NoEcho: false, Data,
  }));
}
