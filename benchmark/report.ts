import { aims } from './aims';
import type { Figure } from './compare';
import type { Results } from './results';
import { JOBS as SIZES, Synthesizer } from './synthesis';

const SYNTHESIZERS: Record<Synthesizer, string> = {
  library: 'AiRecommendationJob', givenRole: 'AiRecommendationJob with a role', customResource: 'CustomResource on one Provider', awsCustomResource: 'AwsCustomResource',
};

/** docs/performance.md */
export function page(results: Results): string {
  const { machine } = results;
  const sections = [importPart, synthesisPart, handlersPart, waitingPart, scalePart, projectPart].flatMap(part => part(results) ?? []);
  return `${[
    '# Performance',
    'Written by `npm run bench`, which measures the library side by side with what else there is, and in turns. What counts are the ratios: the times are of a small '
      + 'machine that others use too. Each figure is a median, with the least and the most behind it.',
    `Measured at ${machine.commit}, with Node ${machine.node.slice(1)} on ${machine.cpus}, ${machine.memoryGiB} GiB, ${list(Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`))}.`,
    '![Deployment time over job time, and synthesis time over the number of jobs](performance.svg)',
    '## What it is to be like',
    table(['', 'at most', 'measured', ''], aims(results).map(({ what, atMost, measured }) => [what, atMost, measured, measured <= atMost ? 'met' : '**not met**'])),
    ...sections,
  ].join('\n\n')}\n`;
}

function importPart({ import: load }: Results): string[] | undefined {
  return load && [
    '## Loading it',
    'In a process of its own that has loaded aws-cdk-lib and made a stack, as every app has.',
    table(['', 'milliseconds', 'megabytes of heap', 'files'], [
      ['cdk-sagemaker-inference', ...[load.figures.library.ms, load.figures.library.heapMB].map(spread), load.figures.library.files.median],
      ['generative-ai-cdk-constructs', ...[load.figures.peer.ms, load.figures.peer.heapMB].map(spread), load.figures.peer.files.median],
    ]),
    `The files of aws-cdk-lib that it loads and that such an app has not loaded: ${list(load.submodules.map(each => `\`${each}\``))}.`,
  ];
}

function synthesisPart({ synthesis }: Results): string[] | undefined {
  const names = Object.keys(SYNTHESIZERS) as Synthesizer[];
  return synthesis && [
    '## Synthesizing it',
    'A recommendation job is by default nine custom resources (the job, and eight laps of its wait), a role and its policy. It is compared with nine bare custom resources for each, which have neither '
      + 'role nor policy: what those two take is the difference to jobs that are given a role.',
    table(['jobs', ...names.map(name => `${SYNTHESIZERS[name]}, ms`), ...names.map(name => `${SYNTHESIZERS[name]}, MB of heap`)], SIZES.map(jobs => [
      jobs, ...names.map(name => spread(synthesis.figures[name][jobs].ms)), ...names.map(name => spread(synthesis.figures[name][jobs].heapMB)),
    ])),
    table(['each further job', 'ms', 'resources', 'kB of template'], names.map(name => [
      SYNTHESIZERS[name], synthesis.perJob[name].ms, synthesis.perJob[name].resources, synthesis.perJob[name].kilobytes,
    ])),
  ];
}

function handlersPart({ handlers }: Results): string[] | undefined {
  const rows = { library: 'as it is', bundledSdk: 'with the SDK bundled the default way', runtimeSdk: 'with the SDK of the runtime (here: the installed one)' };
  return handlers && [
    '## Its handlers',
    'In a process of its own: until the code is loaded, and until a poll of a job has got its answer from a server on the same machine.',
    table(['', 'kB', 'ms to load', 'ms to the first answer', 'MB'], (Object.keys(rows) as (keyof typeof rows)[]).map(name => [
      rows[name],
      name === 'library' ? `${handlers.kilobytes.first} of ${handlers.kilobytes.all}` : handlers.kilobytes[name],
      ...[handlers.figures[name].loadMs, handlers.figures[name].callMs, handlers.figures[name].rssMB].map(spread),
    ])),
    'The first figure of the sizes is what each invocation loads, the second all there is: what deploys, what reads results from S3, what speaks to CloudFormation and to Application Auto '
      + 'Scaling is loaded when it is asked for.',
  ];
}

function waitingPart({ waiting }: Results): string[] | undefined {
  return waiting && [
    '## Waiting',
    'In the virtual time of the sandbox, which charges ten seconds for each custom resource. The first deployment makes the provider too.',
    table(['job', 'waited for at most', 'first deployment over job', 'further deployment over job', 'Describe calls', 'for each hour', 'state transitions', 'invocations', 'US dollars', 'polled every 5 s'],
      waiting.library.map((each, i) => [
        duration(each.hours), `${each.waitHours} h`, each.firstDeployment, each.deployment, each.describes, each.describesPerHour, each.transitions, each.invocations, each.dollars,
        `${waiting.everyFiveSeconds[i].describes} calls, $${waiting.everyFiveSeconds[i].dollars}`,
      ])),
    `A lap that is not needed takes ${waiting.unusedLap.seconds} seconds and ${waiting.unusedLap.describes} Describe calls. Prices are those that AWS publishes for US West (Oregon), a poll takes 0.9 `
      + 'seconds of both functions together. The framework polls every five seconds unless it is told otherwise, and then waits for an hour at most.',
    'A `AWS::CloudFormation::WaitCondition` would have to be told by something that polls all the same, since SageMaker sends no event for these jobs. It takes twelve hours at most, and it is satisfied '
      + 'once: an update that runs another job needs another one.',
    'Every 30 seconds is simple, and quick enough: on average a job waits 15 seconds for its end to be seen. To poll more slowly in the hours in which nothing can happen would save less than a cent for a '
      + 'job of ten hours, and to poll faster near its end would win seconds. So neither is done.',
  ];
}

function scalePart({ scale }: Results): string[] | undefined {
  return scale && [
    '## Five hundred jobs at once',
    `${scale.stacks} stacks of ${scale.jobs / scale.stacks} jobs each, at once, against a SageMaker that lets ${scale.limit.perSecond} calls through each second, and ${scale.limit.burst} in a burst. `
      + `${scale.completed} of ${scale.stacks} stacks completed, in ${scale.deployment} of the time of the longest job. Of ${scale.calls} calls ${scale.throttled} were throttled. At most `
      + `${scale.peakPerSecond} calls arrived each second, over a minute, and as many handlers ran at once as ${scale.concurrency} says.`,
    table(['minute', 'calls per second', 'of them throttled'], scale.perSecond.flatMap((rate, minute) => minute % 10 === 0 ? [[minute, rate, scale.throttledPerSecond[minute]]] : [])),
  ];
}

function projectPart({ project }: Results): string[] | undefined {
  return project && [
    '## The project itself',
    'Where the time of `npm test`, `npx projen build` and `npm run demo` goes: the tests are all but the last three steps, the build is all but the demo.',
    table(['step', 'share'], Object.entries(project).map(([name, share]) => [name, `${(share * 100).toFixed(1)} %`])),
  ];
}

const spread = ({ median, min, max }: Figure) => `${median} (${min} to ${max})`;
const duration = (hours: number) => hours < 1 ? `${Math.round(hours * 60)} min` : `${hours} h`;
const list = (items: string[]) => items.length === 0 ? 'none' : items.join(', ');

function table(head: string[], rows: (string | number)[][]): string {
  return [head, head.map(() => '---'), ...rows].map(row => `| ${row.join(' | ')} |`).join('\n');
}

/** docs/performance.svg: the deployment over the job, and the synthesis over the number of jobs. */
export async function plot({ waiting, synthesis }: Results): Promise<string> {
  // Dependencies of this folder alone, which the type checker of the project does not see.
  const [vega, vegaLite] = await Promise.all(['vega', 'vega-lite'].map(name => import(name)));
  const line = { type: 'line', point: true };
  const spec = {
    background: 'white',
    hconcat: [
      {
        title: 'Deployment time over job time',
        width: 320,
        height: 240,
        data: {
          values: waiting?.library.flatMap(({ hours, waitHours, firstDeployment, deployment }) => [
            { hours, ratio: firstDeployment, of: `first deployment, wait of ${waitHours} h` }, { hours, ratio: deployment, of: `further deployment, wait of ${waitHours} h` },
          ]) ?? [],
        },
        mark: line,
        encoding: {
          x: { field: 'hours', type: 'quantitative', title: 'hours of the job', scale: { type: 'log' } },
          y: { field: 'ratio', type: 'quantitative', title: 'deployment / job', scale: { zero: false } },
          color: { field: 'of', type: 'nominal', title: null, legend: { orient: 'bottom', columns: 1, labelLimit: 0 } },
        },
      },
      {
        title: 'Synthesis time',
        width: 320,
        height: 240,
        data: {
          values: synthesis ? (Object.keys(SYNTHESIZERS) as Synthesizer[]).flatMap(name => SIZES.map(jobs => (
            { jobs, seconds: synthesis.figures[name][jobs].ms.median / 1000, of: SYNTHESIZERS[name] }))) : [],
        },
        mark: line,
        encoding: {
          x: { field: 'jobs', type: 'quantitative', title: 'jobs' },
          y: { field: 'seconds', type: 'quantitative', title: 'seconds' },
          color: { field: 'of', type: 'nominal', title: null, legend: { orient: 'bottom', columns: 1, labelLimit: 0 } },
        },
      },
    ],
    resolve: { scale: { color: 'independent' } },
  };
  return `${await new vega.View(vega.parse(vegaLite.compile(spec).spec), { renderer: 'none' }).toSVG()}\n`;
}
