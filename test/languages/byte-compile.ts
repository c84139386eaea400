/**
 * Compiles Python modules with CPython, which pyodide has for WebAssembly: `byte-compile.ts FILE...` writes what is wrong with them as JSON,
 * by file. What CPython only warns of, such as a backslash that escapes nothing, counts as wrong.
 */
import { readFileSync } from 'fs';
import { loadPyodide } from 'pyodide';

/** The oldest version that jsii's packages run on. */
const OLDEST = '(3, 10)';

async function main(files: string[]): Promise<void> {
  const python = await loadPyodide();
  const compile = python.runPython(`
import ast, warnings
warnings.simplefilter('error')

def wrong(source, name):
    try:
        compile(source, name, 'exec')
        ast.parse(source, name, feature_version=${OLDEST})
    except (SyntaxError, ValueError) as error:
        return str(error)
wrong`);
  const wrong = files.map(file => [file, compile(readFileSync(file, 'utf8'), file)]).filter(([, error]) => error !== undefined);
  process.stdout.write(JSON.stringify(Object.fromEntries(wrong)));
}

void main(process.argv.slice(2));
