/*
 * `npm run integ:setup`: what the tests need in an account. It says what that costs, and asks, before it makes anything.
 */
import { ServiceQuotas } from '@aws-sdk/client-service-quotas';
import { Account, regionOf } from './support/account';
import { agreed, main } from './support/ask';
import { copy } from './support/copy';
import { modelArchive, payloadArchive } from './support/number-model';
import { lacking } from './support/quotas';
import { bucketName, CHAT_MODEL, NUMBER_MODEL } from './support/settings';
import { Store } from './support/store';

async function setUp(): Promise<number> {
  const account = new Account(regionOf());
  const id = await account.id();
  const bucket = bucketName(id, account.region);
  console.log(`Account ${id}, ${account.region}. It should be one in which nothing else matters.\n`);

  const short = lacking(await quotasOf(account.region));
  short.forEach(line => console.log(`Quota  ${line}`));
  console.log(short.length > 0 ? 'The tests that need them will fail until then.\n' : 'Quotas  are enough for endpoints. Which machines the service takes for its own jobs '
    + 'is not documented: a job that lacks a quota fails and names it.\n');

  console.log([
    'This makes',
    `  the bucket ${bucket}`,
    `  in it ${CHAT_MODEL.id} from huggingface.co, about ${CHAT_MODEL.gigabytes} GB, through this machine, and a model of a few hundred bytes`,
    `It costs about $${(CHAT_MODEL.gigabytes * 0.023).toFixed(2)} a month for storage, until npm run integ:teardown. The tests cost more: npm run integ says how much.\n`,
  ].join('\n'));
  if (!await agreed('Go on?')) {
    return 1;
  }

  const store = new Store(bucket, id, account.region);
  if (!await store.exists()) {
    await store.create();
  }
  await store.put(NUMBER_MODEL.model, await modelArchive());
  await store.put(NUMBER_MODEL.payload, await payloadArchive());
  for (const file of CHAT_MODEL.files) {
    const key = CHAT_MODEL.prefix + file;
    if (await store.has(key)) {
      console.log(`${key} is there`);
      continue;
    }
    const url = `https://huggingface.co/${CHAT_MODEL.id}/resolve/${CHAT_MODEL.revision}/${file}`;
    const { ok, status, body } = await fetch(url);
    if (!ok || !body) {
      throw new Error(`${url} answers ${status}`);
    }
    const bytes = await copy(body as unknown as AsyncIterable<Uint8Array>, await store.upload(key), CHAT_MODEL.sha256[file]);
    console.log(`${key} is there now, ${bytes} bytes`);
  }
  console.log('\nReady: npm run integ');
  return 0;
}

/** The quotas of SageMaker in this account and Region. */
async function quotasOf(region: string): Promise<Map<string, number>> {
  const client = new ServiceQuotas({ region, maxAttempts: 8 });
  const quotas = new Map<string, number>();
  // What has never been changed is among the defaults alone.
  for (const list of ['listAWSDefaultServiceQuotas', 'listServiceQuotas'] as const) {
    let NextToken: string | undefined;
    do {
      const page = await client[list]({ ServiceCode: 'sagemaker', MaxResults: 100, NextToken });
      page.Quotas?.forEach(({ QuotaName, Value }) => quotas.set(QuotaName!, Value ?? 0));
      NextToken = page.NextToken;
    } while (NextToken);
  }
  return quotas;
}

main(setUp);
