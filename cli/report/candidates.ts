import { paretoFront } from './compare';
import type { Axis, Candidate, Figure, Optimization, Plot, Setting } from './model';
import { variable } from './secrets';
import { Candidate as Found, list, object, string } from '../../lambda/candidate';
import type { Properties } from '../../lambda/event';
import { titleOf } from '../../lambda/selection/choose';
import { measured } from '../../lambda/selection/figures';
import { figuresIn, PerformanceFigure } from '../../lambda/selection/metrics';
import type { FoundJob } from '../subjects';

/** What the plot is of, the first pair that most candidates have. */
const LATENCIES = ['TimeToFirstToken', 'RequestLatency', 'InterTokenLatency', 'ModelLatency'];
const STATS = ['p50', 'p90', 'p95', 'p99', undefined];
const THROUGHPUTS = ['OutputTokenThroughput', 'RequestThroughput', 'MaxInvocations'];

/** @param deployedAt names of the endpoints that serve a candidate */
export function candidatesOf(
  job: FoundJob, found: readonly Found[], deployedAt: (candidate: Found) => readonly string[],
): { candidates: Candidate[]; plot?: Plot } {
  const plot = plotOf(found);
  const front = plot && new Set(paretoFront(plot.points).map(({ rank }) => rank));
  const placed = new Set(plot?.points.map(({ rank }) => rank));
  const candidates = found.map(candidate => ({
    rank: candidate.rank,
    title: titleOf(candidate),
    deployedAt: deployedAt(candidate),
    onParetoFront: placed.has(candidate.rank) ? front!.has(candidate.rank) : undefined,
    recommendationId: candidate.recommendationId,
    inferenceSpecificationName: candidate.inferenceSpecificationName,
    instanceType: candidate.instanceType,
    instanceCount: candidate.instanceCount,
    copyCountPerInstance: candidate.copyCountPerInstance,
    serverless: candidate.serverless && settings(candidate.serverless),
    modelPackageArn: candidate.modelPackageArn,
    modelName: candidate.modelName,
    image: candidate.image,
    files: [
      ...candidate.channels.map(({ name, uri }) => ({ name, value: uri })),
      ...(candidate.modelData ? [{ name: 'model_data', value: candidate.modelData }] : []),
    ],
    adapters: candidate.adapters.map(({ adapterId }) => adapterId),
    optimizedWith: optimizationsOf(job, candidate.rank - 1),
    environment: Object.entries(candidate.recommendedEnvironment).map(([name, value]) => variable(name, value)),
    figures: candidate.performance.map(figureOf),
    obstacle: candidate.obstacle,
  }));
  return { candidates, plot };
}

export function figureOf({ metric, stat, text, unit }: PerformanceFigure): Figure {
  return { metric, ...(stat !== undefined && { stat }), value: text, unit };
}

/** Figures of the endpoints that an Inference Recommender job was to measure. */
export function endpointsOf({ described }: FoundJob): { name: string; figures: Figure[] }[] | undefined {
  const endpoints = list(described.EndpointPerformances).map(({ EndpointInfo, Metrics }) => ({
    name: String(object(EndpointInfo).EndpointName ?? ''),
    figures: figuresIn(Object.entries(object(Metrics)).map(([Metric, Value]) => ({ Metric, Value }))).map(figureOf),
  }));
  return endpoints.length > 0 ? endpoints : undefined;
}

/** What the job did to the model. Each kind says it in a way of its own. */
function optimizationsOf({ kind, described }: FoundJob, index: number): Optimization[] {
  switch (kind.type) {
    case 'AIRecommendationJob':
      return list(list(described.Recommendations)[index]?.OptimizationDetails)
        .map(({ OptimizationType: type, OptimizationConfig }) => ({ type: String(type ?? 'unnamed'), settings: variables(object(OptimizationConfig)) }));
    case 'OptimizationJob':
      return list(described.OptimizationConfigs).flatMap(config => Object.entries(config)
        .filter(([, value]) => value !== undefined)
        .map(([type, value]) => ({ type: type.replace(/^Model|Config$/g, ''), settings: variables(object(value)) })));
    default: {
      const compilation = string(object(list(described.InferenceRecommendations)[index]?.ModelConfiguration).CompilationJobName);
      return compilation === undefined ? [] : [{ type: 'Compilation', settings: [{ name: 'CompilationJobName', value: compilation }] }];
    }
  }
}

/** Members of an object, those of objects in it by their paths. */
function settings(properties: Properties, path = ''): Setting[] {
  return Object.entries(properties).flatMap(([name, value]) => value === undefined || value === null ? []
    : typeof value === 'object' && !Array.isArray(value) ? settings(value as Properties, `${path}${name}.`)
      : [{ name: `${path}${name}`, value: typeof value === 'object' ? JSON.stringify(value) : String(value) }]);
}

function variables(properties: Properties) {
  return settings(properties).map(({ name, value }) => variable(name, value));
}

function plotOf(candidates: readonly Found[]): Plot | undefined {
  const latency = commonest(candidates, LATENCIES.flatMap(metric => STATS.map(stat => ({ metric, stat }))));
  const throughput = commonest(candidates, THROUGHPUTS.map(metric => ({ metric, stat: undefined })));
  if (!latency || !throughput) {
    return undefined;
  }
  const points = candidates.flatMap(({ rank, performance }) => {
    const [y, x] = [figure(performance, latency), figure(performance, throughput)];
    return y && x ? [{ rank, latency: y.value, throughput: x.value }] : [];
  });
  return points.length > 0 ? { latency, throughput, points } : undefined;
}

/** The figure that most candidates have, the first of those that as many have, in the unit of the best one that has it. */
function commonest(candidates: readonly Found[], wanted: readonly Pick<Axis, 'metric' | 'stat'>[]): Axis | undefined {
  let [most, best] = [0, undefined as Axis | undefined];
  for (const { metric, stat } of wanted) {
    const found = candidates.map(({ performance }) => measured(performance, { metric, stat }))
      .filter((each): each is PerformanceFigure => 'value' in each);
    const unit = found[0]?.unit;
    const count = found.filter(each => each.unit === unit).length;
    if (count > most) {
      [most, best] = [count, { metric, ...(stat !== undefined && { stat }), unit }];
    }
  }
  return best;
}

function figure(performance: readonly PerformanceFigure[], { metric, stat, unit }: Axis): PerformanceFigure | undefined {
  const found = measured(performance, { metric, stat });
  return 'value' in found && found.unit === unit ? found : undefined;
}
