namespace Reprocessing.Domain.Alerts;

/// <param name="Subject">Which one, where a kind has many: a group's fingerprint, a job's id.</param>
public sealed record AlertCondition(AlertKind Kind, bool Holds, double Value, double Threshold, string Message, string? Subject = null);

/// <summary>An alert as it stands: what held or did not hold when it was evaluated last, and since when it is so.</summary>
public sealed record AlertState(
    AlertKind Kind, AlertStatus State, DateTimeOffset Since, double Value, double Threshold, string Message, DateTimeOffset EvaluatedAt)
{
    /// <summary>While nothing changes, a look is stored this often.</summary>
    public static readonly TimeSpan StoredEvery = TimeSpan.FromMinutes(15);

    /// <summary>An alert about one job or group whose evaluations ended: nobody else would clear it.</summary>
    public static readonly TimeSpan ClearedAfter = TimeSpan.FromDays(1);

    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    private const int LongestPlain = 100;

    public string? Subject { get; init; }

    public AlertAcknowledgement? Acknowledgement { get; init; }

    public string Id => IdOf(Kind, Subject);

    [JsonIgnore]
    public bool IsRaised => State == AlertStatus.Raised;

    /// <summary>For addresses and keys, and the ids of notifications. A fingerprint that was written elsewhere may be no such thing.</summary>
    public static string IdOf(AlertKind kind, string? subject) => subject switch
    {
        null => EnumNames.Of(kind),
        { Length: <= LongestPlain } when subject.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_') => $"{EnumNames.Of(kind)}-{subject}",
        _ => $"{EnumNames.Of(kind)}-h{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(subject)).AsSpan(0, 16))}",
    };

    /// <summary>What an evaluation changes. One that is older than the stored one was overtaken and changes nothing, so that a repeated call does no harm.</summary>
    /// <param name="complete">Kinds of which <paramref name="found"/> has all that hold: a raised alert that is not among them clears.</param>
    public static IReadOnlyList<AlertChange> Changes(
        IEnumerable<AlertState> stored, IEnumerable<AlertCondition> found, IReadOnlyCollection<AlertKind> complete, DateTimeOffset at)
    {
        var others = stored.ToDictionary(alert => alert.Id, StringComparer.Ordinal);
        var changes = found.Select(condition =>
        {
            others.Remove(IdOf(condition.Kind, condition.Subject), out var before);
            return before?.EvaluatedAt >= at ? null : new AlertChange(before, After(before, condition, at));
        }).OfType<AlertChange>().Where(IsWorthStoring).ToList();
        changes.AddRange(others.Values.Where(alert => alert.EvaluatedAt < at).Select(alert => alert switch
        {
            { IsRaised: true } when complete.Contains(alert.Kind) || (alert.Subject is not null && at - alert.EvaluatedAt >= ClearedAfter) => new(
                alert, alert with { State = AlertStatus.Cleared, Since = at, EvaluatedAt = at, Acknowledgement = null }),
            { IsRaised: false, Subject: not null } when at - alert.Since >= KeptFor => new AlertChange(alert, null),
            _ => null,
        }).OfType<AlertChange>());
        return changes;
    }

    public AlertState? Acknowledge(string by, string reason, DateTimeOffset at) => Acknowledgement is { } last && (last.By, last.Reason) == (by, reason)
        ? null
        : this with { Acknowledgement = new((Acknowledgement?.Version ?? 0) + 1, by, at, reason) };

    private static AlertState After(AlertState? before, AlertCondition found, DateTimeOffset at)
    {
        var isSame = before is not null && before.IsRaised == found.Holds;
        return new(
            found.Kind, found.Holds ? AlertStatus.Raised : AlertStatus.Cleared, isSame ? before!.Since : at, found.Value, found.Threshold, found.Message, at)
        {
            Subject = found.Subject,
            Acknowledgement = isSame ? before!.Acknowledgement : null,
        };
    }

    /// <summary>An idle app is evaluated each minute, and has no need of a write each minute.</summary>
    private static bool IsWorthStoring(AlertChange change) => change switch
    {
        { IsTransition: true } => true,
        { Before: null, After: var first } => first!.Subject is null,
        { Before: var before, After: var after } => after!.EvaluatedAt - before.EvaluatedAt >= StoredEvery || (after.IsRaised && after.Message != before.Message),
    };
}

public sealed record AlertChange(AlertState? Before, AlertState? After)
{
    public bool IsTransition => (Before?.IsRaised ?? false) != (After?.IsRaised ?? false);
}

public sealed record AlertAcknowledgement(int Version, string By, DateTimeOffset At, string Reason);

[JsonConverter(typeof(EnumNameConverter<AlertStatus>))]
public enum AlertStatus
{
    Raised,
    Cleared,
}

[JsonConverter(typeof(EnumNameConverter<AlertKind>))]
public enum AlertKind
{
    DeadLetters,
    Errors,
    FullRuns,
    Backlog,
    DeadLetterDepth,
    DeadLetterAge,

    /// <summary>A kind of failure is new, or came back after it was resolved. The subject is its fingerprint.</summary>
    FailureGroup,

    JobPaused,
    JobCircuit,

    /// <summary>The schedule runs and no run begins.</summary>
    NoRun,
}
