import { createInterface } from 'readline/promises';

/** Whether somebody says yes, or has said so with --yes. Without anybody to ask it is no. */
export async function agreed(question: string): Promise<boolean> {
  if (process.argv.includes('--yes')) {
    return true;
  }
  if (!process.stdin.isTTY) {
    console.error('nobody is there to be asked: say --yes to go on');
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

/** Runs a program; what it throws is said in a line. */
export function main(program: () => Promise<number>): void {
  program().then(status => { process.exitCode = status; }, error => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
