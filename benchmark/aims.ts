import type { Results } from './results';

/** What the library is to be like, and whether it is. */
export interface Aim {
  readonly what: string;
  readonly atMost: number;
  readonly measured: number;
}

export function aims({ import: load, synthesis, handlers, waiting, scale }: Results): Aim[] {
  const waited = (hours: number, waitHours: number) => waiting?.library.find(each => each.hours === hours && each.waitHours === waitHours);
  const all: { readonly what: string; readonly atMost: number; readonly measured?: number }[] = [
    { what: 'time to load the library, over that of the peer', atMost: 0.15, measured: load?.extraTimeOverPeers },
    { what: 'time to synthesize a further resource, over a bare custom resource', atMost: 1.3, measured: synthesis?.timePerResource },
    { what: 'memory of an app with 100 jobs, over one with as many bare custom resources', atMost: 1.2, measured: synthesis?.heap },
    { what: 'time to synthesize a further resource of jobs that are given a role', atMost: 1.3, measured: synthesis?.timePerResourceGivenRole },
    { what: 'memory of an app with 100 jobs that are given a role', atMost: 1.2, measured: synthesis?.heapGivenRole },
    { what: 'growth from 30 to 100 jobs, job for job', atMost: 1.2, measured: synthesis?.growth },
    { what: 'time to load the handlers, over the SDK bundled the default way', atMost: 0.25, measured: handlers?.loadOverBundledSdk },
    { what: 'kilobytes that an invocation of the handlers loads', atMost: 200, measured: handlers?.kilobytes.first },
    { what: 'deployment over a job of one hour', atMost: 1.06, measured: waited(1, 6)?.firstDeployment },
    { what: 'deployment over a job of one hour that may take sixteen', atMost: 1.06, measured: waited(1, 16)?.firstDeployment },
    { what: 'deployment over a job of four hours', atMost: 1.02, measured: waited(4, 6)?.firstDeployment },
    { what: 'deployment over a job of four hours that may take sixteen', atMost: 1.02, measured: waited(4, 16)?.firstDeployment },
    { what: 'deployment over a job of ten hours', atMost: 1.02, measured: waited(10, 16)?.firstDeployment },
    { what: 'Describe calls for each hour of waiting, in one hour', atMost: 130, measured: waited(1, 6)?.describesPerHour },
    { what: 'Describe calls for each hour of waiting, in ten', atMost: 130, measured: waited(10, 16)?.describesPerHour },
    { what: 'stacks of 500 jobs at once that do not complete', atMost: 0, measured: scale && scale.stacks - scale.completed },
  ];
  return all.filter((aim): aim is Aim => aim.measured !== undefined);
}
