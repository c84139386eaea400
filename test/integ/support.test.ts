import { readFileSync } from 'fs';
import { join } from 'path';
import { gunzipSync } from 'zlib';
import { extract } from 'tar-stream';
import { DIRECTORY, snapshotOf, TESTS } from './apps';
import { atMost, dollars, expected } from '../../integ-tests/support/budget';
import { copy } from '../../integ-tests/support/copy';
import { replaced } from '../../integ-tests/support/kept';
import { Call, left, running } from '../../integ-tests/support/left';
import { BOOSTER, modelArchive, payloadArchive } from '../../integ-tests/support/number-model';
import { lacking, NEEDS } from '../../integ-tests/support/quotas';

describe('what an update has replaced', () => {
  const event = (LogicalResourceId: string, PhysicalResourceId: string, ResourceStatus = 'CREATE_COMPLETE') =>
    ({ LogicalResourceId, PhysicalResourceId, ResourceStatus, ResourceType: 'Custom::Job' });

  test('nothing, if there is one physical id all the time', () => {
    const events = [event('Job', '', 'CREATE_IN_PROGRESS'), event('Job', 'one'), event('Job', 'one', 'UPDATE_COMPLETE'), event('Other', 'two')];
    expect(replaced(events, ['Custom::Job'])).toEqual([]);
  });

  test('is said with both ids', () => {
    const events = [event('Job', 'one'), event('Job', 'two', 'UPDATE_COMPLETE'), event('Job', 'one', 'DELETE_COMPLETE')];
    expect(replaced(events, ['Custom::Job'])).toEqual(['the update replaced Custom::Job Job: one, two']);
  });

  test('a type that the stack does not have is a mistake in the test', () => {
    expect(replaced([event('Job', 'one')], ['Custom::Job', 'Custom::Jobs'])).toEqual(['the stack has made no Custom::Jobs']);
  });
});

describe('what is left of a test', () => {
  const tags: Record<string, object[]> = { mine: [{ Key: 'integ-test', Value: 'IntegTest' }], another: [{ Key: 'integ-test', Value: 'IntegOther' }] };
  const account = (lists: Record<string, object[]>): Call => async (operation, { ResourceArn, NextToken }) => {
    if (operation === 'ListTags') {
      if (ResourceArn === 'gone') {
        throw new Error('ValidationException: Could not find endpoint');
      }
      return { Tags: tags[String(ResourceArn)] };
    }
    const pages = lists[operation] ?? [{}];
    const page = Number(NextToken ?? 0);
    return { ...pages[page], ...page + 1 < pages.length && { NextToken: String(page + 1) } };
  };

  test('has its tag, on whichever page, or its name', async () => {
    const call = account({
      ListEndpoints: [{ Endpoints: [{ EndpointName: 'a', EndpointArn: 'another' }] }, { Endpoints: [{ EndpointName: 'b', EndpointArn: 'mine' }] }],
      ListModelPackageGroups: [{ ModelPackageGroupSummaryList: [{ ModelPackageGroupName: 'integtest-job-1', ModelPackageGroupArn: 'group' }] }],
      ListModels: [{ Models: [{ ModelName: 'c', ModelArn: 'gone' }] }],
    });
    expect(await left(call, 'IntegTest')).toEqual(['mine', 'group']);
    expect(await running(call)).toEqual(['another', 'mine']);
  });

  test('is a job of Inference Recommender only while it runs', async () => {
    const job = (Status: string) => account({ ListInferenceRecommendationsJobs: [{ InferenceRecommendationsJobs: [{ JobName: 'j', JobArn: 'mine', Status }] }] });
    expect(await left(job('COMPLETED'), 'IntegTest')).toEqual([]);
    expect(await left(job('IN_PROGRESS'), 'IntegTest')).toEqual(['mine']);
  });

  test('is not known when AWS cannot be asked', async () => {
    const call: Call = async () => { throw new Error('ExpiredTokenException'); };
    await expect(left(call, 'IntegTest')).rejects.toThrow('ExpiredTokenException');
  });
});

describe('copying a file', () => {
  const record = () => {
    const log: string[] = [];
    const upload = {
      part: async (number: number, body: Buffer) => { log.push(`${number}: ${body}`); },
      complete: async () => { log.push('complete'); },
      abort: async () => { log.push('abort'); },
    };
    return { log, upload };
  };
  async function* chunks(...texts: string[]) { yield* texts.map(text => Buffer.from(text)); }
  const ABCDE = '36bbe50ed96841d10443bcb670d6554f0a34b761be67ec9c4a8ad2c0c44ca42c';

  test('goes in parts, and counts', async () => {
    const { log, upload } = record();
    expect(await copy(chunks('a', 'bc', 'd', 'e'), upload, ABCDE, 3)).toBe(5);
    expect(log).toEqual(['1: abc', '2: de', 'complete']);
  });

  test('is given up when it is another file, or breaks off', async () => {
    const { log, upload } = record();
    await expect(copy(chunks('abcdX'), upload, ABCDE)).rejects.toThrow(`expected ${ABCDE}`);
    async function* broken() { yield Buffer.from('ab'); throw new Error('terminated'); }
    await expect(copy(broken(), upload, ABCDE)).rejects.toThrow('terminated');
    expect(log).toEqual(['1: abcdX', 'abort', 'abort']);
  });
});

describe('the model of numbers', () => {
  /** Names and contents of the files in an archive. */
  async function filesIn(archive: Buffer): Promise<Record<string, string>> {
    const files: Record<string, string> = {};
    const tar = extract();
    tar.end(gunzipSync(archive));
    for await (const entry of tar) {
      let text = '';
      for await (const chunk of entry) {
        text += chunk;
      }
      files[entry.header.name] = text;
    }
    return files;
  }

  test('is one file that XGBoost knows by its name, and the same each time', async () => {
    const archive = await modelArchive();
    expect(await modelArchive()).toEqual(archive);
    expect(await filesIn(archive)).toEqual({ 'xgboost-model.json': JSON.stringify(BOOSTER) });
    expect(await filesIn(await payloadArchive())).toEqual({ 'payload.csv': '1,0\n' });
  });

  test('has no whole numbers where XGBoost wants a point', () => {
    const { trees: [{ split_conditions, base_weights, loss_changes, sum_hessian }] } = BOOSTER.learner.gradient_booster.model;
    const numbers = [...split_conditions, ...base_weights, ...loss_changes, ...sum_hessian];
    expect(numbers.filter(Number.isInteger)).toEqual([]);
  });
});

describe('before the tests', () => {
  test('quotas that are too low are named, with what to do', () => {
    const enough = new Map(NEEDS.map(({ quota, count }) => [quota, count]));
    expect(lacking(enough)).toEqual([]);
    expect(lacking(new Map([...enough, ['ml.g6.xlarge for endpoint usage', 1]]))).toEqual([
      expect.stringMatching(/^ml\.g6\.xlarge for endpoint usage: 1, needed 2 \(.+\)\. Request it in .*Service Quotas/),
    ]);
    expect(lacking(new Map())[0]).toContain('not found');
  });

  test('a budget says what is likely and what there can be at most', () => {
    const budget = [{ what: 'a', price: 1, instances: 2, hours: 1, atMostHours: 3 }, { what: 'b', price: 0.25, instances: 1, hours: 1, atMostHours: 2 }];
    expect([expected(budget), atMost(budget)]).toEqual([2.25, 6.5]);
    expect([0, 0.2, 2.25].map(dollars)).toEqual(['nothing', 'less than $1', '$3']);
  });

  test('the README says what the tests say', () => {
    const readme = readFileSync(join(DIRECTORY, 'README.md'), 'utf8');
    const rows = [...readme.matchAll(/^\| `(.+?)` \|.*\|.*\| (.+) \| (.+) \|$/gm)].map(([, ...row]) => row);
    expect(rows.sort()).toEqual(TESTS.map(name => {
      const { Metadata: { Budget: budget } } = JSON.parse(readFileSync(join(snapshotOf(name), 'Second.template.json'), 'utf8'));
      return [name, dollars(expected(budget)), dollars(atMost(budget))];
    }));
  });
});
