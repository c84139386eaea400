import type { CreateEndpointConfigCommandInput, CreateModelCommandInput } from '@aws-sdk/client-sagemaker';
import { adaptersOf } from './adapters';
import { checkAttributes } from './attributes';
import type { Choice } from './choice';
import { endpointConfig } from './endpoint-config';
import { otherUnitsIn } from './expected';
import { ConfigFacts, configFactTags, ModelFacts, modelFactTags } from './facts';
import type { Live } from './live';
import { modelOf } from './model';
import { modelName } from './names';
import type { Wanted } from './properties';
import { describeModel, EndpointConfig, Model, variantsIn } from './resources';
import { retainsOrBegins, staysAsItIs } from './retention';
import { Size, sizesOf } from './sizing';
import { Failure, PlannedEvent, Properties } from '../event';
import { performanceJson } from '../selection/figures';
import { ownerOf, OWNER_TAG, Tag, tagsIn } from '../tags';

/** All that a deployment makes, worked out and checked before any of it is made. */
export interface Blueprint {
  readonly models: readonly ModelBlueprint[];
  readonly config: CreateEndpointConfigCommandInput;
}

export interface ModelBlueprint {
  readonly request: CreateModelCommandInput;
  /** Which its tags keep. */
  readonly facts: ModelFacts;
  readonly modelPackageArn?: string;
  readonly approval: Properties;
}

export async function blueprintOf(
  event: PlannedEvent<unknown>, wanted: Wanted, choices: readonly Choice[], live: Live | undefined,
): Promise<Blueprint> {
  const name = event.PhysicalResourceId;
  const config = endpointConfig(name, wanted, choices);
  refuseOtherHosting(config, live);
  const sizes = wanted.components ? await sizesOf(event, wanted, choices, config, live) : [];
  const retain = retainsOrBegins(config, {}, live);
  const { counts, ...scaled } = retain ? { ...config, counts: undefined } : withLiveCounts(config, live);
  const figures = performanceJson(choices[0].candidate);
  const measured = figures === '{}' ? {} : { performance: figures, otherUnits: otherUnitsIn(choices[0].candidate.performance) };
  const models = (await Promise.all(choices.map((choice, index) => modelsOf(event, wanted, choice, index, sizes[index])))).flat();
  checkAttributes(event, {
    wanted,
    config: scaled as EndpointConfig,
    configFacts: measured,
    retain,
    models: new Map(models.map(({ request }) => [request.ModelName!, request as unknown as Model])),
    facts: new Map(models.map(({ request, facts }) => [request.ModelName!, facts])),
  });
  return {
    models,
    config: {
      ...scaled,
      EndpointConfigName: name,
      Tags: [...ownTags(event), ...configFactTags(retain, { ...measured, counts })],
    },
  };
}

/** The chosen candidate as a model, and those that stand by for it. */
async function modelsOf(
  event: PlannedEvent<unknown>, wanted: Wanted, choice: Choice, index: number, size: Size | undefined,
): Promise<ModelBlueprint[]> {
  return Promise.all([choice.candidate, ...choice.fallbacks].map(async (candidate, place) => {
    const facts: ModelFacts = {
      rank: candidate.rank,
      copies: candidate.copyCountPerInstance,
      concurrency: candidate.concurrency,
      ...(size && {
        accelerators: size.accelerators,
        memory: size.memoryInMb,
        copyCount: size.copyCount,
        wantedCopyCount: size.wantedCopyCount,
        adapters: adaptersOf(choice),
      }),
    };
    return {
      modelPackageArn: candidate.modelPackageArn,
      approval: choice.wanted.approval,
      facts,
      request: {
        ModelName: modelName(event.PhysicalResourceId, index, place),
        ...await modelOf(candidate, choice.wanted, describeModel),
        ExecutionRoleArn: wanted.executionRoleArn,
        Tags: [...ownTags(event), ...modelFactTags(facts)],
      } as CreateModelCommandInput,
    };
  }));
}

function ownTags(event: PlannedEvent<unknown>): Tag[] {
  return [...tagsIn(event.ResourceProperties), { Key: OWNER_TAG, Value: ownerOf(event) }];
}

type Config = ReturnType<typeof endpointConfig>;

/** Variants that stay as they are among others that don't begin with as many instances as they have been scaled to. */
function withLiveCounts(config: Config, live: Live | undefined): Config & ConfigFacts {
  const counts: Record<string, number> = {};
  const scaled = (variants: Config['ProductionVariants']) => variants?.map(variant => {
    const count = live?.counts.get(variant.VariantName!);
    if (!count || count === variant.InitialInstanceCount || !staysAsItIs(variant, {}, live)) {
      return variant;
    }
    counts[variant.VariantName!] = variant.InitialInstanceCount!;
    return { ...variant, InitialInstanceCount: count };
  });
  const { ProductionVariants, ShadowProductionVariants, ...rest } = config;
  return {
    ...rest,
    ProductionVariants: scaled(ProductionVariants),
    ...(ShadowProductionVariants && { ShadowProductionVariants: scaled(ShadowProductionVariants) }),
    counts: Object.keys(counts).length > 0 ? counts : undefined,
  };
}

/**
 * SageMaker turns no endpoint on instances into a serverless one, so that not even a rollback of the opposite would work. What it makes of a variant that
 * gets or loses its model in an update is documented nowhere.
 */
function refuseOtherHosting(config: Config, live: Live | undefined): void {
  const [before] = variantsIn(live?.config);
  const [after] = variantsIn(config);
  const [is, wanted] = [before && hostingOf(before), hostingOf(after)];
  if (is !== undefined && is !== wanted) {
    throw new Failure(`the endpoint is ${is}, and is to be ${wanted} now, which SageMaker does not do in an update, nor undo in a rollback: `
      + 'select another recommendation, or give the deployment another construct id for a new endpoint');
  }
}

function hostingOf({ ServerlessConfig, ModelName }: { ServerlessConfig?: object; ModelName?: string }): string {
  return ServerlessConfig ? 'serverless' : ModelName === undefined ? 'one with inference components' : 'on instances';
}
