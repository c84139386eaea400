import { adapterIdsOf, adapterNameOf, readAdapters } from './adapters';
import type { Deployed } from './attributes';
import { componentNameOf, scaledCopies } from './components';
import { FACT_TAGS, ModelFacts, modelFactsIn, modelFactTags, wantedCopies } from './facts';
import { componentsOn, LiveComponent } from './live';
import { deploymentName, modelName } from './names';
import { integer, WantedModel } from './properties';
import { tagsOf } from './resources';
import { isPermission, reasonOf } from '../errors';
import type { PlannedEvent } from '../event';
import { log } from '../log';
import { isRunOf } from '../naming';
import { stackState } from '../stack';
import { listTags, ownerOf, OWNER_TAG, updateTags } from '../tags';

type Event = PlannedEvent<unknown>;

/**
 * The facts of inference components, with what is not kept of them: an empty attribute is one that no component is made of, and CloudFormation gets
 * out of that by no rollback. A job says where adapters are. What it does not say any more, the components on the endpoint do.
 *
 * A rollback does not take the scaling of copies back: it asks for as many as there are, if as many were asked for before the update as in it.
 */
export async function standingFacts(event: Event, { wanted, models, facts }: Deployed): Promise<ReadonlyMap<string, ModelFacts>> {
  if (!wanted.components) {
    return facts;
  }
  const since = await undoneSince(event);
  const standing = new Map<string, ModelFacts>();
  let running: readonly LiveComponent[] | undefined;
  for (const [index, model] of wanted.models.entries()) {
    const name = modelName(event.PhysicalResourceId, index);
    const kept = facts.get(name) ?? {};
    const forgotten = kept.adapters === true || (kept.adapters === undefined && adapterIdsOf(model).length > 0);
    let whole: ModelFacts = { ...kept, adapters: forgotten ? await readAdapters(wanted, index) : kept.adapters };
    if (since !== undefined || lacks(whole, model)) {
      running ??= await present(wanted.endpointName);
      whole = filled(whole, model, running);
      whole = since === undefined ? whole : await withScaling(event, name, whole, since, running.find(each => each.name === componentNameOf(model)));
      await keep(event, models.get(name)?.ModelArn, kept, whole);
    }
    standing.set(name, whole);
  }
  return standing;
}

/** When the update began that a rollback takes back, if that was one to another deployment. */
async function undoneSince(event: Event): Promise<number | undefined> {
  const { RequestType, OldResourceProperties, PhysicalResourceId: name } = event;
  if (RequestType !== 'Update' || !OldResourceProperties || isRunOf(deploymentName({ ...event, ResourceProperties: OldResourceProperties }), name)) {
    return undefined;
  }
  const { phase, operation } = await stackState(event);
  return phase === 'rollback' ? Date.parse(operation) : undefined;
}

function lacks({ accelerators, memory, copyCount, adapters }: ModelFacts, model: WantedModel): boolean {
  return accelerators === undefined || memory === undefined || copyCount === undefined
    || adapterIdsOf(model).some(id => adapters === undefined || adapters === true || adapters[id] === undefined);
}

/** What an endpoint has. Not being allowed to see it is no reason to fail. */
async function present(endpointName: string): Promise<LiveComponent[]> {
  try {
    return endpointName === '' ? [] : await componentsOn(endpointName);
  } catch (error) {
    if (!isPermission(error)) {
      throw error;
    }
    log('what is on the endpoint cannot be seen', { reason: reasonOf(error) });
    return [];
  }
}

function filled(facts: ModelFacts, model: WantedModel, running: readonly LiveComponent[]): ModelFacts {
  const find = (name: string | undefined) => running.find(each => each.name === name);
  const component = find(componentNameOf(model));
  const urls = adapterIdsOf(model).flatMap(id => {
    const url = find(adapterNameOf(model, id))?.artifactUrl;
    return url === undefined ? [] : [[id, url]];
  });
  const copyCount = facts.copyCount ?? component?.copies;
  const asked = integer(model.component, 'CopyCount');
  return {
    ...facts,
    accelerators: facts.accelerators ?? component?.accelerators,
    memory: facts.memory ?? component?.memoryInMb,
    copyCount,
    ...(facts.copyCount === undefined && asked !== undefined && asked !== copyCount && { wantedCopyCount: asked }),
    adapters: { ...Object.fromEntries(urls), ...(facts.adapters === true ? {} : facts.adapters) },
  };
}

/** A component that the update has touched keeps its copies if they were to be as many before, of the same size. */
async function withScaling(event: Event, name: string, facts: ModelFacts, since: number, component: LiveComponent | undefined): Promise<ModelFacts> {
  const wantedCopyCount = wantedCopies(facts);
  if (!component?.modelName || wantedCopyCount === undefined
    || component.accelerators !== facts.accelerators || component.memoryInMb !== facts.memory
    || (component.modelName === name && !(component.modified && component.modified.getTime() >= since))) {
    return facts;
  }
  const running = component.modelName === name ? facts : modelFactsIn(await tagsOf(event, 'model', component.modelName));
  if (wantedCopies(running) !== wantedCopyCount) {
    return facts;
  }
  const copyCount = scaledCopies(component.copies, wantedCopyCount);
  return { ...facts, copyCount, wantedCopyCount: copyCount === wantedCopyCount ? undefined : wantedCopyCount };
}

/** What was answered is answered again, until the component is updated: so it is kept. */
async function keep(event: Event, arn: string | undefined, before: ModelFacts, after: ModelFacts): Promise<void> {
  const { accelerators, memory, copyCount, wantedCopyCount } = after;
  const same = before.accelerators === accelerators && before.memory === memory && before.copyCount === copyCount;
  if (!arn || same) {
    return;
  }
  try {
    const tags = await listTags(arn);
    if (tags.get(OWNER_TAG) === ownerOf(event)) {
      const facts = modelFactTags({ ...before, accelerators, memory, copyCount, wantedCopyCount });
      await updateTags(arn, tags, facts, FACT_TAGS.map(Key => ({ Key, Value: '' })));
    }
  } catch (error) {
    if (!isPermission(error)) {
      throw error;
    }
    log('the facts of the deployment are not kept', { arn, reason: reasonOf(error) });
  }
}
