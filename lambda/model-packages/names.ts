/** `<group>/<version>` of a package, which calls may name by its ARN or in this way. */
export function packageIn(identifier: string): string {
  return identifier.slice(identifier.lastIndexOf(':') + 1).replace(/^model-package\//, '');
}

/** The name of a group, which is named by its ARN or its name, or of the group that a package is in. */
export function groupIn(identifier: string): string {
  return packageIn(identifier).replace(/^model-package-group\//, '').split('/')[0];
}
