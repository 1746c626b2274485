namespace Reprocessing.Domain.Failures;

/// <summary>All failure statuses: those of this app, and those that the settings add when it starts.</summary>
public static class FailureStatuses
{
    public const string PickingFailed = "picking_failed";
    public const string PackingFailed = "packing_failed";
    public const string ShippingFailed = "shipping_failed";
    public const string WaveTimeout = "wave_timeout";
    public const string PickTimeout = "pick_timeout";
    public const string ValidationFailed = "validation_failed";
    public const string AddressInvalid = "address_invalid";
    public const string ItemDiscontinued = "item_discontinued";

    /// <summary>An attempt that nobody began or ended in time. It says nothing of the order, so every run restarts it.</summary>
    public const string NotAcknowledged = "not_acknowledged";

    public const int MaxOwn = 100;

    private const string OwnForm = "name:error_type:transient or name:error_type:permanent, the name of lower-case letters, digits and underscores";

    private static readonly Lock Gate = new();

    private static readonly FailureStatus[] BuiltIn =
    [
        new(PickingFailed, ErrorType.CommandFailure, IsPermanent: false),
        new(PackingFailed, ErrorType.CommandFailure, IsPermanent: false),
        new(ShippingFailed, ErrorType.Network, IsPermanent: false),
        new(WaveTimeout, ErrorType.Timeout, IsPermanent: false),
        new(PickTimeout, ErrorType.Timeout, IsPermanent: false),
        new(ValidationFailed, ErrorType.Validation, IsPermanent: true),
        new(AddressInvalid, ErrorType.Validation, IsPermanent: true),
        new(ItemDiscontinued, ErrorType.Validation, IsPermanent: true),
        new(NotAcknowledged, ErrorType.Timeout, IsPermanent: false),
    ];

    private static volatile Dictionary<string, FailureStatus> _byName = BuiltIn.ToDictionary(status => status.Name, StringComparer.Ordinal);

    public static IReadOnlyCollection<FailureStatus> All => _byName.Values;

    public static IReadOnlyList<string> Names => [.. All.Select(status => status.Name)];

    public static IReadOnlyList<string> RetriedByDefault => [.. All.Where(status => !status.IsPermanent).Select(status => status.Name)];

    public static (IReadOnlyList<FailureStatus> Statuses, IReadOnlyList<string> Faults) ParseOwn(string? text)
    {
        List<FailureStatus> statuses = [];
        List<string> faults = [];
        foreach (var part in (text ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var words = part.Split(':', StringSplitOptions.TrimEntries);
            if (words is not [var name, var type, "transient" or "permanent"] || !EnumNames.TryParse<ErrorType>(type, out var errorType) || !IsName(name))
            {
                faults.Add($"'{part}' is not of the form {OwnForm}, with an error type of {string.Join(", ", EnumNames.All<ErrorType>())}");
            }
            else if (IsTaken(name) || statuses.Exists(status => status.Name == name))
            {
                faults.Add($"'{name}' is there already");
            }
            else
            {
                statuses.Add(new(name, errorType, words[2] == "permanent", IsOwn: true));
            }
        }

        return (statuses, statuses.Count > MaxOwn ? [.. faults, $"There may be {MaxOwn} statuses"] : faults);
    }

    /// <summary>Makes the settings' statuses known, when the app starts. They are the process's: whatever reads or writes a failure asks for them.</summary>
    public static void Add(IReadOnlyList<FailureStatus> own)
    {
        lock (Gate)
        {
            var byName = new Dictionary<string, FailureStatus>(_byName, StringComparer.Ordinal);
            foreach (var status in own)
            {
                byName[status.Name] = status;
            }

            _byName = byName;
        }
    }

    public static bool TryGet(string? name, [NotNullWhen(true)] out FailureStatus? status) =>
        _byName.TryGetValue(name ?? string.Empty, out status);

    public static string? Problem(string? name) => TryGet(name, out _)
        ? null
        : $"must be one of {string.Join(", ", Names)}";

    public static string Of(Stage stage, bool timedOut) => stage switch
    {
        Stage.Validate => ValidationFailed,
        Stage.Plan => WaveTimeout,
        Stage.Pick => timedOut ? PickTimeout : PickingFailed,
        Stage.Pack => PackingFailed,
        Stage.Ship => ShippingFailed,
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "Not a stage."),
    };

    /// <summary>Filters compare it as a bare word, and an order's status is a failure's or a phase's.</summary>
    private static bool IsName(string name) =>
        name.Length is > 1 and <= 64 && char.IsAsciiLetterLower(name[0]) && !Keywords.Have(name)
        && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_');

    private static bool IsTaken(string name) => BuiltIn.Any(status => status.Name == name) || EnumNames.All<OrderPhase>().Contains(name);
}

/// <param name="IsPermanent">Another try with the same input cannot succeed, so it is retried only on request.</param>
/// <param name="IsOwn">By setting, so that it may be another at the next start.</param>
public sealed record FailureStatus(string Name, ErrorType ErrorType, bool IsPermanent, bool IsOwn = false);

[JsonConverter(typeof(EnumNameConverter<ErrorType>))]
public enum ErrorType
{
    Unknown,
    Timeout,
    Validation,
    CommandFailure,
    Network,
    RateLimit,
    ResourceExhausted,
    Conflict,
}
