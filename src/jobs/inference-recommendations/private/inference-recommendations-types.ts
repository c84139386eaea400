import { known, quote, Validation } from '../../../private/validation';
import { MlInstanceType } from '../../ml-instance-type';

const BURSTABLE = /^ml\.t\d/;

/** What is wrong with an instance type that Inference Recommender is to test. */
export function validateTestedType(prop: string, type: MlInstanceType | undefined): string[] {
  if (type === undefined) {
    return [`${prop} is required`];
  }
  const validation = new Validation(prop);
  validation.add(type._validate(prop));
  if (known(type.value)) {
    validation.check(!BURSTABLE.test(type.value),
      `${prop} must not be a burstable type, which Inference Recommender doesn't test, got ${quote(type.value)}: use one like ml.m5.large`);
  }
  return validation.messages;
}
