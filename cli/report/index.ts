import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { collect } from './collect';
import type { Report } from './model';
import type { Aws } from '../aws/aws';
import { Refusal } from '../aws/errors';

export interface ReportOptions {
  readonly format: string;
  /** File, or `-` for standard output. */
  readonly output?: string;
}

const WRITERS: Readonly<Record<string, (collected: Report) => Promise<string>>> = {
  html: async collected => (await import('./html.js')).writeHtml(collected, await import('./charts.js')),
  md: async collected => (await import('./markdown.js')).writeMarkdown(collected),
  json: async collected => `${JSON.stringify(collected, undefined, 2)}\n`,
};

/** Writes what jobs found and what benchmarks measured. */
export async function report(aws: Aws, subjects: readonly string[], { format, output }: ReportOptions): Promise<number> {
  const write = WRITERS[format];
  if (!Object.hasOwn(WRITERS, format)) {
    throw new Refusal(`--format takes ${Object.keys(WRITERS).join(', ')}, got ${format}`);
  }
  if (output === '') {
    throw new Refusal('--output takes the name of a file, or - for standard output');
  }
  console.log = console.error; // what the code of the handlers notes is no part of a report
  const collected = await collect(aws, subjects);
  const text = await write(collected);
  const file = output ?? (format === 'html' ? `${fileNameOf(collected.subjects[0].name)}.html` : '-');
  if (file === '-') {
    await print(text);
    return 0;
  }
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new Refusal(`${resolve(file)} cannot be written: ${(error as Error).message}`);
  }
  await print(`${resolve(file)}\n`);
  return 0;
}

/** A name in the working directory, whatever is in it. */
export function fileNameOf(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '').slice(0, 100) || 'report';
}

/** All of it, also into a pipe that takes a little at a time. */
function print(text: string): Promise<void> {
  return new Promise((done, failed) => process.stdout.write(text, error => error ? failed(error) : done()));
}
