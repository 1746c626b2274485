namespace Reprocessing.Storage.Rows;

/// <summary>
/// The keys of a shard's rows; the first letter tells the kind. Those that are read by range lead with a number of fixed
/// width, and all that is told of one order stays in its shard, so that one transaction changes it.
/// <list type="table">
/// <item><term>o|{id}</term><description>the order</description></item>
/// <item><term>d|{due ticks}|{id}</term><description>failed, may be taken by a run from then on</description></item>
/// <item><term>p|{due ticks}|{id}</term><description>the same for permanent failures, out of the way of ordinary runs</description></item>
/// <item><term>s|{decided ticks}|{id}</term><description>a workflow is to start and has not begun</description></item>
/// <item><term>e|{id}|{sequence}</term><description>a page of the timeline, by its first event</description></item>
/// <item><term>n|{ticks}|{id}|{version}</term><description>how an attempt ended that a job asked for; on its way to that job</description></item>
/// <item><term>m|{workflow id}</term><description>what is new of a workflow; on its way to the index of workflows</description></item>
/// <item><term>x|{inverted ticks}|{id}</term><description>a dead letter; newest first</description></item>
/// <item><term>w|{ticks}|{notification id}</term><description>somebody outside is to be told, and it is not yet known that they will be</description></item>
/// <item><term>a|{alert id}</term><description>an alert as it stands; all in one shard</description></item>
/// </list>
/// </summary>
internal static class RowKeys
{
    public const char OrderIndex = 'o';
    public const char DueIndex = 'd';
    public const char PermanentIndex = 'p';
    public const char StartIndex = 's';
    public const char OutcomeIndex = 'n';
    public const char WorkflowEventIndex = 'm';
    public const char DeadLetterIndex = 'x';
    public const char NotificationIndex = 'w';

    // A key holds 512 characters; beyond this the escaped id is cut and hashed.
    private const int MaxIdPart = 300;

    // More than the hash needs: keys that were given out stay as they are.
    private const int HashPart = 100;

    public static string Order(string orderId) => $"{OrderIndex}|{Id(orderId)}";

    public static string Due(long ticks, string orderId, bool isPermanent) =>
        Timed(isPermanent ? PermanentIndex : DueIndex, ticks, orderId);

    public static string Start(DateTimeOffset decidedAt, string orderId) => Timed(StartIndex, decidedAt.UtcTicks, orderId);

    public static string DeadLetter(DateTimeOffset movedAt, string orderId) => Timed(DeadLetterIndex, Inverted(movedAt), orderId);

    /// <summary>Two ends of one order may be told at the same moment of a coarse clock; its version tells them apart.</summary>
    public static string Outcome(DateTimeOffset at, string orderId, int version) =>
        string.Create(CultureInfo.InvariantCulture, $"{Timed(OutcomeIndex, at.UtcTicks, orderId)}|{version:D10}");

    /// <summary>One a workflow: the newer event tells all that the older one did.</summary>
    public static string WorkflowEvent(string workflowId) => $"{WorkflowEventIndex}|{Id(workflowId)}";

    public static string Item(string id) => "i|" + Id(id);

    public static string Reset(string instanceId) => "r|" + Id(instanceId);

    public static string UnfinishedReset(string instanceId) => UnfinishedResetPrefix + Id(instanceId);

    public const string UnfinishedResetPrefix = "u|";

    public static string ResetPage(string instanceId, int capture, int first) =>
        string.Create(CultureInfo.InvariantCulture, $"{Reset(instanceId)}|{capture}|{first:D8}");

    public static string Notification(DateTimeOffset at, string notificationId) => Timed(NotificationIndex, at.UtcTicks, notificationId);

    public const string AlertPrefix = "a|";

    public static string Alert(string alertId) => AlertPrefix + Id(alertId);

    public static string EventPage(string orderId, int firstSequence) =>
        string.Create(CultureInfo.InvariantCulture, $"{EventPrefix(orderId)}{firstSequence:D10}");

    public static string EventPrefix(string orderId) => $"e|{Id(orderId)}|";

    public static string After(string prefix) => prefix[..^1] + (char)(prefix[^1] + 1);

    public static string Ticks(long ticks) => ticks.ToString("D19", CultureInfo.InvariantCulture);

    public static long Inverted(DateTimeOffset moment) => DateTimeOffset.MaxValue.UtcTicks - moment.UtcTicks;

    /// <summary>The positions of keys that lead with an inverted time: the first that may be meant, and the first that is not any more.</summary>
    public static (string? From, string? Before) Between(DateTimeOffset? from, DateTimeOffset? to) => (
        to is { } latest ? Ticks(Inverted(latest)) : null,
        from is { } earliest ? Ticks(Inverted(earliest) + 1) : null);

    /// <summary>The number that follows the first letter of a timed key; null where there is none.</summary>
    public static long? TicksIn(string rowKey) =>
        rowKey.Length > 21 && long.TryParse(rowKey.AsSpan(2, 19), NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) ? ticks : null;

    public static DateTimeOffset? InvertedTimeIn(string rowKey) =>
        TicksIn(rowKey) is { } inverted ? new(DateTimeOffset.MaxValue.UtcTicks - inverted, TimeSpan.Zero) : null;

    /// <summary>Escapes what would end the id or is ambiguous in a key. Injective; an id that becomes too long ends in a hash.</summary>
    public static string Id(string orderId)
    {
        var escaped = Escape(orderId);
        if (escaped.Length <= MaxIdPart)
        {
            return escaped;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(orderId)));
        var kept = MaxIdPart - HashPart;
        kept = char.IsHighSurrogate(escaped[kept - 1]) ? kept - 1 : kept;
        return $"{escaped[..kept]}!h{hash}";
    }

    /// <summary>What the keys of all ids begin with that begin with the text; of a long text only a part, and so perhaps those of others.</summary>
    public static string IdPrefix(string text)
    {
        var escaped = Escape(text);
        var kept = Math.Min(escaped.Length, MaxIdPart - HashPart - 1);
        return kept > 0 && char.IsHighSurrogate(escaped[kept - 1]) ? escaped[..(kept - 1)] : escaped[..kept];
    }

    private static string Escape(string id) => id.Replace("!", "!e", StringComparison.Ordinal)
        .Replace("|", "!b", StringComparison.Ordinal)
        .Replace("%", "!p", StringComparison.Ordinal);

    private static string Timed(char index, long ticks, string orderId) => $"{index}|{Ticks(ticks)}|{Id(orderId)}";
}
