import { BundledPackage } from './bundled';

/** What counts here of the report of `npm audit --json`. */
interface Report {
  readonly vulnerabilities?: Record<string, {
    readonly nodes: string[];
    /** An advisory for the package itself, or the name of a dependency that has one. */
    readonly via: (string | { readonly title: string; readonly url: string; readonly severity: string; readonly range: string })[];
  }>;
}

/** The advisories of npm's report for packages that are inside the bundles, a line for each. */
export function advisories(report: Report, packages: BundledPackage[]): string[] {
  if (!report.vulnerabilities) {
    throw new Error(`npm audit got no answer, so nothing is known: ${JSON.stringify(report)}`);
  }
  const affected = (nodes: string[]) => packages.filter(({ path }) => nodes.includes(path));
  return Object.values(report.vulnerabilities).flatMap(({ nodes, via }) => via
    .filter(each => typeof each !== 'string')
    .flatMap(({ severity, title, url, range }) => affected(nodes)
      .map(({ name, version }) => `${name} ${version}: ${title} (${severity}, ${range}) ${url}`)));
}
