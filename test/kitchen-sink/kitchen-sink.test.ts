import { describeSink } from './sink';
import { SINKS } from './sinks';

describe.each(Object.entries(SINKS))('%s', (_, sink) => describeSink(sink));
