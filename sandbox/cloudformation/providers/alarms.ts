import { Effect, Effects } from './native';
import type { CloudWatch } from '../../cloudwatch';

/** CloudWatch's alarms. Their properties are the members of its requests. */
export function alarmEffects(cloudWatch: CloudWatch): Record<string, Effects> {
  return {
    'AWS::CloudWatch::Alarm': kept(cloudWatch, alarm => cloudWatch.put(alarm)),
    'AWS::CloudWatch::CompositeAlarm': kept(cloudWatch, alarm => cloudWatch.putComposite(alarm)),
  };
}

function kept(cloudWatch: CloudWatch, put: (alarm: Record<string, any>) => unknown): Effects {
  const putAlarm = ({ name, properties }: Effect) => put({ ...properties, AlarmName: name });
  return {
    exists: ({ name }) => cloudWatch.alarmState(name) !== undefined,
    create: putAlarm,
    update: putAlarm,
    delete: ({ name }) => cloudWatch.delete([name]),
  };
}
