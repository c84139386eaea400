import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import type { PhaseReport } from '../sandbox/demo/report';

/*
 * docs/deployment.svg: the first deployment of the demo, from its own report.
 *
 *   npm run demo -- --json report.json
 *   TSX_TSCONFIG_PATH=tsconfig.dev.json node --import tsx scripts/picture.ts report.json
 */

const [LEFT, RIGHT, TOP, ROW, WIDTH] = [212, 900, 58, 44, 960];
const BAR = 20;
const HOUR = 3_600_000;
const COLOURS = { stack: '#e2e8f0', job: '#b45309', wait: '#3b6ea8', made: '#0f766e', text: '#1f2937', quiet: '#4b5563', line: '#d1d5db' };

interface Span {
  readonly from: number;
  readonly to: number;
}

interface Row {
  readonly label: string;
  readonly detail: string;
  readonly colour: string;
  readonly spans: Span[];
  /** Beside the last span. */
  readonly note?: string;
}

/** The deployment as bars over time. */
export function picture(phase: PhaseReport): string {
  const [start, end] = [Date.parse(phase.startedAt), Date.parse(phase.endedAt)];
  const x = (time: number) => Math.round(10 * (LEFT + (time - start) / (end - start) * (RIGHT - LEFT))) / 10;
  const rows = rowsOf(phase);
  const height = TOP + rows.length * ROW + 62;
  const hours = Array.from({ length: Math.floor((end - start) / HOUR) + 1 }, (_, hour) => start + hour * HOUR);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title desc"`,
    '  font-family="system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif" font-size="13">',
    '<title id="title">One cdk deploy, from a model in S3 to an endpoint</title>',
    `<desc id="desc">${escaped(rows.map(({ label, detail, note }) => `${label}: ${detail}${note ? `, ${note}` : ''}.`).join(' '))}</desc>`,
    `<rect width="${WIDTH}" height="${height}" rx="10" fill="#ffffff"/>`,
    text(24, 30, `One cdk deploy of ${duration(end - start)}`, COLOURS.text, 'font-size="16" font-weight="600"'),
    ...hours.flatMap((time, hour) => [
      `<line x1="${x(time)}" x2="${x(time)}" y1="${TOP - 8}" y2="${height - 54}" stroke="${COLOURS.line}"/>`,
      text(x(time), height - 38, hour === 0 ? 'start' : `${hour} h`, COLOURS.quiet, 'text-anchor="middle" font-size="12"'),
    ]),
    ...rows.flatMap((row, index) => draw(row, TOP + index * ROW, x)),
    text(24, height - 14, 'Drawn from the events of the demo, in virtual time. CloudFormation lets a custom resource take one hour: so the wait is a chain.',
      COLOURS.quiet, 'font-size="12"'),
    '</svg>',
    '',
  ].join('\n');
}

function rowsOf({ startedAt, endedAt, events, jobs: [job], recommendations, endpoint }: PhaseReport): Row[] {
  /** From when the first of these resources was begun until each of them was there. */
  const spans = (type: RegExp): Span[] => {
    const ids = [...new Set(events.filter(event => type.test(event.type)).map(({ logicalId }) => logicalId))];
    return ids.map(id => {
      const times = events.filter(({ logicalId }) => logicalId === id).map(({ time }) => Date.parse(time));
      return { from: Math.min(...times), to: Math.max(...times) };
    });
  };
  const supporting = spans(/^AWS::(IAM|Lambda|Logs|StepFunctions)/);
  const waits = spans(/JobWait$/);
  const winner = recommendations.find(({ chosen }) => chosen)!;
  return [
    { label: 'CloudFormation', detail: 'the stack', colour: COLOURS.stack, spans: [{ from: Date.parse(startedAt), to: Date.parse(endedAt) }] },
    {
      label: 'Roles, functions',
      detail: 'of the library',
      colour: COLOURS.quiet,
      note: 'a minute',
      spans: [{ from: Math.min(...supporting.map(({ from }) => from)), to: Math.max(...supporting.map(({ to }) => to)) }],
    },
    { label: 'AiWorkloadConfig', detail: 'which traffic', colour: COLOURS.made, spans: spans(/AIWorkloadConfig$/), note: 'named by its content' },
    {
      label: 'AiRecommendationJob',
      detail: 'in SageMaker, on GPUs',
      colour: COLOURS.job,
      spans: [{ from: Date.parse(job.startedAt), to: Date.parse(job.endedAt!) }],
    },
    { label: 'Its wait', detail: `${waits.length} custom resources`, colour: COLOURS.wait, spans: waits },
    {
      label: 'DeployRecommendation',
      detail: 'model, configuration',
      colour: COLOURS.made,
      spans: spans(/RecommendationDeployment$/),
      note: `the winner of ${recommendations.length}: ${winner.instanceType}`,
    },
    { label: 'Endpoint', detail: `${endpoint!.status}, then checked`, colour: COLOURS.made, spans: spans(/SageMaker::Endpoint$|EndpointCheck$/), note: `serves ${winner.copyCountPerInstance} copies` },
  ];
}

function draw({ label, detail, colour, spans, note }: Row, y: number, x: (time: number) => number): string[] {
  const last = spans[spans.length - 1];
  const toTheLeft = x(last.to) > (LEFT + RIGHT) / 2;
  const long = x(last.to) - x(spans[0].from) > 200;
  return [
    text(24, y + 10, label, COLOURS.text, 'font-weight="600"'),
    text(24, y + 26, detail, COLOURS.quiet, 'font-size="12"'),
    ...spans.map(({ from, to }, index) => {
      const width = Math.max(3, Math.round(10 * (x(to) - x(from) - (spans.length > 1 ? 2 : 0))) / 10);
      return `<rect x="${x(from)}" y="${y + 4}" width="${width}" height="${BAR}" rx="3" fill="${colour}"${index % 2 ? ' fill-opacity="0.75"' : ''}/>`;
    }),
    ...long && spans.length === 1 ? [text(x(spans[0].from) + 10, y + 18, duration(last.to - spans[0].from), colour === COLOURS.stack ? COLOURS.text : '#ffffff')] : [],
    ...note === undefined ? [] : [text(toTheLeft ? x(spans[0].from) - 8 : x(last.to) + 10, y + 18, note, COLOURS.text, toTheLeft ? 'text-anchor="end"' : '')],
  ];
}

function text(x: number, y: number, content: string, colour: string, more = ''): string {
  return `<text x="${x}" y="${y}" fill="${colour}"${more ? ` ${more}` : ''}>${escaped(content)}</text>`;
}

function duration(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  return [Math.floor(minutes / 60) > 0 ? `${Math.floor(minutes / 60)} h` : '', minutes % 60 > 0 ? `${minutes % 60} min` : ''].filter(Boolean).join(' ');
}

function escaped(content: string): string {
  return content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

if (require.main === module) {
  const [phase] = JSON.parse(readFileSync(process.argv[2], 'utf8')).phases;
  writeFileSync(join(__dirname, '../docs/deployment.svg'), picture(phase));
}
