/** As CloudFormation tells of it. */
export interface StackEvent {
  readonly LogicalResourceId?: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceType?: string;
  readonly ResourceStatus?: string;
}

/** What is wrong if resources of these types were to be made once, and then to stay what they are through all updates. */
export function replaced(events: readonly StackEvent[], types: readonly string[]): string[] {
  return types.flatMap(type => {
    const made = events.filter(event => event.ResourceType === type && /^(CREATE|UPDATE)_COMPLETE$/.test(event.ResourceStatus ?? ''));
    const resources = [...new Set(made.map(({ LogicalResourceId }) => LogicalResourceId))];
    if (resources.length === 0) {
      return [`the stack has made no ${type}`];
    }
    return resources.flatMap(resource => {
      const ids = [...new Set(made.filter(event => event.LogicalResourceId === resource).map(({ PhysicalResourceId }) => PhysicalResourceId))];
      return ids.length === 1 ? [] : [`the update replaced ${type} ${resource}: ${ids.join(', ')}`];
    });
  });
}
