import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { JobPermissions } from '../../private/execution-role';
import { AiRecommendationJobProps } from '../recommendation-props';

/**
 * Everything that the execution role of a recommendation job needs.
 *
 * @returns the grants on resources with policies of their own, which must be there before the job starts
 */
export function permitRecommendationJob(role: iam.IRole, stack: Stack, props: AiRecommendationJobProps): iam.Grant[] {
  const permissions = new JobPermissions(stack);
  const modelPackageArns = props.adapters?._modelPackageArns ?? [];
  const statements = [
    permissions.readQuotas(),
    permissions.runTestEndpoints(),
    permissions.loadEndpoints(),
    permissions.runTrainingJobs(),
    permissions.runOptimizationJobs(),
    permissions.runInnerBenchmarks(),
    permissions.tagInnerResources(),
    permissions.registerModels(),
    permissions.passItself(role),
    ...permissions.pullImages(),
    ...permissions.writeLogs(),
    permissions.putMetrics(),
    permissions.readWorkloadConfig(props.workloadConfig.workloadConfigArn),
    ...(modelPackageArns.length > 0 ? [permissions.readModelPackages(modelPackageArns)] : []),
    ...(props.capacityReservation ? permissions.useTrainingPlans(props.capacityReservation.reservationArns ?? []) : []),
    ...(props.mlflow ? [permissions.trackInMlflow(props.mlflow.resourceArn)] : []),
  ];
  statements.forEach(statement => role.addToPrincipalPolicy(statement));

  return [
    props.model._location.grantRead(role),
    props.output._location.grantReadWrite(role),
    ...(props.adapters?._grantRead(role) ?? []),
    props.workloadConfig.grants.readInputs(role),
  ];
}
