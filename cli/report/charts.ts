import type { TopLevelSpec } from 'vega-lite' with { 'resolution-mode': 'import' };
import { paretoFront } from './compare';
import type { Axis, Candidate, Plot, Run, Search } from './model';
import { axisTitle, figureTitle, unitTitle } from './words';

/*
 * Charts as SVG, in colours that the page sets: presentation attributes take variables of CSS. Vega is loaded when a chart is drawn.
 *
 * Each chart is drawn twice. One that is scaled down to a phone has letters that nobody can read.
 */

export interface Drawn {
  readonly wide: string;
  readonly narrow: string;
}

/** Inside of a page, so the ids must be its only ones. */
export interface Description {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** In parts of the font's size, what sans-serif fonts have. Without a canvas Vega takes letters for wider, and keeps room for that. */
const LETTER_WIDTH = 0.6;
const WIDTHS = { wide: 700, narrow: 280 };
/** More labels than that cover each other. */
const MAX_LABELS = 12;
const FONT_SIZE = 12;

const CONFIG = {
  background: 'transparent',
  font: 'inherit',
  view: { stroke: 'var(--line)' },
  axis: {
    labelColor: 'var(--quiet)',
    titleColor: 'var(--text)',
    gridColor: 'var(--line)',
    domainColor: 'var(--quiet)',
    tickColor: 'var(--quiet)',
    labelFontSize: FONT_SIZE,
    titleFontSize: FONT_SIZE,
    titleFontWeight: 600,
    titlePadding: 10,
    labelOverlap: true,
  },
} as const;

/** Of Vega, though its types don't have it. */
interface TextMetrics {
  readonly textMetrics: { width(item: { readonly fontSize?: number }, text: unknown): number };
}

type Unit = Record<string, unknown>;

/** Latency against throughput: a mark for each candidate, the Pareto front, and the names of those that count. */
export async function drawCandidates(plot: Plot, candidates: readonly Candidate[], description: Description): Promise<Drawn> {
  const { latency, throughput, points } = plot;
  const front = paretoFront(points);
  const rows = candidateRows(plot, candidates, new Set(front.map(({ rank }) => rank)));
  const [x, y] = [domainOf(rows.map(each => each.throughput)), domainOf(rows.map(each => each.latency))];
  const middle = (x[0] + x[1]) / 2;
  return draw(description, width => {
    const encoding = {
      x: quantity('throughput', axisTitle(throughput), x, { tickCount: Math.round(width / 80) }),
      y: quantity('latency', axisTitle(latency), y, { tickCount: 6 }),
    };
    const line = {
      data: { values: front },
      mark: { type: 'line', aria: false, stroke: 'var(--accent)', strokeWidth: 2, strokeDash: [5, 4] },
      encoding: { ...encoding, order: { field: 'throughput' } },
    };
    const marks = {
      data: { values: rows },
      mark: { type: 'point', ariaRoleDescription: 'candidate', filled: true, opacity: 1, strokeWidth: 2 },
      encoding: {
        ...encoding,
        shape: byState({ deployed: 'diamond', front: 'circle', other: 'circle' }),
        size: byState({ deployed: 260, front: 110, other: 90 }),
        fill: byState({ deployed: 'var(--chosen)', front: 'var(--accent)', other: 'var(--page)' }),
        stroke: byState({ deployed: 'var(--chosen)', front: 'var(--accent)', other: 'var(--quiet)' }),
        description: { field: 'description', type: 'nominal' },
      },
    };
    // The front rises from left to right, so there is room above it at the left of a mark, and below it at the right.
    const labels = [{ align: 'left', dx: 13, dy: 11 }, { align: 'right', dx: -13, dy: -11 }].map(place => ({
      data: { values: rows.filter(row => row.label !== '' && (row.throughput > middle) === (place.align === 'right')) },
      mark: { type: 'text', aria: false, ...place, baseline: 'middle', fontSize: FONT_SIZE, limit: Math.round(width * 0.6) },
      encoding: {
        ...encoding,
        text: { field: width === WIDTHS.wide ? 'label' : 'short', type: 'nominal' },
        color: byState({ deployed: 'var(--chosen)', front: 'var(--text)', other: 'var(--text)' }),
      },
    }));
    return { width, height: Math.round(Math.max(220, width / 2)), layer: [line, marks, ...labels] };
  });
}

function candidateRows({ latency, throughput, points }: Plot, candidates: readonly Candidate[], onFront: ReadonlySet<number>) {
  return points.map(point => {
    const candidate = candidates.find(({ rank }) => rank === point.rank)!;
    const deployed = candidate.deployedAt.length > 0;
    const isOnFront = onFront.has(point.rank);
    const shown = ({ metric, stat, unit }: Axis) => {
      const value = candidate.figures.find(each => each.metric === metric && (stat === undefined || each.stat === stat))?.value ?? '';
      return `${figureTitle({ metric, stat })} ${value} ${unitTitle(unit)}`.trim();
    };
    const words = [...(deployed ? ['deployed'] : []), ...(isOnFront ? ['on the Pareto front'] : [])].join(', ');
    const label = deployed ? candidate.title : points.length <= MAX_LABELS || isOnFront ? String(point.rank) : '';
    return {
      ...point,
      state: deployed ? 'deployed' : isOnFront ? 'front' : 'other',
      label,
      short: deployed ? `${point.rank}, deployed` : label, // on a phone a name takes most of the plot
      description: `${candidate.title}: ${shown(throughput)}, ${shown(latency)}${words && ` (${words})`}`,
    };
  });
}

/** Of each state, as literals: the states are ours. */
function byState<T>({ deployed, front, other }: Record<'deployed' | 'front' | 'other', T>) {
  return {
    condition: [{ test: 'datum.state === "deployed"', value: deployed }, { test: 'datum.state === "front"', value: front }],
    value: other,
  };
}

const SERIES = [
  { stat: 'p50', colour: 'var(--accent)', dash: [1, 0], shape: 'circle' },
  { stat: 'p90', colour: 'var(--chosen)', dash: [5, 4], shape: 'square' },
];

/** Throughput and latency over the levels of a sweep. Undefined where the results have neither. */
export async function drawSweep(runs: readonly Run[], description: Description): Promise<Drawn | undefined> {
  const figures = (name: string, stat: string) => runs.flatMap(({ concurrency, metrics }) => {
    const metric = metrics.find(each => each.name === name);
    const value = metric?.stats[stat];
    return concurrency === undefined || value === undefined ? [] : [{
      level: Number(concurrency), value: Number(value), stat, description: `${name} ${stat} at concurrency ${concurrency}: ${value} ${metric!.unit}`,
    }];
  });
  const unit = (name: string) => runs.flatMap(({ metrics }) => metrics.find(each => each.name === name)?.unit ?? [])[0] ?? '';
  const panel = (name: string, stats: readonly (typeof SERIES)[number][], title: string, width: number): Unit | undefined => {
    const layers = stats.map(series => ({ ...series, values: figures(name, series.stat) })).filter(({ values }) => values.length > 0);
    const levels = [...new Set(runs.map(({ concurrency }) => Number(concurrency)))].sort((a, b) => a - b);
    return layers.length === 0 ? undefined : {
      width,
      height: Math.max(170, Math.round(width / 3.5)),
      layer: layers.flatMap(({ stat, colour, dash, shape, values }) => {
        const encoding = {
          x: quantity('level', 'Concurrency', padded(levels), { values: levels, format: 'd' }),
          y: quantity('value', `${title}, ${unitTitle(unit(name))}`, fromZero(layers.flatMap(each => each.values))),
        };
        return [
          { data: { values }, mark: { type: 'line', aria: false, stroke: colour, strokeWidth: 2, strokeDash: dash }, encoding },
          {
            data: { values },
            mark: { type: 'point', ariaRoleDescription: 'level', filled: true, opacity: 1, fill: colour, shape, size: 70 },
            encoding: { ...encoding, description: { field: 'description', type: 'nominal' } },
          },
          ...(layers.length > 1 ? [{
            data: { values: values.slice(-1) },
            mark: { type: 'text', aria: false, align: 'right', dx: -10, dy: -10, fontSize: FONT_SIZE, fill: 'var(--text)', text: stat },
            encoding,
          }] : []),
        ];
      }),
    };
  };
  const panels = (width: number) => [
    panel('output_token_throughput', [{ ...SERIES[0], stat: 'avg' }], 'Throughput', width),
    panel('time_to_first_token', SERIES, 'Time to first token', width) ?? panel('request_latency', SERIES, 'Request latency', width),
  ].filter(each => each !== undefined);
  return panels(WIDTHS.wide).length === 0 ? undefined : draw(description, width => ({ vconcat: panels(width), spacing: 24 }));
}

/** The levels that a search tried, and its boundary. Undefined if it tried none whose objective is known. */
export async function drawSearch(search: Search, description: Description): Promise<Drawn | undefined> {
  const { iterations, objective, feasibleMax, infeasibleMin } = search;
  const rows = iterations.filter(each => each.objective !== undefined).map(({ level, objective: value, feasible }) => ({
    level: Number(level), value: Number(value), feasible, description: `level ${level}: ${objective} ${value}, limits ${feasible ? 'kept' : 'missed'}`,
  }));
  if (rows.length === 0) {
    return undefined;
  }
  const boundaries = [
    { level: feasibleMax, label: 'highest within the limits', colour: 'var(--good)' },
    { level: infeasibleMin, label: 'lowest beyond them', colour: 'var(--bad)' },
  ].filter(({ level }) => level !== undefined).map(each => ({ ...each, level: Number(each.level) }));
  const domain = padded([...rows, ...boundaries].map(({ level }) => level));
  const values = [...new Set([...rows, ...boundaries].map(({ level }) => level))].sort((a, b) => a - b);
  const x = quantity('level', 'Concurrency', domain, { values, format: 'd' });
  return draw(description, width => ({
    width,
    height: Math.max(180, Math.round(width / 3)),
    layer: [
      ...boundaries.map(({ level, colour }) => ({
        data: { values: [{ level }] }, mark: { type: 'rule', aria: false, stroke: colour, strokeDash: [4, 4], strokeWidth: 2 }, encoding: { x },
      })),
      {
        data: { values: rows },
        mark: { type: 'point', ariaRoleDescription: 'iteration', filled: true, opacity: 1, size: 110 },
        encoding: {
          x,
          y: quantity('value', 'Objective', fromZero(rows)),
          shape: { condition: { test: 'datum.feasible', value: 'circle' }, value: 'cross' },
          fill: { condition: { test: 'datum.feasible', value: 'var(--good)' }, value: 'var(--bad)' },
          description: { field: 'description', type: 'nominal' },
        },
      },
    ],
  }));
}

async function draw(description: Description, specification: (width: number) => Unit): Promise<Drawn> {
  const [{ compile }, { parse, View, ...vega }] = await Promise.all([import('vega-lite'), import('vega')]);
  const { textMetrics } = vega as unknown as TextMetrics;
  textMetrics.width = ({ fontSize = FONT_SIZE }, text) => Math.round(LETTER_WIDTH * fontSize * String(text ?? '').length);
  const [wide, narrow] = await Promise.all(Object.entries(WIDTHS).map(async ([name, width]) => {
    const { spec } = compile({ ...specification(width), padding: 2 } as unknown as TopLevelSpec, { config: CONFIG as object });
    return labelled(await new View(parse(spec), { renderer: 'none' }).toSVG(), { ...description, id: `${description.id}-${name}` });
  }));
  return { wide, narrow };
}

/** With what a screen reader says of it, and without a box of its own behind it. */
function labelled(svg: string, { id, title, text }: Description): string {
  return svg
    .replace(/^<svg [^>]*?width="([^"]+)" height="([^"]+)" viewBox="([^"]+)">(<rect [^>]*\/>)?/,
      (_, width, height, viewBox) => `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${viewBox}" role="img" `
        + `aria-labelledby="${id}-title ${id}-text"><title id="${id}-title">${escaped(title)}</title><desc id="${id}-text">${escaped(text)}</desc>`);
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`);
}

function quantity(field: string, title: string, domain: [number, number], axis: Unit = {}): Unit {
  return { field, type: 'quantitative', title, scale: { domain, nice: false }, axis };
}

/** Room around the values, also if there is just one. */
function domainOf(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = (high - low) * 0.15 || Math.abs(high) * 0.25 || 1;
  return [Math.max(0, low - room), high + room];
}

function fromZero(rows: readonly { readonly value: number }[]): [number, number] {
  return [0, Math.max(...rows.map(({ value }) => value)) * 1.12 || 1];
}

function padded(levels: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...levels), Math.max(...levels)];
  const room = (high - low) * 0.05 || 1;
  return [low - room, high + room];
}
