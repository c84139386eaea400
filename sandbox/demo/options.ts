import { parseArgs } from 'node:util';

export type Failing = 'job' | 'endpoint';

export interface Options {
  readonly help: boolean;
  /** Plain lines, even on a terminal. */
  readonly plain: boolean;
  /** File for what happened, as data. */
  readonly json?: string;
  /** File for the page about what was deployed. */
  readonly report: string;
  /** What goes wrong. */
  readonly fail?: Failing;
}

const REPORT = '.sandbox/chat-endpoint.html';

export const HELP = `Usage: npm run demo -- [options]

Deploys examples/chat-endpoint on this machine, without an AWS account: creates
the stack, changes a tag, changes the objective, and destroys the stack.

Options:
  --json FILE      also write what happened as JSON: phases with their status,
                   events, jobs, recommendations, endpoint and counts, and what
                   is left in the end (sandbox/demo/report.ts documents it)
  --report FILE    where the report of what was deployed is written, a page to
                   open in a browser; the default is ${REPORT}
  --fail job       let the first recommendation job fail
  --fail endpoint  let the first endpoint fail for want of GPU instances
  --plain          plain lines instead of the live display, and no pauses for
                   the eye; the default where the output is no terminal
  --help           print this

The exit code is 0 if everything went as expected, otherwise 1, which is what
--fail leads to. NO_COLOR=1 switches colour off.
`;

/** Throws an error with what is wrong with the arguments. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      plain: { type: 'boolean', default: false },
      json: { type: 'string' },
      report: { type: 'string', default: REPORT },
      fail: { type: 'string' },
    },
  });
  const { fail, json, report } = values;
  if (fail !== undefined && fail !== 'job' && fail !== 'endpoint') {
    throw new Error(`--fail takes job or endpoint, got ${fail}`);
  }
  if (json === '') {
    throw new Error('--json takes the name of a file');
  }
  if (report === '') {
    throw new Error('--report takes the name of a file');
  }
  return { help: values.help ?? false, plain: values.plain ?? false, json, report: report ?? REPORT, fail };
}
