import { IConstruct } from 'constructs';
import { validateRole } from '../../private/role-permissions';
import { Validation } from '../../private/validation';
import { DeployRecommendationAttributes, DeployRecommendationProps } from '../deploy-recommendation-props';
import { RecommendationSelector } from '../recommendation-selector';
import { RoutingStrategy } from '../routing-strategy';

/** What the service would refuse, after the job has run. */
export function validateDeployment(scope: IConstruct, props: DeployRecommendationProps): void {
  const validation = new Validation('DeployRecommendation');
  validation.required(props, 'recommendation');
  validation.resourceName('endpointName', props.endpointName);
  validation.resourceName('variantName', props.variantName);
  validation.add(validateRole(props.role, scope));
  validation.add(props.instanceType?._validate('instanceType') ?? []);
  validation.integer('initialInstanceCount', props.initialInstanceCount, 1);
  validation.duration('modelDataDownloadTimeout', props.modelDataDownloadTimeout, 60, 3600);
  validation.duration('containerStartupHealthCheckTimeout', props.containerStartupHealthCheckTimeout, 60, 3600);
  validation.oneOf('routingStrategy', props.routingStrategy, Object.values(RoutingStrategy));
  validation.throwIfAny(scope);
}

/** What could never be found among the recommendations of a job. */
export function validateSelector(scope: IConstruct, selector: RecommendationSelector | undefined, jobType: string): void {
  const validation = new Validation('DeployRecommendation');
  validation.add(selector?._validate('selector', jobType) ?? []);
  validation.throwIfAny(scope);
}

/** What is wrong with what is known of an endpoint. */
export function validateImport(scope: IConstruct, attrs: DeployRecommendationAttributes): void {
  const validation = new Validation('DeployRecommendation');
  validation.required(attrs, 'endpointName');
  validation.resourceName('endpointName', attrs.endpointName);
  validation.resourceName('variantName', attrs.variantName);
  validation.throwIfAny(scope);
}
