namespace Embedded.Functions.Durable;

/// <summary>A payload that is JSON already: from the management API to the instance as it came.</summary>
internal sealed record RawJson(string Text);
