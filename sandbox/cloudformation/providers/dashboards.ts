import type { Effect, Effects } from './native';
import type { CloudWatch } from '../../cloudwatch';

/** CloudWatch's dashboards. */
export function dashboardEffects(cloudWatch: CloudWatch): Record<string, Effects> {
  const put = ({ name, properties }: Effect) => cloudWatch.putDashboard(name, properties.DashboardBody);
  return {
    'AWS::CloudWatch::Dashboard': {
      exists: ({ name }) => cloudWatch.dashboards.has(name),
      create: put,
      update: put,
      delete: ({ name }) => cloudWatch.dashboards.delete(name),
    },
  };
}
