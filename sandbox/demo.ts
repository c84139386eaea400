import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Sandbox } from '.';
import { ACCOUNT, REGION } from './demo/app';
import { HELP, Options, parseOptions } from './demo/options';
import { Report } from './demo/report';
import { Demo } from './demo/run';
import { demoScenario } from './demo/scenario';
import { Terminal } from '../cli/terminal';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function main(args: readonly string[]): Promise<number> {
  let options: Options;
  try {
    options = parseOptions(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}`);
    return 1;
  }
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const terminal = new Terminal(process.stdout, options.plain);
  const report = await runDemo(options, terminal);
  if (options.json !== undefined) {
    const file = resolve(options.json);
    writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
    terminal.line(`The same as data: ${file}`);
  }
  return report.succeeded ? 0 : 1;
}

/** Runs the demo and leaves nothing behind, neither files nor processes, however it ends. */
async function runDemo(options: Options, terminal: Terminal): Promise<Report> {
  let demo: Demo | undefined;
  const cleanUp = async () => {
    await (await starting).stop();
    rmSync(workspace, { recursive: true, force: true });
  };
  onInterrupt(async () => {
    // Time stops, so nothing new begins while everything is taken down.
    void (await starting).clock.work(() => new Promise(() => {}));
    await demo?.interrupt();
    await cleanUp();
  });
  const workspace = mkdtempSync(join(tmpdir(), 'chat-endpoint-demo-'));
  const starting = Sandbox.start({ account: ACCOUNT, region: REGION, scenario: demoScenario(options.fail) });
  try {
    demo = new Demo(await starting, workspace, terminal, options.report);
    return await demo.run();
  } finally {
    await cleanUp();
  }
}

/** When somebody has seen enough. Once: another signal on the heels of the first changes nothing. */
function onInterrupt(end: () => Promise<void>): void {
  let ending = false;
  const stop = (code: number) => {
    if (!ending) {
      ending = true;
      void end().finally(() => process.exit(code));
    }
  };
  SIGNALS.forEach(signal => process.on(signal, () => stop(128 + constants.signals[signal])));
  // Whoever reads the output has gone, such as `head`.
  process.stdout.on('error', () => stop(1));
}

main(process.argv.slice(2)).then(
  code => { process.exitCode = code; },
  (error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  },
);
