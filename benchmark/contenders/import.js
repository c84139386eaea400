/*
 * How long it takes to load a library in an app that has loaded aws-cdk-lib, and what that adds to the heap.
 */
const cdk = require('aws-cdk-lib');
new cdk.Stack(new cdk.App({ analyticsReporting: false }), 'Stack');

const [name] = process.argv.slice(2);
const loaded = () => Object.keys(require.cache).length;
const heap = () => {
  global.gc();
  return process.memoryUsage().heapUsed / 1e6;
};

const before = { files: loaded(), heap: heap() };
const start = performance.now();
if (name) {
  require(name);
}
const ms = performance.now() - start;
console.log(JSON.stringify({ ms, heapMB: heap() - before.heap, files: loaded() - before.files }));
