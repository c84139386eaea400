import { Annotations, Resource, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { validatePlace } from '../../private/environment';
import { Validation } from '../../private/validation';
import { JobGrants } from '../job-grants';
import { RecommendationSourceConfig } from '../recommendation-source';

/** What a deployment gets to know about a job, if it may deploy it. */
export function bindSource(job: Resource, scope: IConstruct, source: RecommendationSourceConfig): RecommendationSourceConfig {
  const stack = Stack.of(scope);
  const validation = new Validation('recommendation');
  // The job's name changes with each run, and an export that is in use can't: it would deploy once and never again.
  validation.check(source.imported || Stack.of(job) === stack,
    `recommendation is a job of the stack ${Stack.of(job).node.path}, got a deployment in ${stack.node.path}: deploy it in the stack of its job`);
  validation.add(validatePlace('recommendation', job.env, scope));
  validation.throwIfAny(scope);
  return source;
}

/**
 * Lets the role of an endpoint read what it downloads.
 *
 * @param advice how an imported job says where that is
 */
export function bindArtifacts(scope: IConstruct, role: iam.IGrantable, grants: JobGrants, imported: boolean, advice: string): void {
  const grant = grants.readArtifacts(role);
  if (imported && !grant.success) {
    Annotations.of(scope).addWarningV2('cdk-sagemaker-inference:importedJobArtifacts',
      `the imported job doesn't say where its model and its results are: ${advice}, or grant the endpoint's role read access to them`);
  }
}
