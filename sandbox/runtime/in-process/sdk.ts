import { join } from 'node:path';

/** What the framework's functions take from the runtime: packages and what they use of them. */
export const SDK_OF_THE_RUNTIME: Record<string, string[]> = {
  '@aws-sdk/client-lambda': ['Lambda', 'waitUntilFunctionActiveV2'],
  '@aws-sdk/client-sfn': ['SFN'],
};

/** Where `npx projen bundle` puts a package. */
export function sdkFile(name: string): string {
  return join(__dirname, '../../../.bundle/sdk', `${name.split('/').at(-1)}.js`);
}
