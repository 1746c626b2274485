namespace Reprocessing.Functions.Resets;

[Description("The options of reset.")]
internal sealed record ResetOptions
{
    private const int MostNames = 100;
    private const string ReapplyPointer = "#/reapply";

    /// <summary>As text, so that an unknown type is refused with the list of the known ones.</summary>
    [Description("FirstWorkflowTask, LastWorkflowTask or LastContinuedAsNew.")]
    [OneOf<ResetType>]
    public string? Type { get; init; }

    [Description("none (unless said), all, or an object whose exclude lists the names of events that are left out.")]
    public JsonElement? Reapply { get; init; }

    [Description("Completed workflows too.")]
    public bool IncludeCompleted { get; init; }

    public IEnumerable<ProblemError?> Faults() => [ReadReapply().Fault];

    public ResetRule ToRule() => new(Enum.Parse<ResetType>(Type!), ToReapply().Any, IncludeCompleted);

    public Reapply ToReapply() => ReadReapply().Reapply;

    private (Reapply Reapply, ProblemError? Fault) ReadReapply() => Reapply switch
    {
        null or { ValueKind: JsonValueKind.Null } => (Resets.Reapply.None, null),
        { ValueKind: JsonValueKind.String } word when word.GetString() == "none" => (Resets.Reapply.None, null),
        { ValueKind: JsonValueKind.String } word when word.GetString() == "all" => (Resets.Reapply.All, null),
        { ValueKind: JsonValueKind.Object } choice => ReadExclude(choice),
        _ => (Resets.Reapply.None, new("'reapply' must be \"none\", \"all\" or an object with 'exclude', a list of event names.", ReapplyPointer)),
    };

    private static (Reapply Reapply, ProblemError? Fault) ReadExclude(JsonElement choice)
    {
        List<JsonProperty> members = [.. choice.EnumerateObject()];
        if (members is not [{ Name: "exclude", Value: { ValueKind: JsonValueKind.Array } names }])
        {
            return (Resets.Reapply.None, new("'reapply' has one member, 'exclude', a list of event names.", ReapplyPointer));
        }

        List<string?> texts = [.. names.EnumerateArray().Select(name => name.ValueKind == JsonValueKind.String ? name.GetString() : null)];
        return texts.Count is 0 or > MostNames || texts.Any(string.IsNullOrWhiteSpace)
            ? (Resets.Reapply.None, new($"'exclude' must have 1 to {MostNames} event names.", $"{ReapplyPointer}/exclude"))
            : (new(Any: true, [.. texts.OfType<string>()]), null);
    }
}

internal sealed record Reapply(bool Any, IReadOnlyList<string> Exclude)
{
    public static Reapply None { get; } = new(false, []);

    public static Reapply All { get; } = new(true, []);

    public bool Includes(string name) => Any && !Exclude.Contains(name, StringComparer.OrdinalIgnoreCase);
}

internal sealed class ResetSettings
{
    [Range(1, 100)]
    public int Parallelism { get; set; } = 8;

    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan TerminateTimeout { get; set; } = TimeSpan.FromSeconds(30);

    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan HistoryTimeout { get; set; } = TimeSpan.FromSeconds(20);
}
