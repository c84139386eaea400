import Table from 'cli-table3';
import { Counts, EndpointReport, PhaseReport, RecommendationReport, Report } from './report';
import { counted, duration, wrapped } from '../../cli/format';
import { Terminal } from '../../cli/terminal';

const WIDTH = 78;

/** Tables without lines: 80 columns are few. */
const BORDERLESS = {
  chars: {
    ...Object.fromEntries(['top', 'bottom', 'left', 'right'].flatMap(side => ['', '-mid', '-left', '-right'].map(part => [side + part, '']))),
    'mid': '',
    'mid-mid': '',
    'middle': '  ',
  },
  style: { 'padding-left': 0, 'padding-right': 0, 'head': [], 'border': [] },
};

const SERVICES = { sagemaker: 'SageMaker API', lambda: 'Lambda API', states: 'Step Functions API', cloudformation: 'CloudFormation API' };

/** What the demo says before, between and after the operations. */
export class Printer {
  constructor(private readonly terminal: Terminal) {}

  public introduction(): void {
    const { terminal } = this;
    terminal.line(terminal.bold('cdk-sagemaker-inference: examples/chat-endpoint, deployed on this machine'));
    terminal.line();
    this.definition('Real', 'the template that the CDK synthesizes, the bundled Lambda handlers (each in a process of its own), the CDK\'s '
      + 'provider framework and its waiter definition, the AWS SDK over HTTP');
    this.definition('Stand-ins', 'CloudFormation, Step Functions, IAM and SageMaker. No account is needed, and nothing leaves this machine');
    this.definition('Time', 'virtual: it jumps ahead when there is nothing to do but wait, so hours take seconds');
  }

  public phase(number: number, title: string): void {
    this.terminal.line();
    this.terminal.line(this.terminal.bold(`${number}. ${title}`));
    this.terminal.line();
  }

  public outcome(phase: PhaseReport): void {
    const { terminal } = this;
    const changed = phase.jobsStarted.length > 0;
    if (changed && phase.recommendations.length > 0) {
      this.recommendations(phase);
    }
    if (changed && phase.endpoint) {
      this.endpoint(phase.endpoint, phase.recommendations.find(({ chosen }) => chosen));
    }
    terminal.line();
    this.paragraph(summary(phase));
    terminal.line();
    for (const { text, held, found } of phase.expectations) {
      const [first, ...more] = wrapped(held ? text : `${text}${found ? ` (found: ${found})` : ''}`, WIDTH - 4);
      terminal.line(held ? `${terminal.good('ok')}  ${first}` : terminal.bad(`NO  ${first}`));
      more.forEach(line => terminal.line(`    ${held ? line : terminal.bad(line)}`));
    }
  }

  public conclusion({ phases, counts, leftovers, problems }: Report): void {
    const { terminal } = this;
    terminal.line();
    terminal.line(terminal.bold('What was called how often'));
    terminal.line();
    countTable(phases, counts).forEach((line, index) => terminal.line(index === 0 ? terminal.dim(line) : line));
    if (problems.length === 0) {
      terminal.line();
      this.paragraph('Refused calls are part of the plan: most ask whether a name is free, and a model package is approved when SageMaker wants it to be.');
    }
    if (leftovers.modelPackageGroups.length > 0) {
      terminal.line();
      this.paragraph(`${counted(leftovers.modelPackageGroups.length, 'model package group')} that the jobs themselves made `
        + 'outlive them: the record of what they found, free of charge.');
    }
    terminal.line();
    if (problems.length === 0) {
      terminal.line(terminal.good('Everything went as expected.'));
    } else {
      terminal.line(terminal.bad(`${counted(problems.length, 'expectation')} did not hold:`));
      problems.forEach(problem => wrapped(problem, WIDTH - 2).forEach((line, index) => terminal.line(terminal.bad(`${index === 0 ? '-' : ' '} ${line}`))));
    }
  }

  private recommendations({ jobs, recommendations }: PhaseReport): void {
    const { terminal } = this;
    const job = jobs[jobs.length - 1];
    terminal.line();
    terminal.line(terminal.bold(`Recommendations for ${job.objective}`));
    terminal.line(terminal.dim(`${job.name}, after ${duration(job.durationSeconds)}`));
    terminal.line();
    const table = new Table({
      ...BORDERLESS,
      head: ['Rank', 'Inference specification\non instance type', 'Copies', 'Req/s', 'Tokens/s', 'TTFT ms\np50/p90', 'Latency s\np50/p90'],
      colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right'],
    });
    recommendations.forEach(recommendation => table.push(this.recommendation(recommendation)));
    linesOf(table).forEach((line, index) => terminal.line(index < 2 ? terminal.dim(line) : line));
    terminal.line();
    this.paragraph('The figures of ml.g6.24xlarge for throughput are those of a real job; the others are made up from them.', line => terminal.dim(line));
  }

  private recommendation(recommendation: RecommendationReport): string[] {
    const { rank, chosen, inferenceSpecificationName, instanceCount, instanceType, copyCountPerInstance } = recommendation;
    const value = (metric: string, stat: string, digits: number, unit = 1) => {
      const found = recommendation.metrics.find(item => item.metric === metric && item.stat === stat);
      return found ? (found.value / unit).toFixed(digits) : '-';
    };
    const both = (metric: string, digits: number, unit?: number) => `${value(metric, 'p50', digits, unit)}/${value(metric, 'p90', digits, unit)}`;
    const cells = [
      `${chosen ? '>' : ' '} ${rank}`,
      `${inferenceSpecificationName}\n${instanceCount} x ${instanceType}${chosen ? ', chosen' : ''}`,
      String(copyCountPerInstance),
      value('RequestThroughput', 'avg', 2),
      value('OutputTokenThroughput', 'avg', 0),
      both('TimeToFirstToken', 0),
      both('RequestLatency', 1, 1000),
    ];
    return chosen ? cells.map(cell => cell.split('\n').map(line => this.terminal.good(line)).join('\n')) : cells;
  }

  private endpoint(endpoint: EndpointReport, recommendation?: RecommendationReport): void {
    const copies = recommendation && recommendation.copyCountPerInstance > 1 ? `, ${recommendation.copyCountPerInstance} copies of the model on each` : '';
    this.terminal.line();
    this.definition('Endpoint', `${endpoint.name}: ${endpoint.status}`);
    this.definition('Instances', `${endpoint.instanceCount} x ${endpoint.instanceType}${copies}`);
    this.definition('Model', endpoint.modelName);
    this.definition('Package', endpoint.modelPackageArn.slice(endpoint.modelPackageArn.lastIndexOf(':') + 1));
  }

  private paragraph(text: string, style = (line: string) => line): void {
    wrapped(text, WIDTH).forEach(line => this.terminal.line(style(line)));
  }

  private definition(term: string, text: string): void {
    wrapped(text, WIDTH - 11).forEach((line, index) => this.terminal.line(`${index === 0 ? this.terminal.bold(term.padEnd(11)) : ' '.repeat(11)}${line}`));
  }
}

function summary({ durationSeconds, realSeconds, counts }: PhaseReport): string {
  const { api, invocations, stateTransitions, customResourceAnswers, longestCustomResourceSeconds } = counts;
  const parts = [
    counted(sum(api.map(({ calls }) => calls)), 'API call'),
    counted(sum(invocations.map(item => item.invocations)), 'Lambda invocation'),
    counted(stateTransitions, 'state transition'),
    counted(customResourceAnswers, 'custom resource answer'),
  ];
  return `${duration(durationSeconds)} of virtual time, ${realSeconds.toFixed(1)} s on this machine: ${parts.join(', ')}`
    + `${customResourceAnswers > 0 ? `, the slowest after ${duration(longestCustomResourceSeconds)}` : ''}.`;
}

function countTable(phases: readonly PhaseReport[], total: Counts): string[] {
  const table = new Table({
    ...BORDERLESS,
    head: ['', ...phases.map(({ name }) => name), 'all', 'refused'],
    colAligns: ['left', ...[...phases, 'all', 'refused'].map(() => 'right' as const)],
  });
  const all = [...phases.map(({ counts }) => counts), total];
  const row = (name: string, count: (counts: Counts) => number | undefined, refused = 0) => {
    table.push([`  ${name}`, ...[...all.map(count), refused].map(number => number || '')]);
  };
  for (const [service, title] of Object.entries(SERVICES)) {
    table.push([title]);
    for (const { operation, refused } of total.api.filter(call => call.service === service)) {
      row(operation, ({ api }) => api.find(call => call.service === service && call.operation === operation)?.calls, refused);
    }
  }
  table.push(['Lambda functions']);
  for (const { function: path } of total.invocations) {
    row(path.slice(path.lastIndexOf('/') + 1), ({ invocations }) => invocations.find(other => other.function === path)?.invocations);
  }
  table.push(['Step Functions']);
  row('state transitions', ({ stateTransitions }) => stateTransitions);
  table.push(['CloudFormation']);
  row('custom resource answers', ({ customResourceAnswers }) => customResourceAnswers);
  return linesOf(table);
}

function linesOf(table: Table.Table): string[] {
  return table.toString().split('\n').map(line => line.trimEnd());
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
