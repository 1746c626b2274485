namespace Microsoft.DurableTask;

/// <summary>How an orchestrator calls a sub-orchestration.</summary>
public record SubOrchestrationOptions : TaskOptions
{
    public SubOrchestrationOptions(TaskRetryOptions? retry = null, string? instanceId = null)
        : base(retry) => InstanceId = instanceId;

    public SubOrchestrationOptions(TaskOptions options, string? instanceId = null)
        : base(options)
    {
        InstanceId = instanceId;
        Version = options.Version;
        if (options is SubOrchestrationOptions derived)
        {
            InstanceId = instanceId ?? derived.InstanceId;
            Version = derived.Version;
        }
    }

    public SubOrchestrationOptions(SubOrchestrationOptions options)
        : base(options)
    {
        InstanceId = options.InstanceId;
        Version = options.Version;
    }

    /// <summary>The child's instance id; without one a deterministic id is made.</summary>
    public string? InstanceId { get; init; }

    /// <summary>The child's version; hides the one of <see cref="TaskOptions"/>, which is for activities.</summary>
    public new TaskVersion? Version { get; init; }
}
