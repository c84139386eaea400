import { YamlFile, github, javascript } from 'projen';

const WEEKLY = '0 3 * * 1';

/** What is checked before a release besides the build, and what makes one. */
export function addReleaseChecks(project: javascript.NodeProject, sdk: string[]) {
  upgradeAsFixes(project, sdk);
  // While the stability is experimental, a breaking change is no error by default.
  project.tasks.tryFind('compat')!.reset(
    'jsii-diff npm:cdk-sagemaker-inference --keys --error-on=all --ignore-file .compatignore', { receiveArgs: true });
  const workflow = project.github!.addWorkflow('compatibility');
  workflow.on({ pullRequest: {}, schedule: [{ cron: WEEKLY }], workflowDispatch: {} });
  workflow.addJobs({
    'last-release': job(project, 'No breaking change since the last release', [
      { name: 'Compile', run: project.runTaskCommand(project.compileTask) },
      { name: 'Compare with the last release', run: 'npx projen compat' },
    ]),
    // build.yml runs at the floor of aws-cdk-lib already: the dev dependency is pinned to it. This is the floor of Node.js too.
    'floor': job(project, 'The oldest Node.js and aws-cdk-lib', [{ name: 'Test', run: project.runTaskCommand(project.testTask) }], project.minNodeVersion),
    'newest': job(project, 'The newest aws-cdk-lib', [
      { name: 'Install the newest', run: 'npm install --no-save aws-cdk-lib@latest constructs@latest' },
      { name: 'Test', run: project.runTaskCommand(project.testTask) },
    ]),
  });
}

function job(project: javascript.NodeProject, name: string, steps: github.workflows.JobStep[], nodeVersion?: string): github.workflows.Job {
  const setup = project.renderWorkflowSetup({ mutable: false })
    .map(step => nodeVersion && step.with?.['node-version'] ? { ...step, with: { ...step.with, 'node-version': nodeVersion } } : step);
  return {
    name,
    runsOn: ['ubuntu-latest'],
    permissions: { contents: github.workflows.JobPermission.READ },
    env: { CI: 'true' },
    steps: [github.WorkflowSteps.checkout(), ...setup, ...steps],
  };
}

/** An upgrade of the SDK changes what runs in users' accounts. So it is a fix, which is released, and not a chore, which is not. */
function upgradeAsFixes(project: javascript.NodeProject, include: string[]) {
  new javascript.UpgradeDependencies(project, {
    taskName: 'upgrade-handlers',
    include,
    semanticCommit: 'fix',
    pullRequestTitle: 'upgrade the AWS SDK in the handlers',
    cooldown: 7,
    workflowOptions: { schedule: javascript.UpgradeDependenciesSchedule.WEEKLY },
  });
}

/** The forms that somebody fills in who opens an issue. */
export function addIssueTemplates(project: javascript.NodeProject) {
  const field = (type: string, id: string, label: string, description: string, required = true) =>
    ({ type, id, attributes: { label, description }, validations: { required } });
  const form = (file: string, obj: object) => new YamlFile(project, `.github/ISSUE_TEMPLATE/${file}.yml`, { obj });
  form('config', {
    blank_issues_enabled: false,
    contact_links: [{
      name: 'A vulnerability', url: `${project.package.manifest.repository.url.replace(/\.git$/, '')}/security/advisories/new`, about: 'In private, please.',
    }],
  });
  form('bug', {
    name: 'Something is wrong',
    description: 'A deployment that failed, something that was left running, a template that is not what it should be',
    labels: ['bug'],
    body: [
      {
        type: 'markdown',
        attributes: { value: 'Is something still running that costs money? docs/troubleshooting.md says how to find and stop it. Do that first.' },
      },
      field('textarea', 'what', 'What happened, and what did you expect?', 'The events of the stack with their reasons help most. Take account ids out.'),
      field('textarea', 'app', 'The smallest app that shows it', 'The construct with its props is often enough.'),
      field('textarea', 'logs', 'The log of the handlers', 'The lines of the failed resource, from the log group that the message names.', false),
      field('input', 'version', 'Versions', 'Of cdk-sagemaker-inference, aws-cdk-lib and the language.'),
      field('input', 'region', 'Region and instance type', 'Many failures are quotas or capacity.', false),
    ],
  });
  form('feature', {
    name: 'Something is missing',
    description: 'A member of the API that no prop reaches, a story that takes too much code',
    labels: ['enhancement'],
    body: [
      field('textarea', 'story', 'What do you want to do?', 'The story, not the prop: there may be a way already.'),
      field('textarea', 'today', 'How do you do it today?', 'A script, the console, an escape hatch.', false),
      field('input', 'source', 'Where is it documented?', 'A page of AWS, if there is one.', false),
    ],
  });
}
