import { BenchmarkOutcome, Profile } from './scenario';

const SWEPT = 'phases.profiling.concurrency';
const FEASIBLE_MAX = 32;
const INFEASIBLE_MIN = 48;

/** The limits of a search, by the parameter that sets them: the metric that AIPerf looks at. */
const LIMITS: Record<string, string> = {
  ttft_sla_ms: 'time_to_first_token',
  tpot_sla_ms: 'inter_token_latency',
  e2e_sla_ms: 'request_latency',
  error_rate_sla: 'request_error_rate',
};

/** search_history.json: how the search for the highest concurrency within the limits went, as AIPerf documents it. */
export function searchHistory(parameters: Record<string, any>, { figures = {} }: BenchmarkOutcome, profile: Profile): object {
  const { concurrency_min: lo = 1, concurrency_max: hi = 1000, search_stat: stat = 'avg', search_max_iterations: max_iterations = 30 } = parameters;
  const scripted = typeof figures === 'function' ? {} : figures;
  const [feasible, infeasible] = [['search.feasible_max', Math.min(FEASIBLE_MAX, hi)], ['search.infeasible_min', hi > FEASIBLE_MAX ? Math.min(INFEASIBLE_MIN, hi) : null]]
    .map(([path, byDefault]) => path! in scripted ? scripted[path!] : byDefault);
  const objective_value = profile.output_token_throughput?.avg ?? null;
  const sla_filters = Object.keys(LIMITS).filter(name => name in parameters)
    .map(name => ({ metric_tag: LIMITS[name], stat, op: 'lt', threshold: parameters[name] }));
  const iterations = [[feasible, true], [infeasible, false]].filter(([value]) => value !== null)
    .map(([value, isFeasible], iteration_idx) => ({ iteration_idx, variation_values: { [SWEPT]: value }, objective_value, feasible: isFeasible }));
  const [best = null] = iterations.filter(iteration => iteration.feasible);
  const breach = iterations.find(iteration => !iteration.feasible);
  return {
    config: {
      objective_metric: 'output_token_throughput',
      objective_stat: 'avg',
      objective_direction: 'maximize',
      max_iterations,
      search_space: [{ path: SWEPT, lo, hi, kind: 'int' }],
      sla_filters,
    },
    iterations,
    best,
    boundary_summary: {
      swept_dim_path: SWEPT,
      feasible_max: best && { value: feasible, iteration_idx: best.iteration_idx, objective_value },
      infeasible_min: breach === undefined ? null : {
        value: infeasible,
        iteration_idx: breach.iteration_idx,
        first_breach: { ...sla_filters[0], observed: sla_filters[0]?.threshold * 1.07 },
      },
      boundary_type: 'smooth',
    },
    convergence_reason: 'monotonic_precision_reached',
  };
}
