import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Aws, Connection } from './aws/aws';
import { explained } from './aws/errors';

/*
 * The command of the package: `npx cdk-sagemaker-inference watch|report|pin`. Everything that a subcommand needs is loaded when it is run.
 *
 * It only reads. Its exit code is 0 where all is well, 1 where a deployment ended badly, 2 where the question could not be answered, and 130 after Ctrl-C.
 */

const UNANSWERED = 2;

function program(): Command {
  const command = new Command('cdk-sagemaker-inference')
    .description('Follows deployments of cdk-sagemaker-inference, and reports what their jobs found. It changes nothing.')
    .version(version())
    .showHelpAfterError()
    .configureOutput({ outputError: (text, write) => write(text) })
    .exitOverride(error => process.exit(error.exitCode === 0 ? 0 : UNANSWERED));
  subcommand(command, 'watch')
    .description('follow the deployment of a stack until it ends')
    .argument('<stack>', 'name or ARN of the stack')
    .option('--next', 'wait for the next deployment, if none is under way')
    .option('--plain', 'plain lines, as without a terminal')
    .option('--interval <seconds>', 'seconds between two looks', '10')
    .action(async (stack, options) => {
      const { watch } = await import('./watch/index.js');
      process.exitCode = await watch(await connect(options), stack, options);
    });
  subcommand(command, 'report')
    .description('write what jobs found and what benchmarks measured')
    .argument('<stack|job...>', 'name or ARN of a stack, whose jobs are reported, or names or ARNs of jobs')
    .option('--format <format>', 'html, md or json', 'html')
    .option('--output <file>', 'where to write it; - for standard output')
    .action(async (subjects, options) => {
      const { report } = await import('./report/index.js');
      process.exitCode = await report(await connect(options), subjects, options);
    });
  subcommand(command, 'pin')
    .description('print the pinned recommendation of a job, which DeployRecommendation takes')
    .argument('<job>', 'name or ARN of a job whose result can be deployed')
    .option('--spec <name>', 'name of the inference specification, if not all recommendations are to be kept')
    .action(async (job, options) => {
      const { pin } = await import('./pin.js');
      process.exitCode = await pin(await connect(options), job, options);
    });
  return command;
}

/** Options that all subcommands have, named as those of the AWS CLI. */
function subcommand(parent: Command, name: string): Command {
  return parent.command(name)
    .option('--profile <name>', 'profile of the AWS configuration', process.env.AWS_PROFILE)
    .option('--region <region>', 'Region, if not that of the profile or of AWS_REGION');
}

async function connect(options: Connection): Promise<Aws> {
  return new (await import('./aws/aws.js')).Aws(options);
}

function version(): string {
  return JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8')).version;
}

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'; // a word of the SDK to those who install it, which nobody who runs this has
process.stdout.on('error', () => process.exit(UNANSWERED)); // whoever reads the output has gone, such as `head`
program().parseAsync().catch(error => {
  process.stderr.write(`${explained(error)}\n`);
  process.exitCode = UNANSWERED;
});
