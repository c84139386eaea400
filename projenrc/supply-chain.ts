import { chmodSync, readFileSync, writeFileSync } from 'fs';
import { Component, JsonPatch, github, javascript } from 'projen';

/**
 * The actions of all workflows, each as the commit of a release: a tag can be moved to other code, a commit cannot. Looked up with
 * `git ls-remote https://github.com/<action> refs/tags/<version>`.
 */
const ACTIONS: Record<string, { readonly version: string; readonly commit: string }> = {
  'actions/checkout': { version: 'v7.0.1', commit: '3d3c42e5aac5ba805825da76410c181273ba90b1' },
  'actions/download-artifact': { version: 'v8.0.1', commit: '3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c' },
  'actions/setup-dotnet': { version: 'v6.0.0', commit: 'a98b56852c35b8e3190ac28c8c2271da59106c68' },
  'actions/setup-go': { version: 'v7.0.0', commit: 'b7ad1dad31e06c5925ef5d2fc7ad053ef454303e' },
  'actions/setup-java': { version: 'v6.0.0', commit: 'dd06d9cba3e5552c54d9f8ea23572deb30010f7c' },
  'actions/setup-node': { version: 'v7.0.0', commit: '820762786026740c76f36085b0efc47a31fe5020' },
  'actions/setup-python': { version: 'v7.0.0', commit: '5fda3b95a4ea91299a34e894583c3862153e4b97' },
  'actions/upload-artifact': { version: 'v7.0.1', commit: '043fb46d1a93c77aae656e7c1c64a875d1fc6a0a' },
  'amannn/action-semantic-pull-request': { version: 'v6.1.1', commit: '48f256284bd46cdaab1048c3721360e808335d50' },
  'peter-evans/create-pull-request': { version: 'v8.1.1', commit: '5f6978faf089d4d20b00c7766989d076bb2fc7f1' },
};

/** What the workflows may do and whose code they run. test/supply-chain.test.ts holds what comes of it. */
export function secureWorkflows(project: javascript.NodeProject) {
  for (const [action, { commit }] of Object.entries(ACTIONS)) {
    project.github!.actions.set(action, `${action}@${commit}`);
  }
  addAudit(project);
  for (const { file } of project.github!.workflows) {
    file!.patch(JsonPatch.add('/permissions', {})); // a job has what it asks for, and nothing by default
  }
  // These two run the whole build and every dev dependency with it, or code of a pull request. projen lets them write; they only read.
  project.github!.tryFindWorkflow('build')!.file!.addOverride('jobs.build.permissions.contents', 'read');
  project.github!.tryFindWorkflow('release')!.file!.addOverride('jobs.release.permissions.contents', 'read');
  project.github!.tryFindWorkflow('pull-request-lint')!.file!.addOverride('jobs.validate.permissions.pull-requests', 'read');
  new VersionComments(project, 'VersionComments');
}

/** `npm audit --omit=dev` sees nothing: what is published of others' code are dev dependencies, bundled into the handlers. */
function addAudit(project: javascript.NodeProject) {
  const audit = project.addTask('audit', {
    description: 'Fail if an advisory is known for a package that is inside the bundles',
    env: { TSX_TSCONFIG_PATH: 'tsconfig.dev.json' },
    steps: [{ spawn: 'bundle' }, { exec: 'node --import tsx scripts/audit.ts' }],
  });
  const workflow = project.github!.addWorkflow('audit');
  workflow.on({ pullRequest: {}, schedule: [{ cron: '0 6 * * *' }], workflowDispatch: {} });
  workflow.addJob('audit', {
    runsOn: ['ubuntu-latest'],
    permissions: { contents: github.workflows.JobPermission.READ },
    steps: [
      github.WorkflowSteps.checkout(),
      ...project.renderWorkflowSetup({ mutable: false }),
      { name: 'Advisories for what is inside the bundles', run: project.runTaskCommand(audit) },
      { name: 'Signatures of all dependencies', run: 'npm audit signatures' },
    ],
  });
}

/** Writes the version behind each commit, for those who read a workflow: projen's YAML has no comments. */
class VersionComments extends Component {
  public postSynthesize() {
    for (const { file } of (this.project as javascript.NodeProject).github!.workflows) {
      const path = file!.absolutePath;
      const text = readFileSync(path, 'utf8').replace(/uses: (\S+)@[0-9a-f]{40}$/gm, (uses, action) => `${uses} # ${ACTIONS[action]?.version}`);
      chmodSync(path, 0o600);
      writeFileSync(path, text);
      chmodSync(path, 0o444);
    }
  }
}
