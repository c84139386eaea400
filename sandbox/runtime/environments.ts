import { VirtualClock } from '../clock';
import { CallingProcess, FrontDoor } from './front-door';

/** What a function is, as far as its execution environments are concerned. */
export interface EnvironmentProps {
  readonly clock: VirtualClock;
  readonly frontDoor: FrontDoor;
  readonly codeDirectory: string;
  readonly handler: string;
  readonly environment: Record<string, string>;
  /** After that many real milliseconds without an answer it counts as hung. */
  readonly patience: number;
  readonly log: (requestId: string, text: string) => void;
}

export interface EnvironmentInvocation {
  readonly requestId: string;
  readonly functionArn: string;
  readonly payload: string;
  /** The virtual time at which the function is timed out. */
  readonly deadline: number;
  /** The process is killed right after a call of this operation took effect. */
  readonly killAfter?: string;
}

/** How an invocation ended. */
export type Outcome =
  | { readonly type: 'result'; readonly payload: string }
  | { readonly type: 'error'; readonly error: Record<string, unknown> }
  | { readonly type: 'timeout' }
  | { readonly type: 'exit'; readonly status: string };

/** One execution environment of a function: it handles one invocation at a time and stays warm. */
export interface Environment extends CallingProcess {
  /** Resolves when it has gone, and all that it said has been heard. */
  readonly ended: Promise<void>;
  /** Whether it can take an invocation. */
  readonly usable: boolean;
  /** Runs one invocation. The virtual time that the function took has passed when this resolves. */
  invoke(invocation: EnvironmentInvocation): Promise<Outcome>;
  kill(): void;
  /** No invocation comes any more. */
  leave(): void;
}

/** Where functions get their execution environments from. */
export interface Environments {
  /** Variables that every function has. */
  readonly variables: Record<string, string>;
  /** A copy of the code as it is now, which nobody changes any more: the same code is in the same folder. */
  unpack(directory: string): string;
  start(props: EnvironmentProps): Environment;
  /** All have gone, and all copies of the code. */
  end(): Promise<void>;
}
