import { inOrder } from './benchmarks';
import { shownDelta } from './compare';
import { pathTitle } from './html';
import { CONTROL } from './markup';
import type { Benchmark, Candidate, Comparison, Delta, Deployment, Expected, Job, Metric, Report, Run, Search, Variable } from './model';
import {
  columnsOf, figureIn, hasMasked, instancesOf, MAIN_METRICS, MAIN_STATS, MASKED, MASKED_NOTE, optimizationOf, runTitles, servedTitle, statsOf,
} from './tables';
import { counted, durationTitle, figureTitle, metricTitle, timeTitle, unitTitle } from './words';

/** The same as the page, without its plots. */
export function writeMarkdown(report: Report): string {
  const { title, account, region, madeAt, notes, deployments, jobs, comparisons } = report;
  const parts = [
    `# ${text(title)}`,
    text(`Inference report, account ${account}, ${region}, ${timeTitle(madeAt)}`),
    ...notes.map(note => `> ${text(note)}`),
    ...deployments.map(deploymentPart),
    ...jobs.flatMap(jobPart),
    ...comparisons.flatMap(comparisonPart),
    `Figures have the digits that SageMaker AI and the load generator wrote.${hasMasked(report) ? ` ${MASKED_NOTE}` : ''}`,
  ];
  return `${parts.filter(part => part !== '').join('\n\n')}\n`;
}

function deploymentPart({ endpoint, status, served }: Deployment): string {
  return list(served.length === 0 ? [`Endpoint ${code(endpoint)} (${text(status)}) serves no model that can be read.`] : served.map(model =>
    `Endpoint ${code(endpoint)} (${text(status)}) serves **${text(servedTitle(model))}**${
      model.instanceType ? ` on ${model.instanceCount ?? ''} × ${code(model.instanceType)}`.replace('  ', ' ') : ''}${
      served.length > 1 ? ` as ${code(model.name)}${model.shadow ? ', a shadow' : ''}` : ''}.`));
}

function jobPart(job: Job): string[] {
  const { kind, name, arn, status, state, startedAt, endedAt, failureReason, settings, candidates, endpoints, benchmark } = job;
  const took = startedAt ? `, started ${timeTitle(startedAt)}${endedAt ? `, took ${durationTitle(startedAt, endedAt)}` : ''}` : '';
  return [
    `## ${kind.charAt(0).toUpperCase()}${kind.slice(1)} ${text(name)}`,
    `**${text(status)}**${took}`,
    failureReason ? `> ${text(failureReason)}` : '',
    state === 'running' || state === 'stopping' ? '> It is still running.' : '',
    list([...settings, { name: 'ARN', value: arn }].map(setting => `${setting.name}: ${code(setting.value)}`)),
    ...(candidates ? candidatesPart(name, candidates, job.plot !== undefined) : []),
    ...(endpoints ? ['### Endpoints that were measured', figuresTable(endpoints.map(({ name: endpoint, figures }) => ({ figures, cells: [code(endpoint)] })), ['Name'])] : []),
    ...(benchmark ? benchmarkPart(benchmark) : []),
  ];
}

function candidatesPart(job: string, candidates: readonly Candidate[], plotted: boolean): string[] {
  if (candidates.length === 0) {
    return ['> It completed without any recommendation.'];
  }
  const yes = (value: boolean | undefined) => value ? 'yes' : '';
  return [
    `### What ${text(job)} found, best first`,
    figuresTable(candidates.map(candidate => ({
      figures: candidate.figures,
      cells: [
        text(candidate.title), yes(candidate.deployedAt.length > 0), ...(plotted ? [yes(candidate.onParetoFront)] : []), text(instancesOf(candidate)),
        String(candidate.copyCountPerInstance), text(optimizationOf(candidate)),
      ],
    })), ['Name', 'Deployed', ...(plotted ? ['Pareto front'] : []), 'Instances', 'Copies per instance', 'Optimization']),
    ...candidates.flatMap(candidateDetails),
  ];
}

function candidateDetails(candidate: Candidate): string[] {
  const { title, obstacle, recommendationId, modelPackageArn, modelName, image } = candidate;
  const { files, adapters, serverless = [], optimizedWith, environment } = candidate;
  const rows = [
    ['Recommendation id', recommendationId], ['Model package', modelPackageArn], ['SageMaker model', modelName], ['Image', image],
    ...files.map(file => [`Files: ${text(file.name)}`, file.value]), ['Adapters', adapters.join(', ')], ...serverless.map(({ name, value }) => [text(name), value]),
    ...optimizedWith.filter(({ settings }) => settings.length > 0)
      .map(({ type, settings }) => [`Optimized with ${text(type)}`, settings.map(each => `${each.name}=${valueOf(each)}`).join(', ')]),
  ].filter((row): row is [string, string] => row[1] !== undefined && row[1] !== '');
  return [
    `### ${text(title)}: how it is served`,
    obstacle ? `> It cannot be deployed: ${text(obstacle)}.` : '',
    list(rows.map(([name, value]) => `${name}: ${code(value)}`)),
    environment.length > 0 ? table(['Variable', 'Value'], environment.map(each => [code(each.name), code(valueOf(each))])) : 'It has no environment of its own.',
  ];
}

function valueOf({ value, masked }: Variable): string {
  return masked ? MASKED : value ?? '';
}

function figuresTable(rows: readonly { readonly figures: Candidate['figures']; readonly cells: readonly string[] }[], heads: readonly string[]): string {
  const columns = columnsOf(rows).flatMap(({ stats, ...column }) => stats.map(stat => ({ ...column, stat })));
  return table(
    [...heads, ...columns.map(column => `${text(figureTitle(column))}${column.unit ? ` (${text(unitTitle(column.unit))})` : ''}`)],
    rows.map(({ figures, cells }) => [...cells, ...columns.map(column => figureIn(figures, column, column.stat) || '–')]), heads.length);
}

function benchmarkPart({ problem, results, runs, search, expected, inferenceComponents }: Benchmark): string[] {
  return [
    list([
      ...(inferenceComponents ? [`Inference components: ${code(inferenceComponents.join(', '))}`] : []),
      ...(results ? [`Results: ${code(results)}`] : []),
    ]),
    problem ? `> There are no figures: ${text(problem)}.` : '',
    ...(expected ? expectedPart(expected) : []),
    ...(search ? searchPart(search) : []),
    ...runs.flatMap(run => runPart(run, runs.length > 1)),
  ];
}

function runPart({ concurrency, tool, metrics, errors }: Run, sweep: boolean): string[] {
  const main = inOrder(metrics, MAIN_METRICS);
  return [
    `### Measured${sweep && concurrency ? ` at concurrency ${concurrency}` : ''}`,
    [concurrency && `Concurrency ${concurrency}`, tool && `AIPerf ${text(tool)}`, errors.length > 0 && `errors: ${errors.map(({ type, count }) => `${count} × ${text(type)}`).join(', ')}`]
      .filter(each => each).join(', '),
    main.length > 0 ? metricsTable(main, MAIN_STATS) : '',
    '#### All figures',
    metricsTable(metrics, statsOf(metrics)),
  ];
}

function metricsTable(metrics: readonly Metric[], stats: readonly string[]): string {
  const shown = stats.filter(stat => metrics.some(metric => stat in metric.stats));
  return table(['Metric', 'Unit', ...shown.map(text)], metrics.map(({ name, unit, stats: found }) => [
    text(metricTitle(name)), text(unit), ...shown.map(stat => found[stat] ?? '–'),
  ]), 2);
}

function expectedPart({ of, expectedConcurrency, measuredConcurrency, caveat, figures }: Expected): string[] {
  const at = (concurrency: string | undefined) => concurrency ? ` at concurrency ${concurrency}` : '';
  return [
    '### Expected against measured',
    `What was expected of ${text(of)}, which the endpoint serves.`,
    caveat ? `> ${text(caveat)}` : '',
    figures.length === 0 ? '' : table(['Figure', 'Unit', `Expected${at(expectedConcurrency)}`, `Measured${at(measuredConcurrency)}`, 'Difference'],
      figures.map(each => [text(figureTitle(each)), text(unitTitle(each.unit)), each.expected, each.measured, difference(each.delta)]), 2),
  ];
}

function difference(delta: Delta | null | undefined): string {
  return delta ? `${shownDelta(delta)}${delta.verdict && delta.verdict !== 'same' ? ` ${delta.verdict}` : ''}` : '–';
}

function searchPart({ feasibleMax, infeasibleMin, firstBreach, limits, objective, dimension, convergence, iterations }: Search): string[] {
  return [
    '### Search for the highest concurrency',
    list([
      `Highest level within the limits: ${feasibleMax ?? 'none was found'}`,
      `Lowest level beyond them: ${infeasibleMin ?? 'none was found'}${infeasibleMin !== undefined && firstBreach ? ` (${text(firstBreach)})` : ''}`,
      ...[['Limits', limits.join(', ')], ['Objective', objective], ['Varied', dimension], ['Ended by', convergence ?? '']]
        .filter(([, value]) => value !== '').map(([name, value]) => `${name}: ${text(value)}`),
    ]),
    iterations.length === 0 ? '' : table(['Level', text(objective || 'Objective'), 'Limits'],
      iterations.map(({ level, objective: value, feasible }) => [level, value ?? '–', feasible ? 'kept' : 'missed'])),
  ];
}

function comparisonPart(comparison: Comparison): string[] {
  const titles = runTitles(comparison);
  const { jobs, differences, figures } = comparison;
  return [
    '## Benchmarks compared',
    list(jobs.map((job, index) => `${titles[index]}: ${code(job)}`)),
    `${counted(jobs.length, 'run')}; all differences are to ${titles[0]}.`,
    differences.length === 0 ? '' : table(['Condition that differs', ...titles], differences.map(({ name, values }) => [name, ...values.map(value => value === '' ? '–' : code(value))])),
    table(['Figure', 'Unit', ...titles.flatMap((title, index) => index === 0 ? [title] : [title, 'Difference'])], figures.map(({ figure, unit, values, deltas }) => [
      text(pathTitle(figure)), text(unit), ...values.flatMap((value, index) => index === 0 ? [value ?? '–'] : [value ?? '–', difference(deltas[index])]),
    ]), 2),
  ];
}

/** @param names how many columns at the left are no numbers */
function table(heads: readonly string[], rows: readonly (readonly string[])[], names = heads.length): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), `|${heads.map((_, index) => index < names ? '---' : '---:').join('|')}|`, ...rows.map(line)].join('\n');
}

function list(lines: readonly string[]): string {
  return lines.map(line => `* ${line}`).join('\n');
}

function plain(value: string): string {
  return value.replace(/\s+/g, ' ').replace(CONTROL, '\uFFFD').trim();
}

/** Text of anybody's as nothing but text: no markup, no HTML, no link, no cell of its own. */
function text(value: string): string {
  return plain(value).replace(/[\\`*_{}[\]<>|~$&#!@]/g, character => `\\${character}`).replace(/\b(https?|ftp):/gi, '$1\\:').replace(/\bwww\./gi, 'www\\.')
    .replace(/^([-+=]|\d+[.)])/, start => start.replace(/[-+=.)]/, '\\$&'));
}

/** The same for a name or a value, in the letters of code where that can be read in every table. */
function code(value: string): string {
  const line = plain(value);
  return line === '' ? '' : /[`|\\]/.test(line) ? text(value) : `\`${line}\``;
}
