// Loaded into each of Azurite's processes before it starts: counts its requests by what they ask for. GET /_counts tells the counts.
'use strict';
const http = require('http');

const service = /^--(blob|queue|table)Host$/m.exec(process.argv.join('\n'))?.[1];
const counts = {}; // { 'put|reprocessinghub-control-00': 12, ... }

const emit = http.Server.prototype.emit;
http.Server.prototype.emit = function (event, request, response) {
  if (event !== 'request' || service === undefined) {
    return emit.apply(this, arguments);
  }

  if (request.url === '/_counts') {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(counts));
    return true;
  }

  // The benchmark's own requests say so.
  if (!request.headers['user-agent']?.startsWith('benchmark')) {
    take(request);
  }

  return emit.apply(this, arguments);
};

function take(request) {
  const [path, query = ''] = request.url.split('?');
  const [, , resource = '', ...rest] = path.split('/'); // '', account, queue or table or container, what is in it
  const name = decodeURIComponent(resource).split('(')[0];
  const parameters = new URLSearchParams(query);
  switch (service) {
    case 'queue':
      return add(queueOperation(request.method, rest, parameters), name);
    case 'blob':
      return add([request.method.toLowerCase(), parameters.get('comp')].filter(Boolean).join(' '), name);
    default:
      return name === '$batch' ? addBatch(request) : add(tableOperation(request.method, resource), name);
  }
}

function queueOperation(method, [messages, message], parameters) {
  if (messages !== 'messages') {
    return `queue ${method.toLowerCase()}`;
  }

  switch (method) {
    case 'POST':
      return 'put';
    case 'PUT':
      return 'update';
    case 'DELETE':
      return message ? 'delete' : 'clear';
    default:
      return parameters.has('peekonly') ? 'peek' : 'get';
  }
}

function tableOperation(method, resource) {
  switch (method) {
    case 'POST':
      return 'insert';
    case 'PUT':
      return 'replace';
    case 'MERGE':
    case 'PATCH':
      return 'merge';
    case 'DELETE':
      return 'delete';
    default:
      return resource.includes('(') && !resource.endsWith('()') ? 'get' : 'query';
  }
}

// The table of a transaction is named in its body only, in the address of the first part. Looked at on its way in, the body reaches
// Azurite as it came.
function addBatch(request) {
  const push = request.push;
  request.push = function (chunk) {
    request.push = push;
    add('batch', /\/devstoreaccount1\/(\w+)/.exec(chunk?.toString('latin1'))?.[1] ?? '');
    return push.apply(this, arguments);
  };
}

function add(operation, name) {
  const key = `${operation}|${name}`;
  counts[key] = (counts[key] ?? 0) + 1;
}
