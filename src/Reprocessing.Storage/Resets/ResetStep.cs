using System.Text.Json.Serialization;

namespace Reprocessing.Storage.Resets;

/// <summary>How far the reset of one workflow is.</summary>
/// <param name="Name">The orchestrator's, by which the new run is started.</param>
/// <param name="OldCreatedAt">By the engine. An instance that was created at another moment is another run.</param>
public sealed record ResetStep(string InstanceId, ResetStage Stage, string Name, DateTimeOffset OldCreatedAt)
{
    /// <summary>Of the new run, as JSON.</summary>
    public string? Input { get; init; }

    /// <summary>How often the new run's work has continued as new; with the last continuation's input it goes on counting.</summary>
    public int Continuations { get; init; }

    /// <summary>Kept events.</summary>
    public int Events { get; init; }

    /// <summary>Which capture they are of.</summary>
    public int Capture { get; init; }

    /// <summary>So many of the events were given to the new run.</summary>
    public int Sent { get; init; }

    public DateTimeOffset? NewCreatedAt { get; init; }

    /// <summary>
    /// Set when it turned out after the old run had ended that it could not be reset: it was put back as it was, and this is why.
    /// </summary>
    public string? RefusedReason { get; init; }

    public string? RefusedMessage { get; init; }

    /// <summary>Nothing was put back because nothing was done: the run was over, or gone, before it could be ended.</summary>
    public bool IsLeftAlone { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<ResetStage>))]
public enum ResetStage
{
    /// <summary>It is to be reset: the old run may have been ended, nothing was started.</summary>
    [JsonStringEnumMemberName("begun")]
    Begun,

    /// <summary>The old run has ended and what the new one needs is kept; the new one may have been started.</summary>
    [JsonStringEnumMemberName("captured")]
    Captured,

    /// <summary>The new run exists; events may be missing.</summary>
    [JsonStringEnumMemberName("started")]
    Started,

    [JsonStringEnumMemberName("done")]
    Done,
}
