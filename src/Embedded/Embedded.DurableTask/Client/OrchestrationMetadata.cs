using System.Globalization;
using System.Text;

namespace Microsoft.DurableTask.Client;

/// <summary>What is known of one instance. Inputs and outputs are there only if they were asked for.</summary>
public sealed class OrchestrationMetadata(string name, string instanceId)
{
    private bool _requestedInputsAndOutputs;

    public string Name { get; } = name ?? throw new ArgumentNullException(nameof(name));

    public string InstanceId { get; } = instanceId ?? throw new ArgumentNullException(nameof(instanceId));

    /// <summary>Set if inputs and outputs were asked for.</summary>
    public DataConverter? DataConverter
    {
        get;
        init
        {
            field = value;
            _requestedInputsAndOutputs = value is not null;
        }
    }

    public OrchestrationRuntimeStatus RuntimeStatus { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset LastUpdatedAt { get; init; }

    public string? SerializedInput { get; init; }

    public string? SerializedOutput { get; init; }

    public string? SerializedCustomStatus { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    public TaskFailureDetails? FailureDetails { get; init; }

    public bool IsRunning => RuntimeStatus == OrchestrationRuntimeStatus.Running;

    public bool IsCompleted => RuntimeStatus
        is OrchestrationRuntimeStatus.Completed
        or OrchestrationRuntimeStatus.Failed
        or OrchestrationRuntimeStatus.Terminated;

    /// <exception cref="InvalidOperationException">The metadata was fetched without inputs and outputs.</exception>
    public T? ReadInputAs<T>() => Read<T>(SerializedInput, nameof(SerializedInput));

    /// <inheritdoc cref="ReadInputAs{T}"/>
    public T? ReadOutputAs<T>() => Read<T>(SerializedOutput, nameof(SerializedOutput));

    /// <inheritdoc cref="ReadInputAs{T}"/>
    public T? ReadCustomStatusAs<T>() => Read<T>(SerializedCustomStatus, nameof(SerializedCustomStatus));

    public override string ToString()
    {
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"[Name: '{Name}', ID: '{InstanceId}', RuntimeStatus: {RuntimeStatus},")
            .Append(CultureInfo.InvariantCulture, $" CreatedAt: {CreatedAt:s}, LastUpdatedAt: {LastUpdatedAt:s}");
        Append(text, "Input", SerializedInput);
        Append(text, "Output", SerializedOutput);
        Append(text, "CustomStatus", SerializedCustomStatus);
        if (FailureDetails is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $", FailureDetails: '{FailureDetails}'");
        }

        return text.Append(']').ToString();
    }

    private static void Append(StringBuilder text, string name, string? value)
    {
        const int Longest = 40;
        if (value is not null)
        {
            var shown = value.Length > Longest ? string.Concat(value.AsSpan(0, Longest), "...") : value;
            text.Append(CultureInfo.InvariantCulture, $", {name}: '{shown}'");
        }
    }

    private T? Read<T>(string? data, string property) => _requestedInputsAndOutputs
        ? DataConverter!.Deserialize<T>(data)
        : throw new InvalidOperationException(
            $"{property} is not available: the metadata was fetched without inputs and outputs (getInputsAndOutputs).");
}
