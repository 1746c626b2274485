using System.Text.Json;
using Reprocessing.Domain.Jobs;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Jobs.Requests;

/// <summary>What a request has said in vain. It is no fault: the same options have an effect beside others.</summary>
internal static class JobWarnings
{
    /// <param name="options">The operation's own, as JSON.</param>
    /// <returns>Null when there is nothing to warn of.</returns>
    public static IReadOnlyList<string>? Of(string? options, bool waitForOutcome, IReadOnlyList<int>? ramp)
    {
        if (StoredJson.Read(options) is not { ValueKind: JsonValueKind.Object } said)
        {
            return null;
        }

        var idle = WaitingOptions.WithoutEffect(
            name => said.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null, waitForOutcome, ramp);
        return idle.Count == 0 ? null
            : [.. idle.Select(name => $"'{name}' has no effect without 'waitForOutcome' or 'ramp': an item is done once its workflow is started.")];
    }
}
