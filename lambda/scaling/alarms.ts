import {
  CloudWatchClient, DescribeAlarmsCommand, DescribeAlarmsCommandOutput, MetricAlarm, PutMetricAlarmCommand, PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { clientOf } from '../aws/clients';
import { log } from '../log';
import { ACTION_LISTS, KeptAlarm, KeptPolicy } from './kept';

const cloudWatch = () => clientOf(CloudWatchClient);

/** What an alarm shows and does not take: all else of it goes into the request that puts it. */
const ONLY_SHOWN: readonly (keyof MetricAlarm)[] = [
  'AlarmArn', 'AlarmConfigurationUpdatedTimestamp', 'StateValue', 'StateReason', 'StateReasonData', 'StateUpdatedTimestamp',
  'StateTransitionedTimestamp', 'EvaluationState',
];

/** The alarms that start a policy. */
export async function alarmsOf(policyArn: string): Promise<KeptAlarm[]> {
  const alarms: KeptAlarm[] = [];
  let NextToken: string | undefined;
  do {
    // The names of other policies may begin like this one's.
    const page: DescribeAlarmsCommandOutput = await cloudWatch().send(new DescribeAlarmsCommand({ ActionPrefix: policyArn, NextToken }));
    for (const alarm of page.MetricAlarms ?? []) {
      const Lists = ACTION_LISTS.filter(list => alarm[list]?.includes(policyArn));
      if (Lists.length > 0) {
        alarms.push({ AlarmName: alarm.AlarmName!, Lists });
      }
    }
    NextToken = page.NextToken;
  } while (NextToken);
  return alarms;
}

/** Points the alarms of a policy that was made again, and so has another ARN, at that one. */
export async function follow(policy: KeptPolicy, policyArn: string): Promise<void> {
  if (policy.Alarms.length === 0) {
    return;
  }
  const AlarmNames = policy.Alarms.map(({ AlarmName }) => AlarmName);
  const { MetricAlarms } = await cloudWatch().send(new DescribeAlarmsCommand({ AlarmNames, MaxRecords: 100 }));
  for (const alarm of MetricAlarms ?? []) {
    const { Lists } = policy.Alarms.find(({ AlarmName }) => AlarmName === alarm.AlarmName)!;
    const lists = Object.fromEntries(ACTION_LISTS.map(list => [list, pointed(alarm[list] ?? [], policy.Arns, policyArn, Lists.includes(list))]));
    if (ACTION_LISTS.some(list => lists[list].join() !== (alarm[list] ?? []).join())) {
      await cloudWatch().send(new PutMetricAlarmCommand(requestFor({ ...alarm, ...lists })));
      log('alarm starts the policy that was made again', { alarm: alarm.AlarmName, policy: policy.PolicyName });
    }
  }
}

/** @param had whether the policy was among the actions: with it the service may have taken it off them */
function pointed(actions: readonly string[], former: readonly string[], arn: string, had: boolean): string[] {
  const others = actions.filter(action => action !== arn && !former.includes(action));
  const place = actions.findIndex(action => action === arn || former.includes(action));
  if (place >= 0) {
    return [...others.slice(0, place), arn, ...others.slice(place)];
  }
  return had ? [...others, arn] : others;
}

/** Putting an alarm replaces all of it but its state and its tags. What is shown as an empty list was not given. */
function requestFor(alarm: MetricAlarm): PutMetricAlarmCommandInput {
  return Object.fromEntries(Object.entries(alarm).filter(([member, value]) =>
    !ONLY_SHOWN.includes(member as keyof MetricAlarm) && !(Array.isArray(value) && value.length === 0))) as unknown as PutMetricAlarmCommandInput;
}
