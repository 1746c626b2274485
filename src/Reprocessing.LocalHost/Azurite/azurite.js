// Runs Azurite's table service for an owner that talks over stdin and may die at any moment.
// Arguments: the path of Azurite's main script, 'outlives' or 'follows', then Azurite's own.
'use strict';
const { createRequire } = require('module');
const net = require('net');

const [main, bond, ...options] = process.argv.slice(1);
process.argv = [process.execPath, main, ...options];

// The port is known once the server listens: the owner may have asked for any free one.
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...where) {
  this.once('listening', () => console.log(`listening ${this.address().port}`));
  return listen.apply(this, where);
};

// Ctrl-C reaches every process of the terminal, but the owner still has to write what it is doing: only it says 'stop'.
const once = process.once;
process.once = (event, listener) => (event === 'SIGINT' ? process : once.call(process, event, listener));
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
process.on('SIGTERM', stop);

// Azurite asks its store for a row by PartitionKey and RowKey, in this order; the store looks the first up in an index and goes
// through all that it finds for the second. Few rows share a RowKey, so asking the other way round finds the same row sooner.
const ofAzurite = createRequire(main);
const { Collection, Resultset } = ofAzurite('lokijs');
const findOne = Collection.prototype.findOne;
Collection.prototype.findOne = function (query) {
  const { PartitionKey, RowKey, ...rest } = query ?? {};
  return findOne.call(this, PartitionKey === undefined || RowKey === undefined ? query : { RowKey, PartitionKey, ...rest });
};

// A query puts its whole condition to every row of its table. Where the condition names one partition, the index has that one's rows,
// and most of them are left out by their RowKey alone, which is a fraction of the work.
const queries = ofAzurite('./persistence/LokiTableStoreQueryGenerator').default;
const parse = ofAzurite('./persistence/QueryInterpreter/QueryParser').default;
const generate = queries.generateQueryForPersistenceLayer;
queries.generateQueryForPersistenceLayer = function (options, context) {
  const condition = generate.call(this, options, context);
  condition.bounds = options.filter ? boundsOf(parse(options.filter)) : {};
  return condition;
};

const where = Resultset.prototype.where;
Resultset.prototype.where = function (condition) {
  const { partition, from = '', to } = condition.bounds ?? {};
  if (partition === undefined || this.filterInitialized) {
    return where.call(this, condition);
  }

  const rows = this.find({ PartitionKey: partition });
  const near = where.call(rows, row => row.RowKey >= from && (to === undefined || row.RowKey <= to));
  return where.call(near, condition);
};

// What every row has that fulfils the condition: one partition, and a RowKey not before and not after; nothing where it does not say.
function boundsOf(node) {
  if (node.name === 'and') {
    return { ...boundsOf(node.left), ...boundsOf(node.right) };
  }

  const { identifier } = node.left ?? {};
  const { name, value } = node.right ?? {};
  if (name !== 'constant' || typeof value !== 'string') {
    return {};
  }

  switch (`${identifier} ${node.name}`) {
    case 'PartitionKey eq':
      return { partition: value };
    case 'RowKey eq':
      return { from: value, to: value };
    case 'RowKey ge':
    case 'RowKey gt':
      return { from: value };
    case 'RowKey le':
    case 'RowKey lt':
      return { to: value };
    default:
      return {};
  }
}

// A dead owner reads nothing more.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

process.stdin.on('data', stop);
process.stdin.on('end', () => {
  if (bond !== 'outlives') {
    stop();
  }
});

// Azurite saves its file while it closes; killed hard, it loses the last seconds.
function stop() {
  process.stdin.destroy();
  if (!process.emit('message', 'shutdown')) {
    process.exit(0);
  }

  setTimeout(() => process.exit(0), 8000).unref();
}

require(main);
