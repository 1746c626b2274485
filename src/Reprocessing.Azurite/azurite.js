// Runs one of Azurite's services for an owner that talks over stdin and may die at any moment.
// Arguments: 'blob', 'queue' or 'table', the path of that service's main script, then Azurite's own.
'use strict';
const { createRequire } = require('module');
const net = require('net');

const [service, main, ...options] = process.argv.slice(1);
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

// Azurite answers as it is published, only sooner: its store goes through far more than it has to.
const ofAzurite = createRequire(main);
const Loki = ofAzurite('lokijs');
const { Collection, Resultset } = Loki;
const fewMessages = 32; // As many as one look into a queue takes.
if (service === 'table') {
  hastenTables();
} else if (service === 'queue') {
  hastenQueues();
}

// A dead owner reads nothing more.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

process.stdin.on('data', stop);
process.stdin.on('end', stop);

// Azurite saves its file while it closes; killed hard, it loses the last seconds.
function stop() {
  process.stdin.destroy();
  if (!process.emit('message', 'shutdown')) {
    process.exit(0);
  }

  setTimeout(() => process.exit(0), 8000).unref();
}

require(main);

function hastenTables() {
  // Azurite asks its store for a row by PartitionKey and RowKey, in this order; the store looks the first up in an index and goes through all that it finds for
  // the second. The app has many rows in a partition, a task hub has the same few RowKeys in very many: whichever has fewer rows goes first.
  const findOne = Collection.prototype.findOne;
  Collection.prototype.findOne = function (query) {
    const { PartitionKey, RowKey, ...rest } = query ?? {};
    if (PartitionKey === undefined || RowKey === undefined) {
      return findOne.call(this, query);
    }

    const rows = (column, value) => {
      const [first, last] = this.calculateRange('$eq', column, value);
      return last - first;
    };
    const order = rows('RowKey', RowKey) < rows('PartitionKey', PartitionKey) ? { RowKey, PartitionKey } : { PartitionKey, RowKey };
    return findOne.call(this, { ...order, ...rest });
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
}

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

// A queue is one collection of messages for all queues, with an index for each of four members. Looking for the next message removes
// first what has expired there, which is mostly nothing, and each removal or update of a list sorts all four indexes anew.
function hastenQueues() {
  // Account and time of insertion hardly tell messages apart: only these two indexes are ever of use.
  const addCollection = Loki.prototype.addCollection;
  Loki.prototype.addCollection = function (name, options) {
    const isMessages = options?.indices?.includes('messageId');
    return addCollection.call(this, name, isMessages ? { ...options, indices: ['queueName', 'messageId'] } : options);
  };

  // The store uses the index of the first member that it is asked for, and no other.
  const findOne = Collection.prototype.findOne;
  Collection.prototype.findOne = function (query) {
    const { messageId, ...others } = query ?? {};
    return findOne.call(this, messageId === undefined ? query : { messageId, ...others });
  };

  const find = Resultset.prototype.find;
  Resultset.prototype.find = function (query, firstOnly) {
    const { queueName, ...others } = query ?? {};
    return find.call(this, queueName === undefined || 'messageId' in others ? query : { queueName, ...others }, firstOnly);
  };

  const removeBatch = Collection.prototype.removeBatch;
  Collection.prototype.removeBatch = function (messages) {
    if (messages.length > 0) {
      removeBatch.call(this, messages);
    }
  };

  // One message changed alone moves in its indexes; a list has them sorted, which pays from some size on.
  const removeBatchByPositions = Collection.prototype.removeBatchByPositions;
  Collection.prototype.removeBatchByPositions = function (positions) {
    if (positions.length > fewMessages) {
      removeBatchByPositions.call(this, positions);
    } else {
      positions.map(position => this.data[position]).forEach(message => this.remove(message));
    }
  };

  const update = Collection.prototype.update;
  Collection.prototype.update = function (messages) {
    return Array.isArray(messages) && messages.length <= fewMessages
      ? messages.forEach(message => update.call(this, message))
      : update.call(this, messages);
  };
}
