'use strict';
// Lambda processes send the answers of custom resources by HTTPS, whatever the protocol of the ResponseURL is. That one
// host is found behind the sandbox's front door; nothing else on HTTPS is reached at all.

const http = require('node:http');
const https = require('node:https');
const { urlToHttpOptions } = require('node:url');

const RESPONSE_HOST = 'cloudformation-custom-resource-response.sandbox';

/** @param {() => Record<string, string>} environment that of the function which the process runs */
module.exports = environment => {
  https.request = (first, ...rest) => {
    const target = typeof first === 'string' || first instanceof URL ? urlToHttpOptions(new URL(first)) : first;
    const callback = rest.find(argument => typeof argument === 'function');
    const options = { ...target, ...rest.find(argument => typeof argument === 'object') };
    const host = options.hostname ?? options.host;
    if (host !== RESPONSE_HOST) {
      throw new Error(`a Lambda function in the sandbox cannot reach ${host}: only what stands behind its front door is there`);
    }
    const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID } = environment();
    const frontDoor = new URL(AWS_ENDPOINT_URL);
    return http.request({
      method: options.method,
      path: `/cfn-response${options.path}`,
      headers: { ...options.headers, 'x-sandbox-session': AWS_ACCESS_KEY_ID },
      protocol: 'http:',
      hostname: frontDoor.hostname,
      port: frontDoor.port,
    }, callback);
  };
  https.get = (...args) => https.request(...args).end();
};
