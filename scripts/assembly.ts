/*
 * Takes the command out of the assembly that jsii has written. The command is npm's: jsii would give each Python user a script of that name, which starts it
 * through jsii's kernel.
 */
import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';

const FILE = join(__dirname, '../.jsii');
const { bin, ...assembly } = JSON.parse(readFileSync(FILE, 'utf8'));
writeFileSync(FILE, JSON.stringify(assembly, undefined, 2));
