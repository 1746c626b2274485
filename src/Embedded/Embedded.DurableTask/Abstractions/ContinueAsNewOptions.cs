namespace Microsoft.DurableTask;

/// <summary>How an orchestration starts over.</summary>
public class ContinueAsNewOptions
{
    public object? NewInput { get; set; }

    /// <summary>Whether events that nobody has taken yet go to the next generation.</summary>
    public bool PreserveUnprocessedEvents { get; set; } = true;

    /// <summary>The next generation's version; the current one if null.</summary>
    public string? NewVersion { get; set; }
}
