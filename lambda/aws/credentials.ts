import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands in for the SDK's chain of credential providers in the bundle (an alias of esbuild): in Lambda the credentials are in the
 * environment, and SSO, profiles, instance metadata and processes are a third of the bundle that never runs.
 */
export const defaultProvider = () => fromEnv();
