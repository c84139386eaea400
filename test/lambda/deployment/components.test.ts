import { choice } from './fixture';
import { copiesOf, shareOf } from '../../../lambda/deployment/components';
import { checkFit, Demand } from '../../../lambda/deployment/fit';
import { hardwareOf } from '../../../lambda/deployment/hardware';

beforeEach(() => void jest.spyOn(console, 'log').mockImplementation());
afterEach(() => jest.restoreAllMocks());

const share = (...[chosen, component = {}, type = 'ml.g6.24xlarge', hardware = {}]:
[Parameters<typeof choice>[0], Record<string, string>?, string?, object?]) => shareOf(choice(chosen, { component }), type, hardware as never);

describe('a copy takes', () => {
  test('the accelerators that it was split for, else its part of the instance', () => {
    expect(share({ tensorParallelSize: 2 }).accelerators).toBe(2);
    expect(share({ copyCountPerInstance: 2 }).accelerators).toBe(2);
    expect(share({ copyCountPerInstance: 3 }).accelerators).toBe(1);
    expect(share({ copyCountPerInstance: 8 }).accelerators).toBe(1);
    expect(share({ tensorParallelSize: 2 }, { AcceleratorsPerCopy: '4' }).accelerators).toBe(4);
  });

  test('the memory that the recommendation says, else its part of half of what the system leaves', () => {
    expect(share({ minCpuMemoryInMb: 12_288 }).memoryInMb).toBe(12_288);
    expect(share({ tensorParallelSize: 2 }).memoryInMb).toBe((384 - 14) * 1024 / 2 / 2);
    expect(share({ tensorParallelSize: 1 }, {}, 'ml.g5.xlarge').memoryInMb).toBe(1024);
    expect(share({ tensorParallelSize: 8 }, {}, 'ml.g5.xlarge').memoryInMb).toBe(1024);
    expect(share({ minCpuMemoryInMb: 12_288 }, { MinMemoryPerCopyInMb: '2048' }).memoryInMb).toBe(2048);
  });

  test('what is said of an instance type that is not known, or of one whose figures are others', () => {
    const hardware = { 'ml.new.xlarge': { Accelerators: '2', MemoryInGiB: '78' }, 'ml.g6.24xlarge': { Accelerators: '8' } };
    expect(share({}, {}, 'ml.new.xlarge', hardware)).toEqual({ accelerators: 2, memoryInMb: 32 * 1024 });
    expect(share({}, {}, 'ml.g6.24xlarge', hardware).accelerators).toBe(8);
  });

  test('no guess', () => {
    expect(() => share({}, {}, 'ml.new.xlarge')).toThrow('give its figures in hosting.hardware');
    expect(() => share({ tensorParallelSize: 2 }, {}, 'ml.new.xlarge')).toThrow('give its figures in hosting.hardware');
    expect(share({ tensorParallelSize: 2, minCpuMemoryInMb: 1000 }, {}, 'ml.new.xlarge')).toEqual({ accelerators: 2, memoryInMb: 1000 });
    expect(share({}, { AcceleratorsPerCopy: '1', MinMemoryPerCopyInMb: '500' }, 'ml.new.xlarge')).toEqual({ accelerators: 1, memoryInMb: 500 });
  });
});

test('there are as many copies as on the recommended instances, unless the deployment says', () => {
  expect(copiesOf(choice({ copyCountPerInstance: 2 }), 3)).toBe(6);
  expect(copiesOf(choice({ copyCountPerInstance: 2 }, { component: { CopyCount: '1' } }), 3)).toBe(1);
});

test.each([
  ['ml.g5.xlarge', 1, 16], ['ml.g6.48xlarge', 8, 768], ['ml.g6e.12xlarge', 4, 384], ['ml.g7.8xlarge', 2, 128], ['ml.g7e.12xlarge', 2, 512],
  ['ml.p3.8xlarge', 4, 244], ['ml.p4de.24xlarge', 8, 1152], ['ml.p5.4xlarge', 1, 256], ['ml.p6-b200.48xlarge', 8, 2048],
])('%s has %i accelerators and %i GiB', (type, accelerators, memoryInGiB) => {
  expect(hardwareOf(type, {})).toEqual({ accelerators, memoryInGiB });
});

describe('the copies fit', () => {
  const demand = (copies: number, accelerators: number, memoryInMb = 1024): Demand => ({ title: `${copies}x${accelerators}`, copies, accelerators, memoryInMb });
  const fit = (instances: number, ...demands: Demand[]) => () => checkFit(demands, { instanceType: 'ml.g6.24xlarge', instances, hardware: {} }, 'it');

  test.each<[number, Demand[]]>([
    [1, [demand(2, 2)]], [1, [demand(1, 2), demand(2, 1)]], [2, [demand(2, 3), demand(2, 1)]], [2, [demand(4, 1), demand(2, 2)]], [1, []],
  ])('on %i: %j', (instances, demands) => {
    expect(fit(instances, ...demands)).not.toThrow();
  });

  test.each<[number, Demand[]]>([
    [1, [demand(3, 2)]], [1, [demand(1, 8)]], [2, [demand(3, 3)]], [1, [demand(2, 1, 200 * 1024)]],
  ])('not on %i: %j', (instances, demands) => {
    expect(fit(instances, ...demands)).toThrow('it does not fit on');
  });

  test('or it is said what does not, with figures', () => {
    expect(fit(1, demand(2, 2), demand(1, 1))).toThrow('it does not fit on 1 x ml.g6.24xlarge, each with 4 accelerators and 380928 of 393216 MB for models: '
      + '2x2: 2 x 2 accelerators and 1024 MB; 1x1: 1 x 1 accelerators and 1024 MB. Change copyCount');
  });

  test('for all that is known, on a type that is not', () => {
    expect(() => checkFit([demand(100, 8)], { instanceType: 'ml.new.xlarge', instances: 1, hardware: {} }, 'it')).not.toThrow();
  });
});
