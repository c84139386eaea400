import { object } from '../candidate';
import type { ConfigFacts } from './facts';
import type { Properties } from '../event';
import { PerformanceFigure, unitOf } from '../selection/metrics';

/*
 * What a dashboard shows of the figures that a recommendation was chosen by. It is put into a JSON text by Fn::Join, where CloudFormation escapes
 * nothing and an empty text is no number: so numbers are there in any case, and texts have nothing in them that would end a JSON string.
 */

/** No answer is longer than this for the sake of a text that somebody reads. */
const MAX_TEXT = 1_000;

/**
 * The attributes with the expected figures, if somebody asks for some.
 *
 * @param figures which ones: a metric, or a metric and a statistic as in `RequestLatency.p90`
 */
export function expectedAttributes(figures: readonly string[], facts: ConfigFacts): Record<string, string> {
  if (figures.length === 0) {
    return {};
  }
  const performance = performanceIn(facts);
  return {
    // A number and whether it is one that the job has stated, for each figure in turn.
    ExpectedFigures: figures.map(name => figureIn(performance, facts, name)).map(value => `${value ?? 0},${value !== undefined}`).join(','),
    ExpectedText: textOf(performance, facts) || 'not stated',
  };
}

/** The units of known metrics that could not be brought into the one that the library has for them: such figures are compared with nothing. */
export function otherUnitsIn(performance: readonly PerformanceFigure[]): Readonly<Record<string, string>> | undefined {
  const others = performance.filter(({ metric, unit }) => (unitOf(metric) ?? unit) !== unit).map(({ metric, unit }) => [metric, unit]);
  return others.length > 0 ? Object.fromEntries(others) : undefined;
}

function performanceIn({ performance }: ConfigFacts): Properties {
  try {
    return performance === undefined ? {} : object(JSON.parse(performance));
  } catch {
    return {}; // tags can be edited by anybody
  }
}

function figureIn(performance: Properties, { otherUnits }: ConfigFacts, name: string): number | undefined {
  const [metric, stat = 'avg'] = name.split('.');
  if (otherUnits?.[metric] !== undefined) {
    return undefined;
  }
  const figures = performance[metric];
  return numberOrNothing(typeof figures === 'object' ? object(figures)[stat] : stat === 'avg' ? figures : undefined);
}

function numberOrNothing(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** All figures in a sentence, such as `RequestThroughput avg 7.5 Requests/Second; RequestLatency p50 800, p90 950 Milliseconds`. */
function textOf(performance: Properties, { otherUnits }: ConfigFacts): string {
  const text = Object.entries(performance).map(([metric, figures]) => {
    const values = typeof figures === 'object' ? Object.entries(object(figures)).map(([stat, value]) => `${stat} ${value}`).join(', ') : figures;
    return `${metric} ${values} ${otherUnits?.[metric] ?? unitOf(metric) ?? ''}`.trim();
  }).join('; ');
  const safe = text.replace(/[^\x20-\x7e]|["\\]/g, ' ');
  return safe.length > MAX_TEXT ? `${safe.slice(0, MAX_TEXT - 3)}...` : safe;
}
