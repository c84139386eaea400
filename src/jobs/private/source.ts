import { Annotations, aws_iam as iam, Resource } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { refer } from '../../private/cross-stack';
import { validatePlace } from '../../private/environment';
import { Validation } from '../../private/validation';
import { JobGrants } from '../job-grants';
import { RecommendationSourceConfig } from '../recommendation-source';

/** What a deployment gets to know about a job, if it may deploy it. */
export function bindSource(job: Resource, scope: IConstruct, source: RecommendationSourceConfig): RecommendationSourceConfig {
  const validation = new Validation('recommendation');
  validation.add(validatePlace('recommendation', job.env, scope, 'deploy there what a PinnedRecommendation holds, a file with all that the job found'));
  validation.throwIfAny(scope);
  const { value: jobName, revision } = refer(scope, { owner: job, name: 'JobName', value: source.jobName, after: source.dependable });
  // Of a job elsewhere the stack depends as a whole, where it can.
  return revision === undefined ? source : { ...source, jobName, revision, dependable: undefined };
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
