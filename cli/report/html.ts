import { inOrder } from './benchmarks';
import type { Description, Drawn } from './charts';
import { shownDelta } from './compare';
import { Content, html, Markup } from './markup';
import type { Benchmark, Candidate, Comparison, Delta, Deployment, Expected, Job, Metric, Plot, Report, Run, Search, Variable } from './model';
import { STYLE } from './style';
import {
  columnsOf, figureIn, hasMasked, instancesOf, MAIN_METRICS, MAIN_STATS, MASKED, MASKED_NOTE, optimizationOf, runTitles, servedTitle, statsOf,
} from './tables';
import { axisTitle, counted, durationTitle, figureTitle, metricTitle, timeTitle, unitTitle } from './words';

/** What draws. It is loaded apart, since it brings a library. */
export interface Charts {
  drawCandidates(plot: Plot, candidates: readonly Candidate[], description: Description): Promise<Drawn>;
  drawSweep(runs: readonly Run[], description: Description): Promise<Drawn | undefined>;
  drawSearch(search: Search, description: Description): Promise<Drawn | undefined>;
}

/** The page: one file that loads nothing and runs nothing. */
export async function writeHtml(report: Report, charts: Charts): Promise<string> {
  const { title, account, region, madeAt, notes, deployments, jobs, comparisons } = report;
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Inference report: ${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="quiet">Inference report, account ${account}, ${region}, ${timeTitle(madeAt)}</p>
</header>
<main>
${notes.map(note => html`<p class="note">${note}</p>\n`)}
${deployments.map(deployment => deploymentSection(deployment))}
${await inTurn(jobs, (job, index) => jobSection(job, index, deployments, charts))}
${comparisons.map(comparisonSection)}
</main>
<footer>
<p>Figures have the digits that SageMaker AI and the load generator wrote. ${hasMasked(report) && MASKED_NOTE} Written by cdk-sagemaker-inference.</p>
</footer>
</body>
</html>
`;
  return page.text;
}

async function inTurn<T>(items: readonly T[], each: (item: T, index: number) => Promise<Markup>): Promise<Markup[]> {
  const done: Markup[] = [];
  for (const [index, item] of items.entries()) {
    done.push(await each(item, index));
  }
  return done;
}

function deploymentSection({ endpoint, status, endpointConfig, configuredAt, served }: Deployment): Markup {
  const [only, ...others] = served;
  return html`<section aria-label="Deployed at ${endpoint}">
${only && others.length === 0
  ? html`<p class="lead">Endpoint <strong>${endpoint}</strong> serves <strong class="chosen">${servedTitle(only)}</strong>${
    only.instanceType && html` on ${only.instanceType}`}.</p>`
  : html`<p class="lead">Endpoint <strong>${endpoint}</strong> serves ${counted(served.length, 'model')}.</p>`}
${terms([
  ['Endpoint', html`${endpoint} <span class="tag ${status === 'InService' ? 'good' : 'bad'}">${status}</span>`],
  ['Configuration', html`${endpointConfig}${configuredAt && html` <span class="quiet">since ${timeTitle(configuredAt)}</span>`}`],
  ...(only && others.length === 0 ? [['Model package', only.modelPackageArn], ['Image', only.image]] as const : []),
])}
${others.length > 0 && table('What the endpoint serves', ['Name', 'Recommendation', 'Instances'], served.map(model => html`<tr>
<th scope="row">${model.name}${model.shadow && html` <span class="tag">shadow</span>`}</th><td>${servedTitle(model)}</td><td>${
  model.instanceType ? `${model.instanceCount ?? ''} × ${model.instanceType}` : 'serverless'}</td></tr>\n`))}
</section>
`;
}

async function jobSection(job: Job, index: number, deployments: readonly Deployment[], charts: Charts): Promise<Markup> {
  const { kind, name, arn, status, state, startedAt, endedAt, failureReason, settings, candidates, plot, endpoints, benchmark } = job;
  const id = `job-${index + 1}`;
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${capital(kind)} ${name}</h2>
<p><span class="tag ${{ succeeded: 'good', failed: 'bad', stopped: 'bad', running: 'front', stopping: 'front' }[state]}">${status}</span>
<span class="quiet">${startedAt && `started ${timeTitle(startedAt)}`}${startedAt && endedAt && `, took ${durationTitle(startedAt, endedAt)}`}</span></p>
${failureReason && html`<p class="note failure">${failureReason}</p>`}
${(state === 'running' || state === 'stopping') && html`<p class="note">It is still running.</p>`}
${terms([
  ...settings.map(setting => [setting.name, setting.value] as const),
  ['Inference components', benchmark?.inferenceComponents?.join(', ')],
  ['Results', benchmark?.results],
  ['ARN', arn],
])}
${candidates && await candidatesPart(job, id, candidates, plot, deployments, charts)}
${endpoints && figuresTable('Endpoints that were measured', endpoints.map(endpoint => ({ ...endpoint, head: html`${endpoint.name}` })))}
${benchmark && await benchmarkPart(job, benchmark, id, charts)}
</section>
`;
}

async function candidatesPart(
  { name }: Job, id: string, candidates: readonly Candidate[], plot: Plot | undefined, deployments: readonly Deployment[], charts: Charts,
): Promise<Markup> {
  if (candidates.length === 0) {
    return html`<p class="note">It completed without any recommendation.</p>`;
  }
  const chosen = candidates.filter(({ deployedAt }) => deployedAt.length > 0);
  const rows = candidates.map(candidate => ({
    figures: candidate.figures,
    deployed: candidate.deployedAt.length > 0,
    head: html`${candidate.title} ${tags(candidate)}`,
    cells: [html`<span class="whole">${instancesOf(candidate)}</span><br>${counted(candidate.copyCountPerInstance, 'copy', 'copies')} on each<br>${optimizationOf(candidate)}`],
  }));
  return html`
${plot ? await plotFigure(plot, candidates, id, charts) : html`<p class="note">There is no plot: the job says neither a latency nor a throughput of its results.</p>`}
${figuresTable(`What ${name} found, best first`, rows, ['Configuration'])}
${deployments.length > 0 && chosen.length === 0 && html`<p class="quiet">As far as can be told, none of these is what an endpoint of this report serves.</p>`}
${candidates.map(candidate => candidateDetails(candidate, chosen.length > 0 ? chosen.includes(candidate) : candidate.rank === 1))}`;
}

function tags({ deployedAt, onParetoFront }: Candidate): Markup {
  return html`${deployedAt.length > 0 && html`<span class="tag chosen">deployed</span> `}${onParetoFront && html`<span class="tag front">Pareto front</span>`}`;
}

async function plotFigure(plot: Plot, candidates: readonly Candidate[], id: string, charts: Charts): Promise<Markup> {
  const [y, x] = [axisTitle(plot.latency), axisTitle(plot.throughput)];
  const titles = (these: readonly Candidate[]) => these.map(({ title }) => title).join('; ');
  const chosen = candidates.filter(({ deployedAt }) => deployedAt.length > 0);
  const front = candidates.filter(({ onParetoFront }) => onParetoFront);
  const without = candidates.filter(({ rank }) => !plot.points.some(point => point.rank === rank));
  const text = `${counted(plot.points.length, 'candidate')}. On the Pareto front: ${titles(front)}. ${chosen.length > 0 ? `Deployed: ${titles(chosen)}. ` : ''}`
    + 'The table below has all figures.';
  const drawn = await charts.drawCandidates(plot, candidates, { id: `${id}-plot`, title: `${y} against ${x}`, text });
  return figure(drawn, html`<ul>
${chosen.map(({ title }) => html`<li class="chosen">${symbol('M7 1 13 7 7 13 1 7Z', 'var(--chosen)')}deployed: ${title}</li>\n`)}
<li>${symbol('M7 2a5 5 0 1 0 .01 0Z', 'var(--accent)')}on the Pareto front: no candidate is better in both</li>
${front.length < plot.points.length && html`<li>${symbol('M7 3a4 4 0 1 0 .01 0Z', 'none')}another one is better in both</li>`}
</ul>
${y} against ${x}: the best place is at the lower right.${without.length > 0 && ` Without these figures, and not in the plot: ${titles(without)}.`}`);
}

function symbol(path: string, fill: string): Markup {
  return html`<svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true"><path d="${path}" fill="${fill}" stroke="${fill === 'none' ? 'var(--quiet)' : fill}" stroke-width="1.5"/></svg>`;
}

function candidateDetails(candidate: Candidate, open: boolean): Markup {
  const { title, serverless, image, modelPackageArn, modelName, files, adapters, optimizedWith, environment, obstacle, recommendationId } = candidate;
  return html`<details${open && new Markup(' open')}>
<summary>${title}: how it is served</summary>
${obstacle && html`<p class="note failure">It cannot be deployed: ${obstacle}.</p>`}
${terms([
  ['Recommendation id', recommendationId],
  ['Model package', modelPackageArn],
  ['SageMaker model', modelName],
  ['Image', image],
  ...files.map(file => [`Files: ${file.name}`, file.value] as const),
  ['Adapters', adapters.join(', ')],
  ...(serverless ?? []).map(setting => [setting.name, setting.value] as const),
  ...optimizedWith.map(({ type, settings }) => ['Optimized with', settings.length === 0 ? type
    : html`${type}: ${settings.map((each, index) => html`${index > 0 && ', '}<code>${each.name}=${valueOf(each)}</code>`)}`] as const),
  ...(optimizedWith.length === 0 ? [['Optimized with', 'nothing']] as const : []),
])}
${environment.length > 0
  ? table('Environment', ['Variable', 'Value'], environment.map(each => html`<tr><th scope="row"><code>${each.name}</code></th><td><code>${valueOf(each)}</code></td></tr>\n`))
  : html`<p class="quiet">It has no environment of its own.</p>`}
</details>
`;
}

function valueOf({ value, masked }: Variable): string {
  return masked ? MASKED : value ?? '';
}

interface FiguresRow {
  readonly head: Content;
  readonly figures: Candidate['figures'];
  readonly deployed?: boolean;
  readonly cells?: readonly Content[];
}

/** A row for each of several, with a column for each figure that any of them has. */
function figuresTable(caption: string, rows: readonly FiguresRow[], heads: readonly string[] = []): Markup {
  const columns = columnsOf(rows);
  return scrolled(caption, html`<table class="figures">
<caption>${caption}</caption>
<thead>
<tr><th scope="col" rowspan="2">Name</th>${heads.map(head => html`<th scope="col" rowspan="2">${head}</th>`)}${
  columns.map(({ metric, unit, stats }) => html`<th scope="colgroup" class="group" colspan="${stats.length}">${metricTitle(metric)}<small>${unitTitle(unit)}</small></th>`)}</tr>
<tr>${columns.flatMap(({ stats }) => stats.map(stat => html`<th scope="col" class="number">${stat ?? 'value'}</th>`))}</tr>
</thead>
<tbody>
${rows.map(({ head, figures, deployed, cells = [] }) => html`<tr${deployed && new Markup(' class="deployed"')}><th scope="row">${head}</th>${cells.map(cell => html`<td>${cell}</td>`)}${
  columns.flatMap(column => column.stats.map(stat => html`<td class="number">${figureIn(figures, column, stat) || '–'}</td>`))}</tr>\n`)}</tbody>
</table>`);
}

async function benchmarkPart({ name }: Job, benchmark: Benchmark, id: string, charts: Charts): Promise<Markup> {
  const { problem, runs, search, expected } = benchmark;
  const sweep = runs.length > 1;
  const drawn = sweep ? await charts.drawSweep(runs, {
    id: `${id}-sweep`,
    title: 'Throughput and latency over concurrency',
    text: `A sweep over the concurrency levels ${runs.map(({ concurrency }) => concurrency).join(', ')}. The tables below have all figures.`,
  }) : undefined;
  return html`${problem && html`<p class="note">There are no figures: ${problem}.</p>`}
${expected && expectedPart(expected)}
${drawn && figure(drawn, html`Output token throughput, and latency as p50 and, dashed, p90, over the concurrency of the sweep.`)}
${search && await searchPart(search, id, charts)}
${runs.map(run => runPart(run, sweep ? `${name} at concurrency ${run.concurrency ?? ''}` : name))}`;
}

function runPart({ concurrency, tool, metrics, errors }: Run, title: string): Markup {
  const main = inOrder(metrics, MAIN_METRICS);
  return html`
${metricsTable(`What ${title} measured`, main.length > 0 ? main : metrics, MAIN_STATS)}
<p class="quiet">${concurrency && `Measured at a concurrency of ${concurrency}`}${concurrency && tool && ', '}${tool && `by AIPerf ${tool}`}.${
  errors.length > 0 && ` Errors: ${errors.map(({ type, count }) => `${count} × ${type}`).join(', ')}.`}</p>
<details><summary>All ${metrics.length} metrics with all statistics</summary>
${metricsTable(`All figures of ${title}`, metrics, statsOf(metrics))}
</details>
`;
}

function metricsTable(caption: string, metrics: readonly Metric[], stats: readonly string[]): Markup {
  const shown = stats.filter(stat => metrics.some(metric => stat in metric.stats));
  return table(caption, ['Metric', 'Unit', ...shown.map(stat => html`<th scope="col" class="number">${stat}</th>`)], metrics.map(metric => html`<tr><th scope="row">${metricTitle(metric.name)}</th><td>${
    metric.unit}</td>${shown.map(stat => html`<td class="number">${metric.stats[stat] ?? '–'}</td>`)}</tr>\n`));
}

function expectedPart({ of, expectedConcurrency, measuredConcurrency, caveat, figures }: Expected): Markup {
  const at = (concurrency: string | undefined) => concurrency && html`<small>at concurrency ${concurrency}</small>`;
  return html`<h3>Expected against measured</h3>
${caveat && html`<p class="note">${caveat}</p>`}
${figures.length > 0 && table(`What was expected of ${of}, which the endpoint serves, and what was measured`, [
  'Figure', 'Unit', html`<th scope="col" class="number">Expected${at(expectedConcurrency)}</th>`, html`<th scope="col" class="number">Measured${at(measuredConcurrency)}</th>`,
  html`<th scope="col" class="number">Difference</th>`,
], figures.map(each => html`<tr><th scope="row">${figureTitle(each)}</th><td>${unitTitle(each.unit)}</td><td class="number">${each.expected}</td><td class="number">${
  each.measured}</td>${deltaCell(each.delta)}</tr>\n`))}`;
}

function deltaCell(delta: Delta | undefined | null): Markup {
  return delta ? html`<td class="number ${{ better: 'good', worse: 'bad', same: '' }[delta.verdict ?? 'same']}">${shownDelta(delta)}${
    delta.verdict && delta.verdict !== 'same' && ` ${delta.verdict}`}</td>` : html`<td class="number">–</td>`;
}

async function searchPart(search: Search, id: string, charts: Charts): Promise<Markup> {
  const { feasibleMax, infeasibleMin, firstBreach, limits, objective, dimension, convergence, iterations } = search;
  const boundary = `Highest level within the limits: ${feasibleMax ?? 'none was found'}. Lowest level beyond them: ${infeasibleMin ?? 'none was found'}.`;
  const drawn = await charts.drawSearch(search, { id: `${id}-search`, title: `${objective} at the levels that were tried`, text: boundary });
  return html`<h3>Search for the highest concurrency</h3>
${terms([
  ['Highest level within the limits', feasibleMax ?? 'none was found'],
  ['Lowest level beyond them', infeasibleMin === undefined ? 'none was found' : `${infeasibleMin}${firstBreach ? ` (${firstBreach})` : ''}`],
  ['Limits', limits.join(', ')],
  ['Objective', objective],
  ['Varied', dimension],
  ['Ended by', convergence],
])}
${drawn && figure(drawn, html`Objective: ${objective}. ${boundary} A circle kept the limits, a cross did not; the dashed lines are the boundary.`)}
${iterations.length > 0 && table('Levels that were tried', ['Level', html`<th scope="col" class="number">${objective || 'Objective'}</th>`, 'Limits'],
  iterations.map(({ level, objective: value, feasible }) => html`<tr><th scope="row">${level}</th><td class="number">${value ?? '–'}</td><td class="${feasible ? 'good' : 'bad'}">${
    feasible ? 'kept' : 'missed'}</td></tr>\n`))}`;
}

function comparisonSection(comparison: Comparison, place: number): Markup {
  const titles = runTitles(comparison);
  const { jobs, differences, figures } = comparison;
  const id = `comparison-${place + 1}`;
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">Benchmarks compared</h2>
${terms(jobs.map((job, index) => [titles[index], job] as const))}
<p>All differences are to ${titles[0]}.</p>
${differences.length > 0 && html`<p class="note">These runs differ in more than their figures.</p>
${table('Conditions that differ', ['Condition', ...titles], differences.map(({ name, values }) => html`<tr><th scope="row">${name}</th>${
  values.map(value => html`<td>${value || '–'}</td>`)}</tr>\n`))}`}
${table('Figures of the benchmarks', ['Figure', 'Unit', ...titles.flatMap((title, index) => [
  html`<th scope="col" class="number">${title}</th>`, ...(index === 0 ? [] : [html`<th scope="col" class="number">Difference</th>`]),
])],
figures.map(({ figure: path, unit, values, deltas }) => html`<tr><th scope="row">${pathTitle(path)}</th><td>${unit}</td>${
  values.map((value, index) => html`<td class="number">${value ?? '–'}</td>${index > 0 && deltaCell(deltas[index])}`)}</tr>\n`))}
</section>
`;
}

/** `Time to first token p90, concurrency 10` */
export function pathTitle(path: string): string {
  const [, level, metric, stat] = /^(?:concurrency_([^.]+)\.)?(.+)\.([^.]+)$/.exec(path)!;
  return `${metricTitle(metric)} ${stat}${level ? `, concurrency ${level}` : ''}`;
}

/** Names with values, of which those without one are left out. */
function terms(rows: readonly (readonly [name: string, value: Content])[]): Content {
  const shown = rows.filter(([, value]) => value !== undefined && value !== '' && value !== false);
  return shown.length > 0 && html`<dl>
${shown.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>`;
}

/** @param heads titles, or cells that have more to say */
function table(caption: string, heads: readonly (string | Markup)[], rows: readonly Markup[]): Markup {
  return scrolled(caption, html`<table>
<caption>${caption}</caption>
<thead><tr>${heads.map(head => typeof head === 'string' ? html`<th scope="col">${head}</th>` : head)}</tr></thead>
<tbody>
${rows}</tbody>
</table>`);
}

/** What is wide moves by itself, also by the keyboard. */
function scrolled(label: string, content: Markup): Markup {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${content}</div>`;
}

function figure({ wide, narrow }: Drawn, caption: Markup): Markup {
  return html`<figure>
<div class="wide">${new Markup(wide)}</div>
<div class="narrow">${new Markup(narrow)}</div>
<figcaption>${caption}</figcaption>
</figure>`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
