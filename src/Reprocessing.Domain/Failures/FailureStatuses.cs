namespace Reprocessing.Domain.Failures;

/// <summary>All failure statuses, what each means, and which are retried by default.</summary>
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

    public static IReadOnlyList<FailureStatus> All { get; } =
    [
        new(PickingFailed, ErrorType.CommandFailure, IsPermanent: false),
        new(PackingFailed, ErrorType.CommandFailure, IsPermanent: false),
        new(ShippingFailed, ErrorType.Network, IsPermanent: false),
        new(WaveTimeout, ErrorType.Timeout, IsPermanent: false),
        new(PickTimeout, ErrorType.Timeout, IsPermanent: false),
        new(ValidationFailed, ErrorType.Validation, IsPermanent: true),
        new(AddressInvalid, ErrorType.Validation, IsPermanent: true),
        new(ItemDiscontinued, ErrorType.Validation, IsPermanent: true),
    ];

    public static IReadOnlyList<string> RetriedByDefault { get; } = [.. All.Where(status => !status.IsPermanent).Select(status => status.Name)];

    private static readonly Dictionary<string, FailureStatus> ByName = All.ToDictionary(status => status.Name, StringComparer.Ordinal);

    public static bool TryGet(string? name, [NotNullWhen(true)] out FailureStatus? status)
    {
        status = null;
        return name is not null && ByName.TryGetValue(name, out status);
    }

    /// <summary>Null when the status is known; else the message of the validation error.</summary>
    public static string? Problem(string? name) => TryGet(name, out _)
        ? null
        : $"must be one of {string.Join(", ", All.Select(status => status.Name))}";

    public static string Of(Stage stage, bool timedOut) => stage switch
    {
        Stage.Validate => ValidationFailed,
        Stage.Plan => WaveTimeout,
        Stage.Pick => timedOut ? PickTimeout : PickingFailed,
        Stage.Pack => PackingFailed,
        Stage.Ship => ShippingFailed,
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "Not a stage."),
    };
}

/// <param name="IsPermanent">Another try with the same input cannot succeed, so it is retried only on request.</param>
public sealed record FailureStatus(string Name, ErrorType ErrorType, bool IsPermanent);

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
