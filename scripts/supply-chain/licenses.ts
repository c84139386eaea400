import { BundledPackage } from './bundled';

const RULE = '-'.repeat(100);

/** The page that says whose code is in assets/ and under which licence. Packages that share a text share a section. */
export function thirdPartyLicenses(packages: BundledPackage[]): string {
  const texts = [...new Set(packages.map(({ legalTexts }) => legalTexts))];
  const sections = texts.map(text => {
    const holders = packages.filter(({ legalTexts }) => legalTexts === text);
    return [RULE, '', ...holders.map(({ name, version, license }) => `${name} ${version} (${license})`), '', text, ''];
  });
  return [
    'The Lambda functions and the command in assets/ contain code of the following packages.',
    'This file is written by `npm run pre-compile`.',
    '',
    ...sections.flat(),
  ].join('\n');
}
