import { join } from 'path';

/** The code of the handlers. In this folder and no other: where the library is one file, `__dirname` is that file's. */
export const HANDLERS = join(__dirname, '..', 'assets', 'lambda', 'handler');
