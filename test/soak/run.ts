import { fork } from 'child_process';
import { availableParallelism } from 'os';
import { parseArgs } from 'util';
import { FAULTS } from './faults';
import { playMutants } from './mutants';
import { Happening } from './play';
import { soak, Soaked } from './soak';

const HELP = `Random lives of stacks in the sandbox, with everything going wrong that can.

  npm run soak -- [--lives N] [--minutes N] [--seed N] [--path P] [--workers N]

  --lives    how many (default 200)
  --minutes  stop after so long (default: never)
  --seed     of the first worker; the others count up from it (default: the time)
  --path     with the seed of a worker, plays one failing life again and no other
  --mutants  plays lives with handlers that are broken in one place each: every one must be noticed
`;

interface Work {
  readonly seed: number;
  readonly lives: number;
  readonly minutes?: number;
  readonly path?: string;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      lives: { type: 'string', default: '200' },
      minutes: { type: 'string' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
      path: { type: 'string' },
      workers: { type: 'string' },
      mutants: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (values.mutants) {
    return await playMutants(Number(values.seed), line => process.stdout.write(line)) ? 0 : 1;
  }
  const workers = values.path === undefined ? Number(values.workers ?? availableParallelism()) : 1;
  const [seed, lives] = [Number(values.seed), values.path === undefined ? Number(values.lives) : 1];
  const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
  const shares = Array.from({ length: workers }, (_, i): Work => ({
    seed: seed + i, lives: Math.floor(lives / workers) + (i < lives % workers ? 1 : 0), minutes, path: values.path,
  }));
  const results = await Promise.all(shares.filter(({ lives: share }) => share > 0).map(inProcessOfItsOwn));
  return report(results);
}

function inProcessOfItsOwn(work: Work): Promise<Soaked> {
  return new Promise((resolve, reject) => {
    const child = fork(__filename, ['worker'], { execArgv: process.execArgv, env: { ...process.env, NODE_NO_WARNINGS: '1' } });
    let result: Soaked | undefined;
    child.on('message', (message: any) => {
      if (message.result) {
        result = message.result;
      } else {
        process.stdout.write(message.text);
      }
    });
    child.once('exit', status => result ? resolve(result) : reject(new Error(`a worker ended with ${status}`)));
    child.send(work);
  });
}

function worker(): void {
  process.once('message', async (work: Work) => {
    const result = await soak({ ...work, progress: text => process.send!({ text }) });
    process.send!({ result }, () => process.exit(0));
  });
}

function report(results: Soaked[]): number {
  const sum = (of: (result: Soaked) => number) => results.reduce((total, result) => total + of(result), 0);
  const happenings = [...new Set([...Object.keys(FAULTS), ...results.flatMap(({ happened }) => Object.keys(happened))])];
  const failures = results.flatMap(({ failure }) => failure ?? []);
  const lines = [
    `lives       ${sum(({ lives }) => lives)}`,
    `steps       ${sum(({ steps }) => steps)}`,
    `seeds       ${results.map(({ seed }) => seed).join(', ')}`,
    ...happenings.sort().map(name => `${String(sum(({ happened }) => happened[name as Happening] ?? 0)).padStart(8)}  ${name}`),
    `violations  ${failures.length}`,
    ...failures.map(({ seed, path, life, violations }) =>
      `\nnpm run soak -- --seed ${seed} --path ${path}\n${violations.map(each => `  ${each}`).join('\n')}\n${JSON.stringify(life, undefined, 1)}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return failures.length > 0 ? 1 : 0;
}

if (process.argv[2] === 'worker') {
  worker();
} else {
  void main().then(status => process.exit(status));
}
