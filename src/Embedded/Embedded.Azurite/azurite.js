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

// A query goes through every row of its table. Where its condition names one partition, only that partition's rows can be meant,
// and the index has them.
const queries = ofAzurite('./persistence/LokiTableStoreQueryGenerator').default;
const parse = ofAzurite('./persistence/QueryInterpreter/QueryParser').default;
const generate = queries.generateQueryForPersistenceLayer;
queries.generateQueryForPersistenceLayer = function (options, context) {
  const condition = generate.call(this, options, context);
  condition.partition = partitionIn(options.filter);
  return condition;
};

const where = Resultset.prototype.where;
Resultset.prototype.where = function (condition) {
  const rows = condition.partition === undefined || this.filterInitialized ? this : this.find({ PartitionKey: condition.partition });
  return where.call(rows, condition);
};

// Undefined unless every row that fulfils the condition is of one partition.
function partitionIn(filter) {
  return filter ? named(parse(filter)) : undefined;

  function named(node) {
    switch (node.name) {
      case 'and':
        return named(node.left) ?? named(node.right);
      case 'eq':
        return node.left.identifier === 'PartitionKey' && typeof node.right.value === 'string' ? node.right.value : undefined;
    }
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
