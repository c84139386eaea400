import * as fs from 'fs';
import * as path from 'path';
import { quote, Validation } from '../../private/validation';

/** The path of a file, or those of all files in a folder and its subfolders, in an order that is always the same. */
export function filesOf(source: string): string[] {
  if (!fs.existsSync(source) || !fs.statSync(source).isDirectory()) {
    return [source];
  }
  return fs.readdirSync(source).sort().flatMap((entry) => filesOf(path.join(source, entry)));
}

/** What is at the path must be there, readable and worth an upload. */
export function checkLocalFiles(localPath: string, validation: Validation): void {
  if (!fs.existsSync(localPath)) {
    validation.check(false, `localPath must exist, got ${quote(localPath)}: relative paths start at the working directory`);
    return;
  }
  const [there, broken] = [true, false].map((exists) => filesOf(localPath).filter((file) => fs.existsSync(file) === exists));
  for (const link of broken) {
    validation.check(false, `localPath must hold no links that lead nowhere, got ${quote(link)}`);
  }
  validation.check(there.some((file) => fs.statSync(file).size > 0), `localPath must not be empty, got ${quote(localPath)}: nothing in it has content`);
}
