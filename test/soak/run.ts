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
  --seed     of the first hundred lives; it counts up from there (default: the time)
  --path     with the seed of its hundred, plays one failing life again and no other
  --mutants  plays lives with handlers that are broken in one place each: every one must be noticed
`;

/** So many lives have one seed: what fails in them hides nothing in the others. */
const SHARE = 100;

interface Work {
  readonly seed: number;
  readonly lives: number;
  /** When to stop, by the clock. */
  readonly until?: number;
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
  const [seed, lives] = [Number(values.seed), values.path === undefined ? Number(values.lives) : 1];
  const until = values.minutes === undefined ? undefined : Date.now() + Number(values.minutes) * 60_000;
  const shares = Array.from({ length: Math.ceil(lives / SHARE) }, (_, i): Work => (
    { seed: seed + i, lives: Math.min(SHARE, lives - i * SHARE), path: values.path, until }));
  const results: Soaked[] = [];
  await Promise.all(Array.from({ length: Math.min(shares.length, Number(values.workers ?? availableParallelism())) }, () => work(shares, results)));
  return report(results);
}

/** Plays one share after the other. A life that fails ends its share alone. */
async function work(shares: Work[], results: Soaked[]): Promise<void> {
  while (shares.length > 0 && Date.now() < (shares[0].until ?? Infinity)) {
    await inProcessOfItsOwn(shares, results);
  }
}

/** Some shares in one process: to start one takes seconds, and it grows. */
function inProcessOfItsOwn(shares: Work[], results: Soaked[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(__filename, ['worker'], { execArgv: process.execArgv, env: { ...process.env, NODE_NO_WARNINGS: '1' } });
    let left = 4;
    const next = () => {
      const share = left-- > 0 ? shares.shift() : undefined;
      if (share) {
        child.send(share);
      } else {
        child.disconnect();
      }
    };
    child.on('message', (result: Soaked) => {
      results.push(result);
      process.stdout.write(`seed ${result.seed}: ${result.lives} lives${result.failure ? `, --path ${result.failure.path}: ${result.failure.violations[0]}` : ''}\n`);
      next();
    });
    child.once('exit', status => status === 0 ? resolve() : reject(new Error(`a worker ended with ${status}`)));
    next();
  });
}

function worker(): void {
  process.on('message', async ({ until, ...share }: Work) => {
    const minutes = until === undefined ? undefined : Math.max(0, until - Date.now()) / 60_000;
    process.send!(await soak({ ...share, minutes }));
  });
}

function report(results: Soaked[]): number {
  const sum = (of: (result: Soaked) => number) => results.reduce((total, result) => total + of(result), 0);
  const happenings = [...new Set([...Object.keys(FAULTS), ...results.flatMap(({ happened }) => Object.keys(happened))])];
  const failures = results.flatMap(({ failure }) => failure ?? []);
  const lines = [
    `lives       ${sum(({ lives }) => lives)}`,
    `steps       ${sum(({ steps }) => steps)}`,
    `seeds       ${Math.min(...results.map(({ seed }) => seed))} to ${Math.max(...results.map(({ seed }) => seed))}`,
    ...happenings.sort().map(name => `${String(sum(({ happened }) => happened[name as Happening] ?? 0)).padStart(8)}  ${name}`),
    `records     ${sum(({ records }) => records)} stopped jobs whose Deletes no waiter could be started for (docs/decisions.md): they cost nothing`,
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
