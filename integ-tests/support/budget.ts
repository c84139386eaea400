/** What a test starts that costs money. Prices are public list prices of us-east-1 from 2026, rounded: other Regions cost up to a third more. */
export interface Cost {
  readonly what: string;
  /** Per hour and instance, in US dollars. */
  readonly price: number;
  readonly instances: number;
  /** How long they run when all goes well. It is a guess: nobody publishes how long these jobs take. */
  readonly hours: number;
  /** After so many hours the test gives up, and what it has started is stopped. */
  readonly atMostHours: number;
}

/** An ml.g6.xlarge, as endpoint or as training job. */
export const GPU_PRICE = 1.13;
/** An ml.g6.12xlarge. */
export const FOUR_GPUS_PRICE = 5.75;
/** An ml.c5.large as endpoint. */
export const CPU_PRICE = 0.1;

/** In US dollars. */
export const expected = (budget: readonly Cost[]) => sum(budget.map(({ price, instances, hours }) => price * instances * hours));
export const atMost = (budget: readonly Cost[]) => sum(budget.map(({ price, instances, atMostHours }) => price * instances * atMostHours));

export const dollars = (amount: number) => amount === 0 ? 'nothing' : amount < 1 ? 'less than $1' : `$${Math.ceil(amount)}`;

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
